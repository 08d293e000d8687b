"""Of all the times that a visit could have, those that a patient is shown: one an hour, the best for the course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.services.booking.free_times import FreeTime


@dataclass(frozen=True)
class DayOfTimes:
    """The times of one day (clinic wall time), in order."""

    on: date
    times: tuple[datetime, ...]


def by_day(times: Sequence[FreeTime]) -> tuple[DayOfTimes, ...]:
    """One time of every hour that has any: the one that costs the course least, and among equals the earliest."""
    best: dict[tuple[date, int], FreeTime] = {}
    for one in times:
        hour = one.wall_start.date(), one.wall_start.hour
        if hour not in best or (one.cost, one.wall_start) < (best[hour].cost, best[hour].wall_start):
            best[hour] = one
    days: dict[date, list[datetime]] = {}
    for (on, _), one in sorted(best.items()):
        days.setdefault(on, []).append(one.wall_start)
    return tuple(DayOfTimes(on, tuple(starts)) for on, starts in days.items())
