"""A week with the same visits on the same days, its load levelled: what if they began at other times?

    places, finished = levelled(week, movable, late)

One visit after another is taken out and put where the day is calmest: the lowest peak of nurse units, then of chairs,
then the fewest starts that meet another check-in, then the flattest load; among equals what costs least. Every legal
start of the day is looked at, and each move must make its day calmer, so it ends. The planner's `crowding` cannot do
this by itself: it counts what is booked, and visits that are planned together do not crowd one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.loads import check_ins_that_meet
from scheduler.planning.plans import UNRESTRICTED, Restriction
from scheduler.planning.scenario import Booking, Clinic, Current, Resource, Series, VisitType, Weights
from scheduler.planning.single_visit import StartOption, starts_of

NURSE, CHAIR = "nurse", "chair"
MINUTES = 1440
SWEEPS = 6
"""How often the days are gone through at most; again only those where something moved, or of whose courses it did."""


@dataclass(frozen=True)
class Movable:
    """One visit that may begin at another time of its day: the only open step of `series`, which has its `current`.

    `course`: the key of its series, so that the steps fixed here follow where they are moved to elsewhere.
    `check_in`: the minutes of its first phase.
    """

    key: str
    course: str
    series: Series
    check_in: int
    restrict: Restriction = UNRESTRICTED

    @property
    def step(self) -> str:
        """The open step."""
        return next(step.id for step in self.series.steps if not step.fixed)

    @property
    def visit_type(self) -> str:
        """Its visit type."""
        return next(step.visit_type for step in self.series.steps if not step.fixed)

    @property
    def current(self) -> Current:
        """Where it stands."""
        found = next(step.current for step in self.series.steps if not step.fixed)
        assert found is not None
        return found

    @property
    def day(self) -> date:
        """The day that it keeps."""
        return self.current.start.date()

    def booked_at(self, place: Current) -> Booking:
        """The visit as one that stands somewhere."""
        return Booking(self.series.patient, self.visit_type, place.start, place.resources)


@dataclass(frozen=True)
class WeekToLevel:
    """What stays: the calendar, the visits that are not moved, and their check-ins (start, minutes)."""

    clinic: Clinic
    resources: Sequence[Resource]
    visit_types: Mapping[str, VisitType]
    bookings: Sequence[Booking]
    weights: Weights
    check_ins: Sequence[tuple[datetime, int]] = ()
    not_before: datetime | None = None
    """No visit is given a start before this (wall time)."""


Places = dict[str, Current]


def levelled(week: WeekToLevel, movable: Sequence[Movable],
             late: Callable[[], bool] = lambda: False) -> tuple[Places, bool]:
    """Where each visit (by key) would be, and whether it was gone on with until no single move made a day calmer."""
    places = {one.key: one.current for one in movable}
    stirred = {one.day for one in movable}
    for _ in range(SWEEPS):
        looked_at, stirred = sorted(stirred), set()
        for one in (one for on in looked_at for one in movable if one.day == on):
            if late():
                return places, False
            better = _calmer(week, movable, one, places)
            if better is not None:
                places[one.key] = better
                stirred |= {other.day for other in movable if other.course == one.course}
        if not stirred:
            return places, True
    return places, False


def _calmer(week: WeekToLevel, movable: Sequence[Movable], one: Movable, places: Places) -> Current | None:
    """The place that makes the day calmest with all others where they are; None where it stands well."""
    on, beside = one.day, [other for other in movable if other.day == one.day and other is not one]
    others = [other.booked_at(places[other.key]) for other in beside]
    there = [booking for booking in week.bookings if booking.start.date() == on]
    before = [booking for booking in week.bookings if (on - booking.start.date()).days == 1]
    check_ins = [(start, minutes) for start, minutes in week.check_ins if start.date() == on]
    check_ins += [(places[other.key].start, other.check_in) for other in beside]
    day = _DayWithout.of(week.visit_types, [*there, *others], check_ins, week.visit_types[one.visit_type], one.check_in)
    now = places[one.key]
    suited = one.series.prefer.suits(now.start)
    options = [option for option in _options(week, movable, one, on, places, [*before, *there, *others])
               if (week.not_before is None or option.start >= week.not_before) and (
                   one.series.prefer.suits(option.start) or not suited)]
    best = min(options, key=lambda option: (day.restlessness(option.start), option.cost, option.start), default=None)
    if best is None or day.restlessness(best.start) >= day.restlessness(now.start):
        return None
    return Current(best.start, best.resources)


def _options(week: WeekToLevel, movable: Sequence[Movable], one: Movable, on: date, places: Places,
             bookings: Iterable[Booking]) -> tuple[StartOption, ...]:
    """Every legal start on the day, the rest of its course where it would stand now."""
    elsewhere = {other.step: places[other.key] for other in movable if other.course == one.course and other is not one}
    steps = tuple(replace(step, current=elsewhere[step.id]) if step.fixed and step.id in elsewhere else step
                  for step in one.series.steps)
    series = replace(one.series, earliest=on, latest=on, steps=steps)
    standing = {step.current.start for step in steps if step.fixed and step.current}
    taken = [booking for booking in bookings
             if not (booking.patient == series.patient and booking.start in standing)]
    index = CalendarIndex(week.clinic, week.resources, week.visit_types, taken, on, on)
    return starts_of(index, series, week.weights, restrict=one.restrict)


@dataclass(frozen=True)
class _DayWithout:
    """A day without one visit: units in use by minute, and what the visit would add from its start."""

    used: tuple[np.ndarray, ...]
    adds: tuple[np.ndarray, ...]
    check_ins: Sequence[tuple[datetime, int]]
    check_in: int

    @classmethod
    def of(cls, visit_types: Mapping[str, VisitType], bookings: Sequence[Booking],
           check_ins: Sequence[tuple[datetime, int]], visit_type: VisitType, check_in: int) -> _DayWithout:
        """From what stands on the day."""
        used = []
        for kind in (NURSE, CHAIR):
            units = np.zeros(MINUTES, int)
            for booking in bookings:
                adds = _by_minute(visit_types[booking.visit_type], kind)
                begins = booking.start.hour * 60 + booking.start.minute
                units[begins:begins + len(adds)] += adds[:MINUTES - begins]
            used.append(units)
        return cls(tuple(used), tuple(_by_minute(visit_type, kind) for kind in (NURSE, CHAIR)), check_ins,
                   check_in)

    def restlessness(self, start: datetime) -> tuple[int, int, int, int]:
        """What is to be low, with the visit starting there: peaks, starts that meet a check-in, and squares of use."""
        begins = start.hour * 60 + start.minute
        peaks, squares = [], 0
        for used, adds in zip(self.used, self.adds, strict=True):
            under = used[begins:begins + len(adds)]
            whole = under + adds[:len(under)]
            peaks.append(int(max(used.max(), whole.max(initial=0))))
            squares += int((whole * whole - under * under).sum())
        return peaks[0], peaks[1], check_ins_that_meet([*self.check_ins, (start, self.check_in)]), squares


def _by_minute(visit_type: VisitType, kind: str) -> np.ndarray:
    return np.concatenate([np.full(phase.minutes, phase.needs.get(kind, 0)) for phase in visit_type.phases])
