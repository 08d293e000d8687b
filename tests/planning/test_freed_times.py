"""A freed time serves any visit that may start in it by every rule of its course, of whatever type."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.freed_times import left_over, start_within
from scheduler.planning.occupation import Phase
from scheduler.planning.plans import Restriction
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
from scheduler.planning.waitlist import Freed, Suits, Waiting

MONDAY = date(2027, 4, 5)
LATELY = datetime(2027, 4, 1, tzinfo=UTC)
TYPES = {
    "long": VisitType("long", (Phase(120, {"chair": 1, "nurse": 1}),)),
    "short": VisitType("short", (Phase(60, {"chair": 1}),)), "talk": VisitType("talk", (Phase(60, {"th": 1}),))}
RESOURCES = [Resource("c1", "chair"), Resource("c2", "chair"), Resource("n1", "nurse", 2), Resource("t1", "th")]


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute))


FREED = Freed(at(10), at(12), {"chair": "c1", "nurse": "n1"})
FULL = tuple(Booking(f"{chair} {hour}", "long", at(hour), {"chair": chair, "nurse": "n1"})
             for chair, hour in (("c2", 8), ("c2", 10), ("c2", 12), ("c1", 12), ("c1", 8)))
"""Both chairs from eight to two, but for c1 from ten to twelve."""


def start(visit_type: str, *bookings: Booking, freed: Freed = FREED, suits: Suits = Suits(), before: Step | None = None,
          gaps: tuple[Gap, ...] = (), prefer: Preference = Preference(), restrict: Restriction | None = None):
    clinic = Clinic("America/New_York", 30, (((480, 840),),) * 5 + ((), ()))
    calendar = CalendarIndex(clinic, RESOURCES, TYPES, bookings, MONDAY, MONDAY + timedelta(days=9))
    steps = (*((before,) if before else ()), Step("mine", visit_type, gaps))
    series = Series("s", "p", MONDAY, MONDAY, steps, prefer=prefer)
    one = Waiting(1, at(10, day=7), None, LATELY, suits)
    found = start_within(calendar, series, Weights(unplanned=1000), one, freed,
                         **({"restrict": restrict} if restrict else {}))
    return found and (found.start, dict(found.resources))


def test_the_same_type_fits_at_the_freed_start_alone() -> None:
    assert start("long", *FULL) == (at(10), {"chair": "c1", "nurse": "n1"})
    assert start("long", *FULL, suits=Suits(from_time=time(10, 30))) is None, "it would run into the next visit"


def test_a_shorter_type_fits_later_in_it_too() -> None:
    assert start("short", *FULL) == (at(10), {"chair": "c1"})
    assert start("short", *FULL, suits=Suits(from_time=time(10, 30))) == (at(10, 30), {"chair": "c1"})
    assert start("short", *FULL, suits=Suits(from_time=time(11, 30))) is None


def test_a_longer_type_fits_where_the_time_after_is_free_as_well() -> None:
    freed = Freed(at(10), at(11), {"chair": "c1"})
    assert start("long", freed=freed) == (at(10), {"chair": "c1", "nurse": "n1"})
    assert start("long", *FULL[3:], freed=freed, suits=Suits(from_time=time(10, 30))) is None


def test_what_needs_nothing_of_what_was_freed_is_not_served() -> None:
    assert start("talk") is None
    assert start("talk", freed=Freed(at(10), at(12))) == (at(10), {"th": "t1"}), "where it is not known what was freed"


def test_a_freed_nurse_serves_a_visit_in_another_chair() -> None:
    assert start("long", FULL[4], Booking("w", "short", at(10), {"chair": "c1"}),
                 Booking("x", "short", at(11), {"chair": "c1"})) == (at(10), {"chair": "c2", "nurse": "n1"})


def test_the_distances_of_its_own_course_are_kept() -> None:
    before = Step("first", "short", current=Current(at(8), {"chair": "c2"}), fixed=True)
    assert start("short", before=before, gaps=(Gap("first", min_hours=3),)) == (at(11), {"chair": "c1"})
    assert start("short", before=before, gaps=(Gap("first", min_hours=5),)) is None


def test_what_was_asked_for_on_top_is_kept() -> None:
    assert start("short", restrict=Restriction(resources={"mine": {"chair": "c2"}})) is None
    assert start("short", prefer=Preference(from_minute=660)) == (at(11), {"chair": "c1"})


def test_what_is_left_on_either_side_is_freed_again() -> None:
    hour = timedelta(hours=1)
    assert left_over(FREED, at(10), at(12), hour) == ()
    assert left_over(FREED, at(11), at(12), hour) == (Freed(at(10), at(11), FREED.resources),)
    assert left_over(FREED, at(10), at(10, 30), hour) == (Freed(at(10, 30), at(12), FREED.resources),)
    assert left_over(FREED, at(10, 30), at(13), hour) == ()
