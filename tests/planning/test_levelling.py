"""A day levelled, by hand-written values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.levelling import Movable, WeekToLevel, levelled
from scheduler.planning.occupation import Phase
from scheduler.planning.plans import SeriesPlan
from scheduler.planning.scenario import (
    Booking,
    Clinic,
    Current,
    Gap,
    Preference,
    Resource,
    Series,
    Step,
    VisitType,
    Weights,
)
from scheduler.planning.series_planner import plan_series

FRIDAY = date(2027, 4, 2)
EIGHT_TO_TWO = (((480, 840),),) * 5 + ((), ())
CLINIC = Clinic("America/New_York", 5, EIGHT_TO_TWO)
INFUSION = VisitType("infusion", (Phase(15, {"chair": 1, "nurse": 2}), Phase(45, {"chair": 1, "nurse": 1})))
RESOURCES = (Resource("c1", "chair"), Resource("c2", "chair"), Resource("kim", "nurse", 4))
WEEK = WeekToLevel(CLINIC, RESOURCES, {"infusion": INFUSION}, (), Weights(unplanned=1000, moved=1))


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2027, 4, day, hour, minute)


def visit(key: str, start: datetime, chair: str = "c1", **more) -> Movable:
    current = Current(start, {"chair": chair, "nurse": "kim"})
    return Movable(key, key, Series(key, f"p{key}", start.date(), start.date(),
                                    (Step("inf-1", "infusion", current=current),), **more), 15)


def starts(week: WeekToLevel, *movable: Movable) -> dict[str, datetime]:
    places, finished = levelled(week, movable)
    assert finished
    return {key: place.start for key, place in places.items()}


def test_two_that_begin_together_are_taken_apart_on_their_day():
    found = starts(WEEK, visit("a", at(9)), visit("b", at(9), "c2"))
    assert found == {"a": at(8), "b": at(9)}


def test_a_day_that_is_calm_stays_as_it_is():
    assert starts(WEEK, visit("a", at(9)), visit("b", at(10))) == {"a": at(9), "b": at(10)}


def test_days_do_not_mix():
    assert starts(WEEK, visit("a", at(9, day=1)), visit("b", at(9), "c2")) == {"a": at(9, day=1), "b": at(9)}


def test_what_stays_is_kept_clear_of_and_is_not_moved():
    week = replace(WEEK, bookings=(Booking("q", "infusion", at(9), {"chair": "c2", "nurse": "kim"}),),
                   check_ins=((at(9), 15),))
    assert starts(week, visit("a", at(9))) == {"a": at(8)}


def test_what_the_patient_asked_for_is_kept():
    late = visit("b", at(10), "c2", prefer=Preference(from_minute=600, to_minute=660))
    early = visit("a", at(10), prefer=Preference(from_minute=600, to_minute=660),
                  unavailable=((at(8), at(10)), (at(11, 30), at(14))))
    found = starts(WEEK, early, late)
    assert all(at(10) <= start < at(11) for start in found.values())
    assert found["a"] != found["b"]


def test_no_start_is_given_before_the_notice():
    week = replace(WEEK, not_before=at(9, 30))
    assert min(starts(week, visit("a", at(11)), visit("b", at(11), "c2")).values()) >= at(9, 30)


def test_hours_between_two_visits_of_a_course_hold_wherever_both_go():
    """Thursday 9:00 and Friday 9:00, at least 24 hours apart, each beside another visit at 9:00."""
    def step(id_: str, start: datetime, fixed: bool) -> Step:
        gaps = (Gap("inf-1", min_hours=24),) if id_ == "inf-2" else ()
        return Step(id_, "infusion", gaps, Current(start, {"chair": "c1", "nurse": "kim"}), fixed)
    thursday, friday = at(9, day=1), at(9)
    course = [Movable(f"a{number}", "course", Series("course", "p", date(2027, 4, 1), FRIDAY, (
        step("inf-1", thursday, number == 2), step("inf-2", friday, number == 1))), 15) for number in (1, 2)]
    week = replace(WEEK, bookings=tuple(
        Booking(f"q{day}", "infusion", at(9, day=day), {"chair": "c2", "nurse": "kim"}) for day in (1, 2)))
    found = starts(week, *course)
    assert found["a1"] != thursday and found["a2"] != friday
    assert (found["a2"] - found["a1"]).total_seconds() >= 24 * 3600


def test_without_time_nothing_moves():
    places, finished = levelled(WEEK, [visit("a", at(9)), visit("b", at(9), "c2")], late=lambda: True)
    assert not finished and [place.start for place in places.values()] == [at(9), at(9)]


def test_crowding_weighed_keeps_a_start_out_of_anothers_check_in():
    """Booked at 9:00, check-in until 9:15, with 2 units in use and then 1. Only 9:00 to 9:30 is possible."""
    booked = Booking("q", "infusion", at(9), {"chair": "c2", "nurse": "kim"})
    index = CalendarIndex(CLINIC, RESOURCES, {"infusion": INFUSION}, (booked,), FRIDAY, FRIDAY)
    course = Series("s", "p", FRIDAY, FRIDAY, (Step("inf-1", "infusion"),),
                    unavailable=((at(8), at(9)), (at(10, 30), at(14))))
    careless = plan_series(index, course, Weights(unplanned=1000))
    apart = plan_series(index, course, Weights(unplanned=1000, crowding={"nurse": 5}))
    assert isinstance(careless, SeriesPlan) and isinstance(apart, SeriesPlan)
    assert careless.visits[0].start == at(9)
    assert at(9, 15) <= apart.visits[0].start <= at(9, 30) and apart.cost.crowding == 5
