"""A visit that stands in the book is looked at anew when the calendar changes under it."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from scheduler.planning.standing import (
    HouseHours,
    Occupied,
    StandingResource,
    StandingVisit,
    overfull,
    reasons,
)

OPEN = {0: [(time(8), time(12)), (time(13), time(18))]}


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 4, 5, hour, minute)


def visit(begins=at(9), ends=at(11), units=2, id_=1) -> StandingVisit:
    return StandingVisit(id_, begins, ends, 120, 120, (Occupied(7, units, begins, ends),))


def house(**changes) -> HouseHours:
    return HouseHours(OPEN, resources={7: StandingResource("Kim", **{"units": 4, "active": True, **changes})})


def test_a_visit_that_fits_has_nothing_against_it() -> None:
    assert reasons(visit(), house()) == ()
    assert overfull([visit(), visit(id_=2)], house()) == {}


@pytest.mark.parametrize(("changes", "said"), [
    ({"active": False}, "Kim is no longer in use"),
    ({"away": ((at(10, 59), at(12)),)}, "Kim is away"),
    ({"week": {0: [(time(9, 5), time(18))]}}, "It lies outside the hours of Kim"),
    ({"week": {}}, "It lies outside the hours of Kim"),
])
def test_what_happened_to_the_resource_is_said(changes, said) -> None:
    assert reasons(visit(), house(**changes)) == (said,)


def test_time_off_that_only_touches_does_not_hit() -> None:
    assert reasons(visit(), house(away=((at(11), at(12)), (at(8), at(9))))) == ()


def test_the_lunch_break_and_a_closed_day_hit() -> None:
    assert reasons(visit(at(11), at(13)), house()) == ("It lies outside the opening hours",)
    shut = HouseHours(OPEN, ((date(2027, 4, 5), date(2027, 4, 5)),), house().resources)
    assert reasons(visit(), shut) == ("The clinic is closed that day",)


def test_midnight_as_an_end_is_the_end_of_the_day() -> None:
    late = HouseHours({0: [(time(20), time())]}, resources=house().resources)
    assert reasons(visit(at(22), datetime(2027, 4, 6)), late) == ()


def test_a_kind_of_visit_that_has_become_longer_hits() -> None:
    longer = StandingVisit(1, at(9), at(11), 120, 130, ())
    assert reasons(longer, house()) == (
        "It is booked for 120 minutes, and this kind of visit now takes 130",)


def test_units_are_counted_by_the_minute() -> None:
    """9 to 10 and 10 to 11 with 3 units each never meet; with a third over both, 4 are in use."""
    first, second, over = visit(at(9), at(10), 3, 1), visit(at(10), at(11), 3, 2), visit(at(9), at(11), 1, 3)
    assert overfull([first, second, over], house()) == {}
    assert set(overfull([first, second, over], house(units=3))) == {1, 2, 3}
