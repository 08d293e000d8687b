"""The axis of possible starts: every grid slot of every day between two dates, and the windows that gaps open on it.

A position is `day * per_day + slot`; slots cover the hours in which the clinic is ever open. Positions ascend in wall
time. Elapsed time ascends with them too except where clocks go forward while the clinic is open (`monotone` is false).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from scheduler.planning.scenario import Clinic, Gap
from scheduler.planning.walltime import DAY, minute_of, moment_of, offset_seconds, seconds_at_least, seconds_at_most

FAR = 1 << 45
"""Beyond any difference of seconds or days."""


@dataclass(frozen=True, slots=True)
class Window:
    """Bounds, inclusive, on how much later something starts: in elapsed seconds and in calendar days."""

    low_seconds: int = -FAR
    high_seconds: int = FAR
    low_days: int = -FAR
    high_days: int = FAR

    @classmethod
    def of(cls, gap: Gap) -> Window:
        """The window of a gap; a step never starts before the one it comes after."""
        return cls(
            0 if gap.min_hours is None else max(0, seconds_at_least(gap.min_hours)),
            FAR if gap.max_hours is None else seconds_at_most(gap.max_hours),
            -FAR if gap.min_days is None else gap.min_days,
            FAR if gap.max_days is None else gap.max_days,
        )

    def reversed(self) -> Window:
        """The same bounds seen from the later one."""
        return Window(-self.high_seconds, -self.low_seconds, -self.high_days, -self.low_days)

    def meet(self, other: Window) -> Window:
        """What both allow."""
        return Window(
            max(self.low_seconds, other.low_seconds),
            min(self.high_seconds, other.high_seconds),
            max(self.low_days, other.low_days),
            min(self.high_days, other.high_days),
        )

    def allows(self, seconds: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Which differences lie inside."""
        return (
            (seconds >= self.low_seconds)
            & (seconds <= self.high_seconds)
            & (days >= self.low_days)
            & (days <= self.high_days)
        )


class Axis:
    """Positions for the days `first` to `last`, with their wall minute, elapsed second and day."""

    def __init__(self, clinic: Clinic, first: date, last: date) -> None:
        spans = [span for day in clinic.open for span in day]
        self.clinic, self.first, self.last = clinic, first, last
        self.zone = ZoneInfo(clinic.timezone)
        self.grid = clinic.grid_minutes
        self.days = max(0, (last - first).days + 1)
        self.first_slot = -(-min((begin for begin, _ in spans), default=0) // self.grid)
        self.per_day = max(0, max((end for _, end in spans), default=0) // self.grid - self.first_slot)
        self.size = self.days * self.per_day
        self.opens = self.first_slot * self.grid
        self._known: dict[Hashable, Any] = {}

    def once(self, name: Hashable, work: Callable[[], Any]) -> Any:
        """What was worked out under a name, and is now if it was not before."""
        if name not in self._known:
            self._known[name] = work()
        return self._known[name]

    @cached_property
    def midnights(self) -> np.ndarray:
        """The wall minute at which each day begins."""
        return (np.arange(self.days, dtype=np.int64) + self.first.toordinal()) * DAY

    @cached_property
    def minute_of_day(self) -> np.ndarray:
        """Minutes past midnight of each slot of a day."""
        return (np.arange(self.per_day, dtype=np.int64) + self.first_slot) * self.grid

    @cached_property
    def wall(self) -> np.ndarray:
        """The wall minute of each position."""
        return (self.midnights[:, None] + self.minute_of_day[None, :]).ravel()

    @cached_property
    def day(self) -> np.ndarray:
        """The ordinal of the date of each position."""
        return np.repeat(self.midnights // DAY, self.per_day)

    @cached_property
    def weekday(self) -> np.ndarray:
        """The weekday of each day, Monday 0."""
        return (np.arange(self.days) + self.first.weekday()) % 7

    @cached_property
    def elapsed(self) -> np.ndarray:
        """The elapsed second of each position."""
        marks = [offset_seconds(self.zone, int(minute)) for minute in self.midnights]
        if self.days:
            marks.append(offset_seconds(self.zone, min(int(self.midnights[-1]) + DAY, date.max.toordinal() * DAY)))
        ahead = np.repeat(np.array(marks[:-1], dtype=np.int64), self.per_day)
        for day in range(self.days):
            if marks[day] != marks[day + 1]:
                here = slice(day * self.per_day, (day + 1) * self.per_day)
                ahead[here] = [offset_seconds(self.zone, int(minute)) for minute in self.wall[here]]
        return self.wall * 60 - ahead

    @cached_property
    def monotone(self) -> bool:
        """Whether a later position is never an earlier instant."""
        return bool((np.diff(self.elapsed) >= 0).all())

    @cached_property
    def ahead(self) -> tuple[np.ndarray, np.ndarray]:
        """The least and the most seconds that the zone is ahead of UTC on each day, at its positions."""
        shift = (self.wall * 60 - self.elapsed).reshape(self.days, self.per_day)
        return shift.min(axis=1), shift.max(axis=1)

    @cached_property
    def drift(self) -> int:
        """The most seconds by which clock changes can shift one day against another."""
        behind, ahead = self.ahead
        return int(ahead.max() - behind.min()) if self.size else 0

    @cached_property
    def steady(self) -> bool:
        """Whether differences in wall time and elapsed time are the same within a day and overnight.

        They are where clocks never change in the hours that are ever open, and these leave three hours of the night.
        """
        behind, ahead = self.ahead
        if not self.size or int(behind.min()) == int(ahead.max()):
            return True
        return bool((behind == ahead).all()) and (24 * 60 - self.per_day * self.grid) >= 180

    def position(self, start: datetime) -> int:
        """The position of a wall time that is one of the axis' starts."""
        minute = minute_of(start)
        slot = (minute % DAY - self.opens) // self.grid
        return (minute // DAY - self.first.toordinal()) * self.per_day + slot

    def find(self, start: datetime) -> int | None:
        """The position of a wall time, if it is one of the axis' starts."""
        minute = minute_of(start)
        slot, rest = divmod(minute % DAY - self.opens, self.grid)
        day = minute // DAY - self.first.toordinal()
        if rest or not (0 <= slot < self.per_day and 0 <= day < self.days):
            return None
        return day * self.per_day + slot

    def moment(self, position: int) -> datetime:
        """The wall time of a position."""
        return moment_of(int(self.wall[position]))


def seconds_ranges(
    window: Window, origins: np.ndarray, targets: np.ndarray, monotone: bool
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Where of `targets` (elapsed seconds, ascending) a window after each of `origins` begins and ends, if it does."""
    begin, end = None, None
    if window.low_seconds > -FAR:
        rising = targets if monotone else np.maximum.accumulate(targets)
        begin = rising.searchsorted(origins + window.low_seconds)
    if window.high_seconds < FAR:
        lagging = targets if monotone else np.minimum.accumulate(targets[::-1])[::-1]
        end = lagging.searchsorted(origins + window.high_seconds, "right")
    return begin, end
