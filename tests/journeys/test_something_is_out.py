"""A day is closed: from the calendar to the plan, moved whole, undone; then asked by letter and answered by link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models import Appointment, BatchPart, Message
from scheduler.clock import utc_now
from scheduler.database import Database
from scheduler.planning.batches import PartState
from scheduler.queries.patient_links import NEW_TIMES
from scheduler.services.messages.make_link import make_link
from tests.builders import Kit
from tests.journeys.axe import barriers
from tests.journeys.conftest import DESKTOP, ON_SQLITE, TELEPHONE
from tests.journeys.test_moving_a_visit import booked

pytestmark = ON_SQLITE
__all__ = ["booked"]


def days(database: Database, ids: tuple[int, ...]) -> list[date]:
    with database.reading() as session:
        return list(session.scalars(select(Appointment.starts_on).where(Appointment.id.in_(ids))
                                    .order_by(Appointment.ordinal)))


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_a_day_is_closed_by_keyboard_moved_whole_and_undone(open_page: Callable[..., Page], database: Database,
                                                            booked, size: dict) -> None:
    before = days(database, booked.appointment_ids)
    page = open_page(size=size)
    page.goto("/calendar")
    page.get_by_role("link", name="Something is out").press("Enter")
    expect(page.get_by_text("Every booked visit fits")).to_be_visible()
    page.get_by_label("First day").fill(before[2].isoformat())
    page.get_by_role("button", name="See whom it hits").press("Enter")
    expect(page.get_by_role("heading", name="Re-plan what is hit")).to_be_visible()
    move = page.get_by_role("button", name="Move all")
    expect(move).to_be_visible(timeout=30_000)
    expect(page.locator(".out-totals")).to_contain_text("hit visits get a new time")
    assert (barriers(page), fits(page)) == ([], True)
    move.press("Enter")
    expect(page.get_by_role("heading", name="What became of the plan")).to_be_visible()
    assert before[2] not in days(database, booked.appointment_ids)
    assert (barriers(page), fits(page)) == ([], True)
    page.get_by_role("button", name="Undo all of it").press("Enter")
    expect(page.get_by_text("back where they stood").first).to_be_visible()
    assert days(database, booked.appointment_ids) == before


def test_a_patient_is_asked_says_yes_on_a_telephone_and_the_desk_sees_it(
        open_page: Callable[..., Page], database: Database, kit: Kit, booked) -> None:
    before = days(database, booked.appointment_ids)
    page = open_page()
    page.goto("/out")
    page.get_by_label("First day").fill(before[2].isoformat())
    page.get_by_role("button", name="See whom it hits").click()
    page.get_by_role("link", name="Ask the patients first").click(timeout=30_000)
    page.get_by_role("button", name="Ask 1 patient").click(timeout=30_000)
    expect(page.get_by_role("heading", name="What became of the plan")).to_be_visible()
    assert days(database, booked.appointment_ids) == before
    with database.writing() as session:
        part = session.scalars(select(BatchPart).where(BatchPart.state == PartState.OPEN)).one()
        assert part.message_id is not None
        token = make_link(session, session.get_one(Message, part.message_id), purpose=NEW_TIMES,
                          expires_at=utc_now() + timedelta(days=1), now=utc_now())
    telephone = open_page(None, TELEPHONE)
    telephone.goto(f"/v/{token}")
    assert (barriers(telephone), fits(telephone)) == ([], True)
    telephone.get_by_role("button", name="Yes, I will come").click()
    expect(telephone.get_by_role("heading", name="Thank you, see you then")).to_be_visible()
    assert before[2] not in days(database, booked.appointment_ids)
    page.reload()
    expect(page.locator(".out-totals")).to_contain_text("accepted")
    expect(page.get_by_role("heading", name="Accepted")).to_be_visible()
