"""A clinician decides how courses go on, an administrator looks at a level week, the desk reads the load of a day."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from models import Appointment, Series
from scheduler.clock import utc_now
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.planning.words import Role
from tests.journeys.axe import barriers
from tests.journeys.conftest import DESKTOP, TELEPHONE
from tests.journeys.demo_clinic import Demo, demo, open_as
from tests.journeys.stage import Tabs

__all__ = ["demo"]


def kept(demo: Demo, series_id: int) -> int:
    """How many visits of a course are held."""
    with demo.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Appointment).where(
            Appointment.series_id == series_id, Appointment.status == AppointmentStatus.HELD)) or 0


def next_decision(page: Page, demo: Demo, *, keeping: bool = True) -> int:
    """Open the first course of the worklist (that still keeps times); gives its series."""
    page.goto("/worklists/decisions")
    rows = page.get_by_role("row").filter(has=page.get_by_role("link", name="Decide"))
    for row in rows.all():
        series_id = int(re.search(r"/series/(\d+)", row.locator("a[data-row]").get_attribute("href"))[1])
        if kept(demo, series_id) or not keeping:
            row.get_by_role("link", name="Decide").press("Enter")
            expect(page.get_by_role("button", name="Decide")).to_be_visible()
            return series_id
    raise AssertionError("no course waits for a decision")


def test_a_clinician_continues_tapers_and_stops(tabs: Tabs, demo: Demo) -> None:
    page = open_as(tabs, demo, Role.CLINICIAN, DESKTOP)
    series_id = next_decision(page, demo)
    assert barriers(page) == []
    before = kept(demo, series_id)
    page.get_by_label("Continue as planned").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("#said")).to_contain_text("continues")
    assert kept(demo, series_id) == 0
    page.wait_for_load_state("load")
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("the course waits for one as before")
    assert kept(demo, series_id) == before

    next_decision(page, demo)
    page.get_by_label("Taper:").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Decide").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("how many further infusions")
    assert barriers(page) == []
    page.get_by_label("Further infusions ordered").fill("2")
    page.get_by_label("Protocol of the taper").select_option(index=1)
    taper = page.get_by_label("Protocol of the taper").input_value()
    page.get_by_label("Reason").fill("calmer now")
    page.get_by_role("button", name="Decide").press("Enter")
    expect(page.locator("#said")).to_contain_text("ends here, with a taper to be booked")
    assert kept(demo, series_id) == 0
    book = page.get_by_role("link", name="Book it")
    order = re.search(r"order=(\d+)", book.get_attribute("href"))[1]
    book.press("Enter")
    expect(page.locator('input[name="order"]:checked')).to_have_value(order)
    expect(page.locator('input[name="protocol"]:checked')).to_have_value(taper)
    page.goto("/worklists/decisions")
    expect(page.get_by_role("table", name="Orders to book")).to_contain_text("2 infusions under")

    stopped = next_decision(page, demo, keeping=False)
    page.get_by_label("Stop:").check()
    page.get_by_label("Reason").fill("moves away")
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("#said")).to_contain_text("is stopped")
    with demo.database.reading() as session:
        assert session.get(Series, stopped).status == SeriesStatus.STOPPED


def test_the_load_of_a_day_is_read_as_a_strip_and_as_a_table(tabs: Tabs, demo: Demo) -> None:
    with demo.database.reading() as session:
        day = session.scalars(select(Appointment.starts_on).where(
            Appointment.order_id.is_not(None), Appointment.status == AppointmentStatus.BOOKED,
            Appointment.starts_at > utc_now())).first()
    for size in (DESKTOP, TELEPHONE):
        page = open_as(tabs, demo, Role.FRONT_DESK, size)
        page.goto(f"/calendar?on={day}")
        said = page.get_by_role("img", name=re.compile(r"Nurse load: At most \d+ of \d+ units in use"))
        most = int(re.search(r"At most (\d+) of", said.get_attribute("aria-label"))[1])
        page.get_by_text("The same as a table").focus()
        page.keyboard.press("Enter")
        table = page.get_by_role("table", name=re.compile("Nurse units in use"))
        expect(table).to_be_visible()
        used = [int(cell) for cell in table.locator("tbody tr td:nth-of-type(1)").all_inner_texts()]
        assert max(used) == most > 0
        assert barriers(page) == []


def test_a_level_week_stands_beside_the_booked_one_and_changes_nothing(tabs: Tabs, demo: Demo) -> None:
    def starts() -> list:
        with demo.database.reading() as session:
            return session.execute(select(Appointment.id, Appointment.starts_at, Appointment.version).order_by(
                Appointment.id)).all()

    before = starts()
    page = open_as(tabs, demo, Role.ADMINISTRATOR, DESKTOP)
    page.goto("/admin/what-if")
    page.keyboard.press("]")
    page.wait_for_url(re.compile(r"on="))
    expect(page.get_by_role("heading", name="As booked, and level-loaded")).to_be_visible()
    rows = page.get_by_role("table", name=re.compile("as booked and level")).locator("tbody tr")
    assert rows.count() > 0
    for text in rows.locator('[data-label="Most nurse units"]').all_inner_texts():
        booked, level = (int(number) for number in re.findall(r"\d+", text))
        assert level <= booked
    assert barriers(page) == []
    page.set_viewport_size(TELEPHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert starts() == before
