"""A patient takes a freed time by a letter's link, on a telephone; the desk's book has changed; it is taken back."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import select

from models import Appointment, Message, Offer
from scheduler.clock import utc_now
from scheduler.planning.waitlist import OfferState
from scheduler.planning.words import Role
from scheduler.queries.patient_links import OFFER
from scheduler.services.messages.make_link import make_link
from tests.journeys.axe import barriers
from tests.journeys.conftest import DESKTOP, TELEPHONE
from tests.journeys.demo_clinic import Demo, demo, open_as
from tests.journeys.stage import Tabs

__all__ = ["demo"]


def test_an_offer_is_taken_by_link_seen_by_the_desk_and_taken_back(tabs: Tabs, demo: Demo) -> None:
    now = utc_now()
    with demo.database.writing() as session:
        offer = session.scalars(select(Offer).where(Offer.state == OfferState.OPEN)).first()
        message = session.get(Message, offer.message_id)
        token = make_link(session, message, purpose=OFFER, expires_at=now + timedelta(days=1), now=now)
        row_id, start = offer.appointment_id, offer.wall_start
        before = session.get(Appointment, row_id).wall_start
    desk = open_as(tabs, demo, Role.FRONT_DESK, DESKTOP)
    week = f"/calendar/week?on={start.date()}"
    mine = f'[data-pickable][href="/appointments/{row_id}"][data-on="{start.date()}"]'
    desk.goto(week)
    expect(desk.locator(mine)).to_have_count(0)

    page = open_as(tabs, demo, None, TELEPHONE, has_touch=True, is_mobile=True)
    page.goto(f"/v/{token}")
    expect(page.get_by_role("heading", name="Would you like this time?")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Yes, I take it").tap()
    expect(page.get_by_role("heading", name="Thank you, this time is yours")).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    desk.goto(week)
    expect(desk.locator(f'{mine}[data-at="{start:%H:%M}"]')).to_be_visible()
    desk.goto("/worklists/waiting")
    expect(desk.get_by_role("region", name="Answers of the last days")).to_contain_text("Accepted")

    page.get_by_role("button", name="Keep my old time after all").tap()
    expect(page.get_by_role("heading", name="Thank you for telling us")).to_be_visible()
    with demo.database.reading() as session:
        assert session.get(Appointment, row_id).wall_start == before
    desk.goto(week)
    expect(desk.locator(mine)).to_have_count(0)
