"""A visit is moved on the calendars, by mouse and by keyboard: the ghost plan, one of its ways, undo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from models import Appointment
from scheduler.clock import utc_now
from scheduler.database import Database
from scheduler.planning.words import Role
from scheduler.services.booking.book_series import BookedSeries
from tests.builders import Kit
from tests.journeys.axe import barriers
from tests.journeys.conftest import ON_SQLITE, TELEPHONE
from tests.services import series_kit
from tests.services.series_kit import book, build_course

pytestmark = ON_SQLITE


@pytest.fixture
def booked(database: Database, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> Iterator[BookedSeries]:
    """A course from the Monday after next: it lies ahead of today's clock, and on working days."""
    today = utc_now().astimezone(ZoneInfo("America/New_York")).date()
    monday = today + timedelta(days=14 - today.weekday())
    monkeypatch.setattr(series_kit, "MONDAY", monday)
    course = build_course(database, kit)
    course.wishes = type(course.wishes)(monday, 6, monday + timedelta(days=300))
    found = book(database, course, now=utc_now())
    assert isinstance(found, BookedSeries)
    yield found


def stands(database: Database, row_id: int) -> datetime:
    with database.reading() as session:
        return session.get(Appointment, row_id).wall_start


def drag(page: Page, source, to) -> None:
    """By mouse, in small steps, from the middle of one thing to a point."""
    box = source.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(to[0], to[1], steps=12)
    page.mouse.up()


def test_a_visit_is_dragged_to_another_chair_and_hour(open_page: Callable[..., Page], database, booked) -> None:
    row_id = booked.appointment_ids[3]
    before = stands(database, row_id)
    page = open_page()
    page.goto(f"/calendar?on={before.date()}")
    visit = page.locator(f'[data-visit][href="/appointments/{row_id}"]')
    expect(visit).to_be_visible()
    visit.scroll_into_view_if_needed()
    box = visit.bounding_box()
    other = box["x"] + box["width"] * 1.5
    drag(page, visit, (other, box["y"] + 12 + 22 * 4))
    dialog = page.locator("dialog#ripple")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("10:00")
    expect(dialog).to_contain_text("chair-2")
    expect(dialog).to_contain_text("Keeps every rule")
    assert barriers(page) == []
    assert stands(database, row_id) == before
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    back = page.locator(f'[data-visit][href="/appointments/{row_id}"]').bounding_box()
    assert abs(back["x"] - box["x"]) < 3 and abs(back["y"] - box["y"]) < 3
    drag(page, visit, (other, box["y"] + 12 + 22 * 4))
    dialog.get_by_role("button", name="Move only this").click()
    expect(page.locator("#said")).to_contain_text("this is the new time")
    assert stands(database, row_id) == before + timedelta(hours=1)
    assert "/calendar" in page.url
    page.wait_for_load_state("load")
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("back where it stood")
    assert stands(database, row_id) == before


def test_a_visit_of_the_week_is_dragged_to_another_day(open_page: Callable[..., Page], database, booked) -> None:
    row_id = booked.appointment_ids[3]
    before = stands(database, row_id)
    page = open_page()
    page.goto(f"/calendar/week?on={before.date()}")
    visit = page.locator(f'a[href="/appointments/{row_id}"][data-move]')
    visit.drag_to(page.locator(f'[data-day="{before.date() + timedelta(days=1)}"]'))
    dialog = page.locator("dialog#ripple")
    expect(dialog).to_contain_text("would begin 1 day after infusion 3")
    expect(dialog).to_contain_text("Ask the clinician")
    assert barriers(page) == []
    dialog.get_by_label("What they should know").fill("travels that day")
    dialog.get_by_role("button", name="Ask").click()
    expect(page.locator("#said")).to_contain_text("a clinician is asked")
    assert stands(database, row_id) == before

    clinician = open_page(Role.CLINICIAN)
    clinician.goto("/my-day")
    expect(clinician.get_by_text("travels that day")).to_be_visible()
    clinician.get_by_label("Reason").fill("fine by me")
    clinician.get_by_role("button", name="Yes, move it").click()
    expect(clinician.locator("#said")).to_contain_text("moved, as you decided")
    assert stands(database, row_id) == before + timedelta(days=1)


def test_a_drag_on_the_week_is_applied_and_undone(open_page: Callable[..., Page], database, booked) -> None:
    """The last visit of the course can be a day later: nothing follows it."""
    row_id = booked.appointment_ids[6]
    before = stands(database, row_id)
    page = open_page()
    page.goto(f"/calendar/week?on={before.date()}")
    later = before.date() + timedelta(days=1)
    page.locator(f'a[href="/appointments/{row_id}"][data-move]').drag_to(page.locator(f'[data-day="{later}"]'))
    dialog = page.locator("dialog#ripple")
    expect(dialog).to_contain_text("Keeps every rule")
    dialog.get_by_role("button", name="Move only this").click()
    expect(page.locator("#said")).to_contain_text("this is the new time")
    assert stands(database, row_id) == before + timedelta(days=1) and "/calendar/week" in page.url
    page.wait_for_load_state("load")
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("back where it stood")
    assert stands(database, row_id) == before


def test_a_visit_moves_by_keyboard_alone_on_a_telephone_s_width(open_page: Callable[..., Page], database,
                                                                 booked) -> None:
    row_id = booked.appointment_ids[6]
    before = stands(database, row_id)
    page = open_page(Role.FRONT_DESK, TELEPHONE)
    page.goto(f"/calendar/week?on={before.date()}")
    page.locator(f'a[href="/appointments/{row_id}"]').focus()
    page.keyboard.press("m")
    page.wait_for_url(re.compile(r"/move$"))
    page.get_by_label("Time", exact=True).fill(f"{time(14, 0):%H:%M}")
    page.get_by_label("Time", exact=True).press("Enter")
    expect(page.locator("#way-alone")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Move only this").press("Enter")
    expect(page.locator("#said")).to_contain_text("this is the new time")
    assert stands(database, row_id) == datetime.combine(before.date(), time(14))
