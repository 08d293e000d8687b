"""A day's load: the units of a kind of resource in use, step by step, against what those on duty offer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

import numpy as np

from scheduler.planning.scenario import Booking, Clinic, Resource, VisitType

STEP = 5
"""Minutes."""
DAY = 1440


@dataclass(frozen=True)
class Stretch:
    """Minutes past midnight, half-open, in which as many units are in use and on duty throughout."""

    begins: int
    ends: int
    used: int
    offered: int

    @property
    def full(self) -> bool:
        """Whether nothing is left of what is on duty (or more is in use than there is)."""
        return self.used > 0 and self.used >= self.offered

    @property
    def over(self) -> bool:
        """Whether more is in use than those on duty offer."""
        return self.used > self.offered


@dataclass(frozen=True)
class DayLoad:
    """One day of one kind. `used` and `offered`: units for every step from midnight to midnight (wall time).

    Of a step in which something changes, the most that is in use counts, and the least that is offered.
    """

    on: date
    kind: str
    used: tuple[int, ...]
    offered: tuple[int, ...]
    step: int = STEP
    closed: bool = False
    """Whether the clinic itself is shut all day."""

    @property
    def peak(self) -> int:
        """The most units in use at any time of the day."""
        return max(self.used)

    @property
    def peak_at(self) -> int:
        """When the peak is first reached, in minutes past midnight."""
        return self.used.index(self.peak) * self.step

    @property
    def most_offered(self) -> int:
        """The most units on duty at any time of the day."""
        return max(self.offered)

    @property
    def idle(self) -> bool:
        """Whether nobody is on duty all day and nothing is in use."""
        return not (self.peak or self.most_offered)

    @property
    def full_minutes(self) -> int:
        """For how long nothing is left."""
        return sum(one.ends - one.begins for one in self.stretches if one.full)

    @property
    def hours(self) -> tuple[int, int]:
        """The whole hours (minutes past midnight) within which anybody is on duty or anything is in use."""
        busy = [at for at, pair in enumerate(zip(self.used, self.offered, strict=True)) if any(pair)]
        if not busy:
            return 8 * 60, 18 * 60
        return busy[0] * self.step // 60 * 60, -(-(busy[-1] + 1) * self.step // 60) * 60

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The day within its hours, cut wherever a number changes."""
        begins, ends = self.hours
        return tuple(self._stretches(begins // self.step, ends // self.step))

    def _stretches(self, first: int, until: int) -> Iterator[Stretch]:
        for (used, offered), steps in groupby(range(first, until), key=lambda at: (self.used[at], self.offered[at])):
            found = list(steps)
            yield Stretch(found[0] * self.step, (found[-1] + 1) * self.step, used, offered)


def day_load(clinic: Clinic, resources: Iterable[Resource], visit_types: Mapping[str, VisitType],
             bookings: Iterable[Booking], on: date, kind: str) -> DayLoad:
    """The load of one day. A resource offers its units in its hours (else the clinic's), not while away or shut."""
    used, offered = np.zeros(DAY, int), np.zeros(DAY, int)
    for booking in bookings:
        for begins, ends, units in _uses(visit_types[booking.visit_type], kind):
            _add(used, on, booking.start + timedelta(minutes=begins), booking.start + timedelta(minutes=ends), units)
    for resource in resources:
        if resource.kind == kind and on not in clinic.closed:
            offered += resource.capacity * _on_duty(clinic, resource, on)
    return DayLoad(on, kind, tuple(used.reshape(-1, STEP).max(axis=1).tolist()),
                   tuple(offered.reshape(-1, STEP).min(axis=1).tolist()),
                   closed=on in clinic.closed or not clinic.open[on.weekday()])


def _uses(visit_type: VisitType, kind: str) -> Iterator[tuple[int, int, int]]:
    at = 0
    for phase in visit_type.phases:
        if phase.needs.get(kind):
            yield at, at + phase.minutes, phase.needs[kind]
        at += phase.minutes


def _on_duty(clinic: Clinic, resource: Resource, on: date) -> np.ndarray:
    there = np.zeros(DAY, int)
    for begins, ends in (clinic.open if resource.hours is None else resource.hours)[on.weekday()]:
        there[begins:ends] = 1
    for starts, ends in resource.away:
        there[_minute(on, starts):_minute(on, ends)] = 0
    return there


def _add(units: np.ndarray, on: date, starts: datetime, ends: datetime, amount: int) -> None:
    units[_minute(on, starts):_minute(on, ends)] += amount


def _minute(on: date, moment: datetime) -> int:
    """Minutes past a day's midnight, kept inside the day."""
    return min(max(int((moment - datetime.combine(on, time())).total_seconds()) // 60, 0), DAY)


def check_ins_that_meet(visits: Sequence[tuple[datetime, int]]) -> int:
    """How many visits begin while another patient is still checking in; of two that begin together, one counts.

    `visits`: the start and the minutes of the first phase of each.
    """
    met, until = 0, None
    for starts, minutes in sorted(visits):
        met += until is not None and starts < until
        ends = starts + timedelta(minutes=minutes)
        until = ends if until is None else max(until, ends)
    return met
