"""Where visits of one type fit into the calendar, whoever they are for: the few starts that any search looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from scheduler.planning.search.axis import Axis, Window, seconds_ranges
from scheduler.planning.walltime import DAY

MOST_BITS = 62
"""The most resources of which a set is held as bits of one number."""


class FreeStarts:
    """Positions and their days (numbers), ascending; by kind, row and start whether a resource fits.

    `crowd_of` gives the crowd of a kind by position of the axis. What is worked out here depends on the calendar alone
    and is kept with it.
    """

    def __init__(self, axis: Axis, positions: np.ndarray, fits: Mapping[str, np.ndarray],
                 crowd_of: Callable[[str], np.ndarray]) -> None:
        self.axis, self.positions, self.fits, self.crowd_of = axis, positions, fits, crowd_of
        self._known: dict[tuple, Any] = {}

    def __len__(self) -> int:
        return len(self.positions)

    @cached_property
    def day(self) -> np.ndarray:
        """The number of the axis' day of each."""
        return self.positions // max(1, self.axis.per_day)

    @cached_property
    def wall(self) -> np.ndarray:
        """The wall minute of each."""
        return self.axis.wall[self.positions]

    @cached_property
    def elapsed(self) -> np.ndarray:
        """The elapsed second of each."""
        return self.axis.elapsed[self.positions]

    @cached_property
    def weekday(self) -> np.ndarray:
        """The weekday of each, Monday 0."""
        return self.axis.weekday[self.day]

    @cached_property
    def minute(self) -> np.ndarray:
        """The minutes past midnight of each."""
        return self.wall % DAY

    @cached_property
    def day_begins(self) -> np.ndarray:
        """The numbers with which another day begins."""
        return np.flatnonzero(np.diff(self.day, prepend=-1))

    def between(self, first: int, stop: int) -> slice:
        """Those on the days (by number) from the first to before another."""
        return slice(*self.day.searchsorted([first, max(first, stop)]).tolist())

    def crowd(self, kind: str) -> np.ndarray:
        """By start: the most units of the kind in use by bookings while the visit needs it."""
        return self._once(("crowd", kind), lambda: self.crowd_of(kind)[self.positions])

    def most_crowded(self, kind: str) -> int:
        """The greatest of these."""
        return self._once(("most", kind), lambda: int(self.crowd(kind).max(initial=0)))

    def mask(self, kind: str) -> np.ndarray:
        """By start: the rows that fit, as bits; for no more than `MOST_BITS` resources."""
        return self._once(("mask", kind), lambda: bits(self.fits[kind], np.arange(len(self.fits[kind]))))

    def reach(self, far: FreeStarts, window: Window, targets: tuple[int, ...]) -> np.ndarray:
        """Marks (rows) by start: a window after it allows the other starts from the first mark to before the last.

        Between two marks the number of days aimed at that have been passed is the same.
        """
        return self._once((far, window, targets), lambda: self._reach(far, window, targets))

    def _reach(self, far: FreeStarts, window: Window, targets: tuple[int, ...]) -> np.ndarray:
        begin, end = np.zeros(len(self), dtype=np.int64), np.full(len(self), len(far), dtype=np.int64)
        low, high = seconds_ranges(window, self.elapsed, far.elapsed, self.axis.monotone)
        begin = begin if low is None else low
        end = end if high is None else high
        if window.low_days > -self.axis.days:
            begin = np.maximum(begin, far.day.searchsorted(self.day + window.low_days))
        if window.high_days < self.axis.days:
            end = np.minimum(end, far.day.searchsorted(self.day + window.high_days, "right"))
        marks = [begin]
        for target in targets:
            passed = far.day.searchsorted(self.day + target)
            marks.append(np.minimum(np.maximum(passed, marks[-1]), end))
        return np.stack([*marks, end])

    def _once(self, name: tuple, work: Callable[[], Any]) -> Any:
        if name not in self._known:
            self._known[name] = work()
        return self._known[name]


def bits(fits: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """By column: the rows (numbers given) that are true, as bits of one number."""
    return np.add.reduce(np.where(fits, np.left_shift(1, rows)[:, None], 0), axis=0)
