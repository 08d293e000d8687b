"""Why a visit that stands in the book could not be booked today: the calendar has changed under it.

All times are the clinic's wall time; intervals are half-open. The reasons are sentences for people, less the full stop:
"The clinic is closed that day", "Chair 2 is away".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Interval = tuple[datetime, datetime]
Week = Mapping[int, Sequence[tuple[time, time]]]
"""Open intervals by weekday (0 Monday); 00:00 as an end is midnight's end."""


@dataclass(frozen=True)
class Occupied:
    """Units of one resource that a visit occupies."""

    resource_id: int
    units: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class StandingVisit:
    """A booked visit: `minutes` as booked, `type_minutes` as its visit type is now."""

    id: int
    begins: datetime
    ends: datetime
    minutes: int
    type_minutes: int
    occupied: tuple[Occupied, ...]


@dataclass(frozen=True)
class StandingResource:
    """A resource as it is now; `week` None means the clinic's opening hours."""

    name: str
    units: int
    active: bool
    week: Week | None = None
    away: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class HouseHours:
    """When the clinic is open, the days (both inclusive) on which it is not, and its resources."""

    week: Week
    closed: tuple[tuple[date, date], ...] = ()
    resources: Mapping[int, StandingResource] = field(default_factory=dict)


def reasons(visit: StandingVisit, house: HouseHours) -> tuple[str, ...]:
    """Everything that stands against one visit by itself (capacity is `overfull`'s)."""
    found = []
    if any(first <= visit.begins.date() <= last for first, last in house.closed):
        found.append("The clinic is closed that day")
    elif not _inside(visit.begins, visit.ends, house.week):
        found.append("It lies outside the opening hours")
    if visit.type_minutes != visit.minutes:
        found.append(f"It is booked for {visit.minutes} minutes, and this kind of visit now takes {visit.type_minutes}")
    for taken in visit.occupied:
        found += _reasons_of(taken, house.resources[taken.resource_id], house)
    return tuple(dict.fromkeys(found))


def overfull(visits: Iterable[StandingVisit], house: HouseHours) -> dict[int, tuple[str, ...]]:
    """By visit: the resources on which more is booked at some moment of it than they have units."""
    by_resource: dict[int, list[tuple[int, Occupied]]] = defaultdict(list)
    for visit in visits:
        for taken in visit.occupied:
            by_resource[taken.resource_id].append((visit.id, taken))
    found: dict[int, list[str]] = defaultdict(list)
    for resource_id, all_taken in by_resource.items():
        resource = house.resources[resource_id]
        for visit_id, one in all_taken:
            if _peak(one, [other for _, other in all_taken]) > resource.units:
                found[visit_id].append(f"More is booked on {resource.name} than it can take")
    return {visit_id: tuple(dict.fromkeys(said)) for visit_id, said in found.items()}


def _reasons_of(taken: Occupied, resource: StandingResource, house: HouseHours) -> list[str]:
    if not resource.active:
        return [f"{resource.name} is no longer in use"]
    if any(taken.begins < ends and begins < taken.ends for begins, ends in resource.away):
        return [f"{resource.name} is away"]
    if resource.week is not None and not _inside(taken.begins, taken.ends, resource.week):
        return [f"It lies outside the hours of {resource.name}"]
    return []


def _inside(begins: datetime, ends: datetime, week: Week) -> bool:
    day = datetime.combine(begins.date(), time())
    for opens, closes in week.get(begins.weekday(), ()):
        until = datetime.combine(day.date(), closes) if closes != time() else day + timedelta(days=1)
        if datetime.combine(day.date(), opens) <= begins and ends <= until:
            return True
    return False


def _peak(one: Occupied, others: Sequence[Occupied]) -> int:
    """The most units in use at any moment of `one`: reached at its begin or where another begins."""
    marks = {one.begins, *(other.begins for other in others if one.begins < other.begins < one.ends)}
    return max(sum(other.units for other in others if other.begins <= mark < other.ends) for mark in marks)
