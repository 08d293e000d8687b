"""Setting one visit of a held plan by hand: the rest is planned around it, and the hold is swapped."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from sqlalchemy import func, select

from models import Appointment, Hold
from scheduler.planning.words import Role
from tests.builders import NOW
from tests.services.series_kit import Course, build_course
from tests.web.booking_steps import book, held_page


@pytest.fixture(autouse=True)
def at_ten():
    """It is Friday, ten in the morning."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def course(database, kit) -> Course:
    return build_course(database, kit)


@pytest.fixture
def desk(client_for):
    return client_for(Role.FRONT_DESK)


def change_address(page: str, step: str) -> str:
    """The address behind *Change* of one visit."""
    return unescape(re.search(rf'href="([^"]+/visits/{step}\?[^"]+)"', page)[1])


def starts_of(page: str) -> list[str]:
    """Every time that a page offers, by button or in a list."""
    return sorted(set(re.findall(r'(?:name="start"|<option) value="(2027[^"]+)"', page)))


def starts_held(database) -> dict[str, datetime]:
    """Where the held visits stand."""
    with database.reading() as session:
        return {row.step: row.wall_start for row in session.scalars(select(Appointment))}


def test_every_time_that_keeps_every_rule_is_listed_by_day(database, course, desk) -> None:
    _, page = held_page(desk, course)
    answer = desk.get(change_address(page, "inf-2"))
    assert answer.status_code == 200 and "Infusion 2 of 6: another time" in answer.text
    starts = starts_of(answer.text)
    days = {date.fromisoformat(start[:10]) for start in starts}
    assert date(2027, 4, 10) not in days and date(2027, 4, 8) in days  # a Saturday; a Thursday
    assert len(starts) > 50 and all("08:00" <= start[11:] <= "15:55" for start in starts)
    assert "now" in re.search(r'aria-current="true"[^>]*>.*?</button>', answer.text)[0]
    assert "best" in answer.text


def test_the_rest_is_planned_around_the_time_that_was_chosen(database, course, desk) -> None:
    _, page = held_page(desk, course)
    before = starts_held(database)
    wanted = datetime(2027, 4, 9, 14, 30)
    assert before["inf-2"] != wanted
    answer = desk.post(change_address(page, "inf-2"), data={"start": f"{wanted:%Y-%m-%dT%H:%M}"})
    assert answer.status_code == 303 and "hand=inf-2@2027-04-09T14:30" in unescape(answer.location).replace("%3A", ":")
    after = starts_held(database)
    assert after["inf-2"] == wanted and len(after) == 7
    gaps = [(after[f"inf-{n + 1}"].date() - after[f"inf-{n}"].date()).days for n in range(1, 6)]
    assert all(least - 1 <= gap <= least + 2 for gap, least in zip(gaps, (2, 2, 3, 2, 2), strict=True))
    page = desk.get(answer.location).text
    assert "Set by hand" in page
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Hold)) == 1
    assert book(desk, page).status_code == 303


def test_a_visit_set_by_hand_can_be_planned_again(database, course, desk) -> None:
    _, page = held_page(desk, course)
    before = starts_held(database)
    moved = desk.post(change_address(page, "inf-2"), data={"start": "2027-04-09T14:30"})
    page = desk.get(moved.location).text
    change = change_address(page, "inf-2")
    assert "Let this visit be planned again" in desk.get(change).text
    assert desk.post(change, data={"start": ""}).status_code == 303
    assert starts_held(database) == before


def test_a_time_that_breaks_a_rule_is_refused_and_the_hold_stays(database, course, desk) -> None:
    _, page = held_page(desk, course)
    before = starts_held(database)
    answer = desk.post(change_address(page, "inf-2"), data={"start": "2027-04-10T09:00"})
    assert answer.status_code == 409 and "There is no time for" in answer.text and starts_of(answer.text)
    assert starts_held(database) == before


@pytest.mark.parametrize("start", ["soon", "9999-01-01T09:00", "2027-04-09T14:30+02:00", None])
def test_what_is_no_time_is_a_400(course, desk, start) -> None:
    _, page = held_page(desk, course)
    data = {} if start is None else {"start": start}
    assert desk.post(change_address(page, "inf-2"), data=data).status_code == 400


def test_a_step_that_the_plan_does_not_have_is_a_404(course, desk) -> None:
    _, page = held_page(desk, course)
    address = change_address(page, "inf-2")
    assert desk.get(address.replace("inf-2", "inf-9")).status_code == 404
    assert desk.post(address.replace("inf-2", "inf-9"), data={"start": "2027-04-09T14:30"}).status_code == 404


def test_other_days_can_be_looked_at(course, desk) -> None:
    _, page = held_page(desk, course)
    text = desk.get(change_address(page, "inf-2")).text
    later = unescape(re.search(r'href="([^"]+around=[^"]+)"[^>]*>[^L]*Later', text, re.S)[1])
    assert desk.get(later).status_code == 200
    assert desk.get(change_address(page, "inf-2") + "&around=never").status_code == 400


def test_after_the_hold_has_passed_nothing_is_moved(course, desk, client_for) -> None:
    _, page = held_page(desk, course)
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        desk = client_for(Role.FRONT_DESK)
        assert desk.get(change_address(page, "inf-2")).status_code == 410
        answer = desk.post(change_address(page, "inf-2"), data={"start": "2027-04-09T14:30"})
        assert answer.status_code == 409 and "Plan again with the same wishes" in answer.text


def test_a_held_plan_is_named_on_the_patient_s_page_with_the_way_to_it(course, desk) -> None:
    address, _ = held_page(desk, course)
    for path in ("", "/series/new"):
        page = desk.get(f"/patients/{course.patient_id}{path}").text
        assert "A plan is held for this patient until 10:15 AM" in page and address.partition("?")[0] in page
