"""The desk's changes by keyboard alone: every main act is reached with Tab, the focus is always seen, Enter does it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect

from models import Series
from scheduler.clock import utc_now
from scheduler.database import Database
from scheduler.planning.lifecycle import SeriesStatus
from scheduler.planning.words import Role
from tests.journeys.conftest import DESKTOP, ON_SQLITE, TELEPHONE
from tests.journeys.demo_clinic import Demo, demo, open_as
from tests.journeys.stage import Tabs
from tests.journeys.test_moving_a_visit import booked, stands

__all__ = ["booked", "demo"]
FARTHEST = 120
FOCUS = """one => {
  const here = document.activeElement;
  const around = [here, here.closest(".card-choice, .day-box, .choices"), here.nextElementSibling].filter(Boolean);
  const ring = (node) => { const look = getComputedStyle(node);
    return (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2) || /rgb.* 2px/.test(look.boxShadow); };
  const mark = here.querySelector && here.querySelector(".strip-hit");
  const box = here.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
  return [one !== null && (one === here || one.contains(here)), seen && (around.some(ring) || Boolean(mark)),
          `${here.tagName} ${here.className} ${here.textContent.trim().slice(0, 40)}`];
}"""


def tab_to(page: Page, wanted: Locator, farthest: int = FARTHEST) -> None:
    """From the content on, press Tab until the focus is there; wherever it stops on the way, one sees where it is."""
    expect(wanted).to_be_visible()
    page.emulate_media(reduced_motion="reduce")
    target = wanted.element_handle()
    if page.evaluate("document.activeElement === document.body"):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main", "the first Tab and Enter skip to the content"
    for _ in range(farthest):
        page.keyboard.press("Tab")
        there, seen, what = page.evaluate(FOCUS, target)
        assert seen, f"the focus is not to be seen on {what}"
        if there:
            return
    raise AssertionError(f"Tab does not reach {wanted}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Reach it with Tab, press it, and wait for the page that comes."""
    tab_to(page, wanted)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press(key)


def say(page: Page, label: str, words: str) -> None:
    """Reach a field with Tab and type."""
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(words)


def undo(page: Page, said: str) -> None:
    """`u` takes back what was just done."""
    expect(page.locator("[data-undo]")).to_be_visible()
    page.wait_for_load_state("load")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text(said)


def typed(day: date) -> str:
    """A day as one types it into a date field of an American browser."""
    return f"{day:%m%d%Y}"


@ON_SQLITE
def test_a_visit_is_moved_from_the_day_and_from_the_week(open_page: Callable[..., Page], database: Database,
                                                         booked) -> None:
    row_id = booked.appointment_ids[6]
    before = stands(database, row_id)
    page = open_page()
    for calendar, size in (("/calendar", DESKTOP), ("/calendar/week", TELEPHONE)):
        page.set_viewport_size(size)
        page.goto(f"{calendar}?on={before.date()}")
        tab_to(page, page.locator(f'[data-pickable][href="/appointments/{row_id}"]'))
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("m")
        press(page, page.locator("a.start:not(.start--off)").first)
        page.wait_for_url(re.compile(r"[?&]to="))
        press(page, page.get_by_role("button", name="Move only this"))
        expect(page.locator("#said")).to_contain_text("this is the new time")
        assert stands(database, row_id) != before
        undo(page, "back where it stood")
        assert stands(database, row_id) == before


