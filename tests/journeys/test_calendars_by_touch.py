"""On a touch screen a visit is moved by tap and "Move"; a visit that stays says why, however it is pulled at."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from models import Appointment, Gate
from scheduler.clock import utc_now
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.words import Role
from tests.journeys.axe import barriers
from tests.journeys.conftest import DESKTOP, TELEPHONE
from tests.journeys.demo_clinic import Demo, demo, open_as
from tests.journeys.stage import Tabs

__all__ = ["demo"]
TABLET = {"width": 1024, "height": 768}


def coming(demo: Demo, status: AppointmentStatus = AppointmentStatus.BOOKED) -> Appointment:
    """The next visit of a course, some days from now."""
    with demo.database.reading() as session:
        found = session.scalars(select(Appointment).where(
            Appointment.status == status, Appointment.series_id.is_not(None),
            Appointment.starts_at > utc_now() + timedelta(days=2)).order_by(Appointment.starts_at)).first()
    assert found is not None
    return found


def wall_start(demo: Demo, row_id: int) -> datetime:
    with demo.database.reading() as session:
        return session.get(Appointment, row_id).wall_start


def link(page: Page, row: Appointment):
    return page.locator(f'[data-pickable][href="/appointments/{row.id}"]')


def test_a_tap_selects_and_move_leads_to_the_times_and_back(tabs: Tabs, demo: Demo) -> None:
    row = coming(demo)
    page = open_as(tabs, demo, Role.FRONT_DESK, TELEPHONE, has_touch=True, is_mobile=True)
    page.goto(f"/calendar/week?on={row.starts_on}")
    expect(page.get_by_text("Tap a visit, then “Move”")).to_be_visible()
    link(page, row).tap()
    bar = page.locator("#pick")
    expect(bar).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    bar.get_by_role("button", name="Close").tap()
    expect(bar).to_be_hidden()
    link(page, row).tap()
    bar.get_by_role("link", name="Move").tap()
    page.wait_for_url(re.compile(r"/move\?then="))
    page.locator("a.start").first.tap()
    page.wait_for_url(re.compile(r"[?&]to="))
    if page.locator("textarea[name=reason]").count():
        page.locator("textarea[name=reason]").first.fill("It suits after all")
    page.get_by_role("button", name=re.compile("Move only this|Move it all the same")).tap()
    expect(page.locator("#said")).to_contain_text("this is the new time")
    assert wall_start(demo, row.id) != row.wall_start and "/calendar/week" in page.url
    page.locator("[data-undo]").tap()
    expect(page.locator("#said")).to_contain_text("back where it stood")
    assert wall_start(demo, row.id) == row.wall_start


def test_the_day_offers_the_same_on_a_tablet_and_on_a_telephone(tabs: Tabs, demo: Demo) -> None:
    row = coming(demo)
    page = open_as(tabs, demo, Role.FRONT_DESK, TABLET, has_touch=True)
    page.goto(f"/calendar?on={row.starts_on}&by={'chair' if row.order_id else 'therapist'}")
    link(page, row).tap()
    expect(page.locator("#pick").get_by_role("link", name="Move")).to_be_visible()
    page.keyboard.press("Escape")
    page.set_viewport_size(TELEPHONE)
    page.get_by_role("link", name=re.compile("^Move ")).first.tap()
    page.wait_for_url(re.compile(r"/move"))


def test_a_visit_kept_behind_a_decision_moves_like_any_other(tabs: Tabs, demo: Demo) -> None:
    row = coming(demo, AppointmentStatus.HELD)
    with demo.database.reading() as session:
        assert session.scalar(select(Gate.id).where(Gate.series_id == row.series_id)) is not None
    page = open_as(tabs, demo, Role.FRONT_DESK, {"width": 1280, "height": 1600})
    page.goto(f"/calendar/week?on={row.starts_on}")
    day = row.starts_on + timedelta(days=1 if row.starts_on.weekday() < 4 else -1)
    link(page, row).drag_to(page.locator(f'[data-day="{day}"]'))
    dialog = page.locator("dialog#ripple")
    expect(dialog.locator(".ripple-way").first).to_contain_text("Only this visit")
    page.keyboard.press("Escape")
    assert wall_start(demo, row.id) == row.wall_start
    link(page, row).press("m")
    page.wait_for_url(re.compile(r"/move"))
    page.locator("a.start:not(.start--off)").first.press("Enter")
    page.get_by_role("button", name="Move only this").press("Enter")
    expect(page.locator("#said")).to_contain_text("this is the new time")
    with demo.database.reading() as session:
        moved = session.get(Appointment, row.id)
    assert moved.status == AppointmentStatus.HELD and moved.wall_start != row.wall_start
    page.wait_for_load_state("load")
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("back where it stood")
    assert wall_start(demo, row.id) == row.wall_start


def test_a_visit_that_has_begun_says_why_it_stays(tabs: Tabs, demo: Demo) -> None:
    with demo.database.reading() as session:
        row = session.scalars(select(Appointment).where(
            Appointment.status == AppointmentStatus.FULFILLED, Appointment.order_id.is_not(None))
            .order_by(Appointment.starts_at.desc())).first()
    page = open_as(tabs, demo, Role.FRONT_DESK, DESKTOP)
    page.goto(f"/calendar?on={row.starts_on}")
    visit = link(page, row)
    visit.scroll_into_view_if_needed()
    box = visit.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 60, steps=6)
    page.mouse.up()
    expect(page.locator("#pick")).to_contain_text("Take that back before you move it")
    page.goto(f"/calendar/week?on={row.starts_on}")
    link(page, row).press("m")
    expect(page.locator("#pick")).to_contain_text("Take that back before you move it")
    assert barriers(page) == []
