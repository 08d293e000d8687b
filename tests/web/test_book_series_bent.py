"""What cannot be meant, what was bent on the way, and whose rows are nobody else's, in booking a series."""

from __future__ import annotations

from html import unescape

import pytest
import time_machine

from scheduler.planning.words import Role
from tests.builders import NOW
from tests.services.series_kit import MONDAY, Course, build_course
from tests.web.booking_steps import action, find, held_page, hold, plans_of


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


@pytest.mark.parametrize(("changes", "says"), [
    ({"earliest": "2027-04-01"}, "today or a later day"), ({"earliest": ""}, "earliest day"),
    ({"latest": "2027-04-03"}, "before the earliest"), ({"infusions": "61"}, "from 1 to 60"),
    ({"from_time": "12:00", "to_time": "09:00"}, "later than the time"),
    ({"not_weekdays": ["0", "1", "2", "3", "4"]}, "No day is left"),
    ({"away-0-last_day": "2027-04-12"}, "first day as well"),
    ({"away-0-first_day": "2027-04-12", "away-0-last_day": "2027-04-10"}, "ends before it begins"),
    ({"earliest": "soon"}, "Earliest day"), ({"latest": "soon"}, "Latest day"), ({"to_time": "soon"}, "time"),
    ({"away-0-first_day": "soon"}, "Cannot come"),
    ({"order": "999999"}, "Nothing is left on this order"), ({"protocol": "x"}, "protocols that are ready"),
])
def test_a_wrong_wish_says_what_to_do(course, desk, changes, says) -> None:
    answer = find(desk, course, **changes)
    assert answer.status_code == 422 and says in unescape(answer.text)


def test_what_was_touched_on_the_way_is_refused(course, desk) -> None:
    plan = plans_of(find(desk, course).text)[0]
    for touched in ("", "x", plan[:-3] + "abc", plan + "x"):
        assert hold(desk, course, touched).status_code == 400
    _, page = held_page(desk, course)
    assert desk.post(action(page, "/book"), data={"key": "hold-1-1"}).status_code == 400
    assert desk.post(action(page, "/book")).status_code == 400


def test_a_plan_of_one_patient_is_not_another_s(database, kit, course, desk) -> None:
    other = build_course(database, kit, protocol_id=course.protocol_id, family="Rowe")
    plan = plans_of(find(desk, course).text)[0]
    assert hold(desk, other, plan).status_code == 400


@pytest.mark.parametrize("bent", [
    "order=x", "order=-1", "order=99999999999999999999", "infusions=many", "earliest=soon", "earliest=9999-12-31",
    "day=7", "from=late", "away=never", "hand=inf-1", "instead=x"])
def test_a_bent_address_is_a_400(course, desk, bent) -> None:
    fields = {"order": course.order_id, "protocol": course.protocol_id, "infusions": 6, "earliest": MONDAY}
    name, _, value = bent.partition("=")
    query = "&".join(f"{one}={kept}" for one, kept in (fields | {name: value}).items())
    answer = desk.get(f"/patients/{course.patient_id}/series/new?find=1&{query}")
    assert answer.status_code == 400 and "could not be read" in answer.text


@pytest.mark.parametrize("path", ["series/new", "holds/1", "holds/99999", f"holds/{2**31}", f"holds/{10**30}"])
def test_a_patient_or_hold_that_is_not_there_is_a_404(course, desk, path) -> None:
    assert desk.get(f"/patients/1/{path}").status_code == 404  # the noise clinic's
    if "holds" in path:
        assert desk.get(f"/patients/{course.patient_id}/{path}").status_code == 404


def test_a_number_that_no_row_can_have_is_a_404(desk) -> None:
    for number in (2**31, 2**63, 10**40):
        for address in (f"/patients/{number}", f"/patients/{number}/series/new", f"/series/{number}/booked"):
            assert desk.get(address).status_code == 404