@ON_SQLITE
def test_a_series_is_paused_resumed_and_stopped_and_a_visit_put_off(open_page: Callable[..., Page],
                                                                    database: Database, booked) -> None:
    def status() -> SeriesStatus:
        with database.reading() as session:
            return session.get_one(Series, booked.series_id).status

    page = open_page()
    page.goto(f"/series/{booked.series_id}")
    press(page, page.get_by_role("link", name="Pause"))
    say(page, "Reason", "away")
    press(page, page.get_by_role("button", name="Pause the series"))
    assert status() == SeriesStatus.ON_HOLD
    for resumed in (False, True):
        press(page, page.get_by_role("link", name="Resume the series"))
        say(page, "Reason", "back")
        press(page, page.get_by_role("button", name="Resume the series"))
        expect(page.get_by_text("runs again")).to_be_visible()
        if not resumed:
            undo(page, "the series is paused again")
            assert status() == SeriesStatus.ON_HOLD
    press(page, page.get_by_role("button", name="Apply"))
    expect(page.locator("#said")).to_contain_text("the course is whole again")
    page.goto(f"/appointments/{booked.appointment_ids[6]}")
    press(page, page.get_by_role("link", name="Put off or leave out"))
    tab_to(page, page.get_by_label("Put it off"))
    page.keyboard.press("Space")
    say(page, "Reason", "asked for it")
    press(page, page.get_by_role("button", name="Set this visit aside"))
    undo(page, "taken back")
    press(page, page.get_by_role("link", name="Stop the series"))
    say(page, "Reason", "moves away")
    press(page, page.get_by_role("button", name="Stop the series"))
    assert status() == SeriesStatus.STOPPED
    undo(page, "runs again")
    assert status() == SeriesStatus.ACTIVE


@ON_SQLITE
def test_a_closed_day_is_planned_adjusted_applied_undone_and_offered(open_page: Callable[..., Page],
                                                                     database: Database, booked) -> None:
    before = stands(database, booked.appointment_ids[2])
    page = open_page()
    page.goto("/calendar")
    press(page, page.get_by_role("link", name="Something is out"))
    say(page, "First day", typed(before.date()))
    press(page, page.get_by_role("button", name="See whom it hits"))
    expect(page.get_by_role("button", name="Move all")).to_be_visible(timeout=30_000)
    press(page, page.get_by_role("link", name="Leave out"))
    press(page, page.get_by_role("link", name="Take in again"))
    expect(page.get_by_role("button", name="Move all")).to_be_visible(timeout=30_000)
    press(page, page.get_by_role("button", name="Move all"))
    assert stands(database, booked.appointment_ids[2]) != before
    press(page, page.get_by_role("button", name="Undo all of it"))
    assert stands(database, booked.appointment_ids[2]) == before
    page.goto("/out")
    press(page, page.get_by_role("link", name="Re-plan this course"))
    expect(page.get_by_role("button", name="Move all")).to_be_visible(timeout=30_000)
    press(page, page.get_by_role("link", name="Ask the patients first"))
    expect(page.get_by_role("button", name="Ask 1 patient")).to_be_visible(timeout=30_000)
    press(page, page.get_by_role("button", name="Ask 1 patient"))
    press(page, page.get_by_role("button", name="They say yes"))
    expect(page.locator("#said")).to_contain_text("The new times are booked")
    assert stands(database, booked.appointment_ids[2]) != before


def test_decisions_the_waiting_list_and_the_level_week_are_reached(tabs: Tabs, demo: Demo) -> None:
    clinician = open_as(tabs, demo, Role.CLINICIAN, DESKTOP)
    clinician.goto("/worklists/decisions")
    press(clinician, clinician.get_by_role("link", name="Decide").first)
    tab_to(clinician, clinician.get_by_label("Continue as planned"))
    clinician.keyboard.press("Space")
    press(clinician, clinician.get_by_role("button", name="Decide"))
    expect(clinician.locator("#said")).to_contain_text("continues")
    undo(clinician, "the decision is taken back")

    desk = open_as(tabs, demo, Role.FRONT_DESK, TELEPHONE)
    desk.goto("/worklists/waiting")
    acts = desk.locator("main .row-actions button, main .row-actions a")
    if acts.count():
        tab_to(desk, acts.first)

    admin = open_as(tabs, demo, Role.ADMINISTRATOR, DESKTOP)
    admin.goto(f"/admin/what-if?on={(utc_now() + timedelta(days=7)).date()}")
    tab_to(admin, admin.get_by_label("Go to the week of a day"))
    press(admin, admin.get_by_role("button", name="Go", exact=True))
    expect(admin.get_by_role("heading", name="What if: a level week")).to_be_visible()
