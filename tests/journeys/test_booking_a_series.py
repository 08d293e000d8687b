"""A course is booked on the telephone's other end: by keyboard alone at a desk, by touch on a small screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from models import Appointment, Hold, Series
from scheduler.clock import utc_now
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from tests.journeys.axe import barriers
from tests.journeys.conftest import DESKTOP, ON_SQLITE, TELEPHONE
from tests.services.series_kit import Course, build_course

pytestmark = ON_SQLITE
SIZES = pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])


@pytest.fixture
def course(database, kit) -> Course:
    return build_course(database, kit)


def sound(page: Page) -> None:
    """Nothing keeps anybody out, and nothing runs off the screen."""
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_by_keyboard_alone_from_the_calendar_to_the_itinerary_and_back(open_page, database, course) -> None:
    page = open_page()
    page.goto("/calendar")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="New series")).to_be_visible()
    page.keyboard.type("qui")
    expect(page.get_by_role("link", name="Quill, Ada")).to_be_visible()
    sound(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Book a series")).to_be_visible()
    expect(page.locator("[name=order]").first).to_be_focused()
    sound(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Hold this plan")).to_be_visible()
    expect(page.locator("#plan-1")).to_be_focused()
    sound(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Book 7 visits")).to_be_visible()
    expect(page.locator("[data-hold-left]")).to_contain_text("14:")
    sound(page)
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Itinerary")).to_be_visible()
    expect(page.get_by_text("A. Q. is booked from")).to_be_visible()
    sound(page)
    with database.reading() as session:
        assert session.scalar(select(Series.status)) == SeriesStatus.ACTIVE
        assert session.scalar(select(func.count(Appointment.id))) == 7
    page.keyboard.press("u")
    expect(page.get_by_text("is taken back: 7 visits cancelled")).to_be_visible()
    with database.reading() as session:
        assert session.scalar(select(Series.status)) == SeriesStatus.STOPPED


@SIZES
def test_a_visit_is_set_by_hand_and_the_rest_follows(open_page, database, course, size) -> None:
    page = open_page(size=size)
    page.goto(f"/patients/{course.patient_id}")
    page.get_by_role("link", name="Book a series").click()
    page.get_by_role("button", name="Find times").click()
    page.get_by_role("button", name="Hold this plan").click()
    page.get_by_role("link", name="Change Infusion 2 of 6").click()
    expect(page.get_by_role("heading", name="Infusion 2 of 6: another time")).to_be_visible()
    sound(page)
    same_day = page.locator(".start-day", has=page.locator("[aria-current]"))
    same_day.get_by_role("button", name="2:00 PM", exact=True).click()
    expect(page.get_by_text("The rest is planned around it, and held anew.")).to_be_visible()
    expect(page.get_by_text("Set by hand")).to_be_visible()
    with database.reading() as session:
        moved = session.scalars(select(Appointment).where(Appointment.step == "inf-2")).one()
        assert (moved.wall_start.hour, moved.status) == (14, AppointmentStatus.HELD)


def test_a_hold_runs_out_before_ones_eyes_and_one_click_plans_again(open_page, database, course) -> None:
    page = open_page()
    page.goto(f"/patients/{course.patient_id}/series/new")
    page.get_by_label("Wed", exact=True).first.check(force=True)
    page.get_by_role("button", name="Find times").click()
    page.get_by_role("button", name="Hold this plan").click()
    expect(page.get_by_role("button", name="Book 7 visits")).to_be_visible()
    with database.writing() as session:
        session.execute(update(Hold).values(expires_at=utc_now() + timedelta(seconds=3)))
    page.reload()
    expect(page.get_by_text("The time has passed and the times are free again.")).to_be_visible()
    expect(page.get_by_role("button", name="Book 7 visits")).to_be_hidden()
    page.get_by_role("link", name="Plan again").click()
    expect(page.get_by_role("heading", name="The plan is no longer held")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="Plan again with the same wishes").click()
    expect(page.get_by_role("button", name="Hold this plan")).to_be_visible()
    expect(page.get_by_text("Wed · any therapist")).to_be_visible()


@SIZES
def test_a_single_visit_is_booked_with_one_click(open_page, database, course, size) -> None:
    page = open_page(size=size)
    page.goto(f"/patients/{course.patient_id}")
    page.get_by_role("link", name="Book a visit").click()
    sound(page)
    page.get_by_role("button", name="Find times").click()
    expect(page.locator(".start-day").first).to_be_visible()
    sound(page)
    page.locator(".start-day").nth(1).locator(".start").first.click()
    expect(page.get_by_text("A. Q. is booked for")).to_be_visible()
    with database.reading() as session:
        assert session.scalar(select(Appointment.status)) == AppointmentStatus.BOOKED


@SIZES
def test_absences_are_added_row_by_row_and_a_wrong_one_is_named(open_page, course, size) -> None:
    page = open_page(size=size)
    page.goto(f"/patients/{course.patient_id}/series/new")
    page.get_by_role("button", name="Another absence").click()
    page.locator("[name=away-1-last_day]").fill("2031-04-12")
    page.get_by_label("Record a new order").check()
    page.get_by_label("Infusions ordered").fill("5")
    assert page.get_by_label("Infusions to book now").input_value() == "5"
    page.get_by_role("button", name="Find times").click()
    expect(page.get_by_role("link", name="Cannot come: Enter the first day as well")).to_be_visible()
    assert page.locator("[name=away-1-last_day]").input_value() == "2031-04-12"
    sound(page)
