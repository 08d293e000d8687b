"""A gap's message between two steps: for each start of the one, the least of given costs over what the gap allows.

Costs are by case and start, with a start behind the last that never is. Where the gap speaks of days alone, the least
of each day stands for all its starts. Else it allows a range of the other's list, cut where a day aimed at is passed;
the least over a range is read from a table of runs of 1, 2, 4, 8 … starts, two of which cover it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scheduler.planning.search.axis import FAR, Axis, Window
from scheduler.planning.search.problem import Edge, Problem
from scheduler.planning.search.starts import Starts
from scheduler.planning.walltime import DAY

LONG = 12
"""Days apart beyond which they are not tried one by one, unless each has its price."""


class Messages:
    """The messages between the steps of a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._ranges: dict[tuple, list[Ranges]] = {}
        self._marks: dict[tuple, np.ndarray] = {}
        self._pairs: dict[tuple[int, int], np.ndarray] = {}

    def message(self, here: int, there: int, costs: np.ndarray) -> np.ndarray:
        """By case and start of `here`: the least of the costs of the starts of `there` that the gap between allows."""
        edge = self.problem.edge(here, there)
        near, far = self.problem.starts[here], self.problem.starts[there]
        return self._by_day(near, far, edge, costs) if edge.daily else self._by_start(near, far, edge, costs)

    def marks(self, here: int, there: int) -> np.ndarray:
        """By start of `here`: the gap allows the other's starts from the first mark to before the second."""
        if (here, there) in self._pairs:
            return self._pairs[here, there]
        near, far, window = self.problem.starts[here], self.problem.starts[there], self.problem.edge(here, there).window
        key = (near.free, near.begin, near.end, far.free, far.begin, far.end, window)
        if key not in self._marks:
            self._marks[key] = near.reach(far, window, ())
        self._pairs[here, there] = self._marks[key]
        return self._marks[key]

    def _by_day(self, near: Starts, far: Starts, edge: Edge, costs: np.ndarray) -> np.ndarray:
        problem = self.problem
        least = np.full((len(costs), problem.days + 1), problem.never, dtype=costs.dtype)
        begins = far.day_begins
        least[:, far.day[begins] - problem.first_day] = np.minimum.reduceat(costs, begins, axis=1)
        spread = spread_days(least, edge, problem.gap_day, problem.never)
        return spread.take(near.days_from(problem.first_day, problem.days), axis=1)

    def _by_start(self, near: Starts, far: Starts, edge: Edge, costs: np.ndarray) -> np.ndarray:
        problem, never = self.problem, self.problem.never
        targets = edge.targets if problem.gap_day else ()
        key = (near.free, near.begin, near.end, far.free, far.begin, far.end, edge.window, targets)
        if key not in self._ranges:
            marks = near.reach(far, edge.window, targets)
            self._ranges[key] = [Ranges(*pair, len(far)) for pair in zip(marks, marks[1:], strict=False)]
        if not targets:
            return self._ranges[key][0].least(costs)
        found = np.full((len(costs), len(near) + 1), never, dtype=costs.dtype)
        before, after = (one.days_from(problem.first_day, problem.days).astype(costs.dtype) for one in (near, far))
        for passed, ranges in enumerate(self._ranges[key]):
            slope = problem.gap_day * (2 * passed - len(targets))
            fixed = problem.gap_day * (sum(targets[passed:]) - sum(targets[:passed]))
            np.minimum(found, ranges.least(costs + slope * after) - slope * before + fixed, out=found)
        found[found >= never // 2] = never
        return found


class Ranges:
    """Ranges of a list, each from one number to before another, and of each the two runs that cover it."""

    def __init__(self, begin: np.ndarray, end: np.ndarray, size: int) -> None:
        length = np.maximum(end - begin, 1)
        empty = end <= begin
        self.level = np.frexp(length)[1] - 1
        self.levels = 1 + int(self.level.max(initial=0))
        level = np.append(self.level, 0) * (size + 1)
        first, last = np.append(begin, size), np.append(begin + length - (1 << self.level), size)
        first[:-1][empty] = last[:-1][empty] = size
        level[:-1][empty] = 0
        self.first, self.last = level + first, level + last

    def least(self, costs: np.ndarray) -> np.ndarray:
        """By case and range the least of the costs; behind the last range the last cost."""
        cases, size = costs.shape
        table = np.empty((cases, self.levels, size), dtype=costs.dtype)
        table[:, 0] = costs
        for level in range(1, self.levels):
            half, shorter = 1 << level - 1, table[:, level - 1]
            np.minimum(shorter[:, :-half], shorter[:, half:], out=table[:, level, :-half])
        table = table.reshape(cases, -1)
        return np.minimum(table.take(self.first, axis=1), table.take(self.last, axis=1))


def spread_days(least: np.ndarray, edge: Edge, each: int, never: int) -> np.ndarray:
    """By day (the last axis): the least of `least` over the days that a gap reaches, each day off at its price.

    The last axis ends with a day that never is; so does the answer's.
    """
    days = least.shape[-1] - 1
    apart = range(max(edge.nearest, 1 - days), min(edge.farthest, days - 1) + 1)
    if not apart:
        return np.full(least.shape, never, dtype=least.dtype)
    if edge.targets and each:
        there = least.take(_days_reached(apart, days), axis=-1)
        there += prices(edge.targets, apart, each, least.dtype)
        return np.minimum(np.minimum.reduce(there, axis=-2), never)
    if len(apart) > LONG:
        return _least_of_runs(least, apart, never)
    return np.minimum.reduce(least.take(_days_reached(apart, days), axis=-1), axis=-2)


@lru_cache(maxsize=4096)
def _days_reached(apart: range, days: int) -> np.ndarray:
    """By difference and day: the day that lies so much later, or the one past the last where there is none."""
    reached = np.arange(days + 1) + np.array(apart)[:, None]
    return np.where((reached >= 0) & (reached < days) & (np.arange(days + 1) < days), reached, days)


@lru_cache(maxsize=4096)
def prices(targets: tuple[int, ...], apart: range, each: int, dtype: np.dtype) -> np.ndarray:
    """By difference (a column): what so many days apart cost, each day off a target at a price."""
    return np.array([each * sum(abs(days - target) for target in targets) for days in apart], dtype=dtype)[:, None]


def _least_of_runs(least: np.ndarray, apart: range, never: int) -> np.ndarray:
    """The same for many days apart at no price: the least of runs of 1, 2, 4, 8 … days."""
    days, before = least.shape[-1] - 1, len(apart) - 1
    padded = np.full((*least.shape[:-1], days + 2 * before), never, dtype=least.dtype)
    padded[..., before : before + days] = least[..., :days]
    have = 1
    while have < len(apart):
        more = min(have, len(apart) - have)
        padded = np.minimum(padded[..., : padded.shape[-1] - more], padded[..., more:])
        have += more
    at = np.arange(days) + (apart.start + before)
    inside = (at >= 0) & (at < padded.shape[-1])
    out = np.full(least.shape, never, dtype=least.dtype)
    out[..., :days][..., inside] = padded[..., at[inside]]
    return out


def days_apart(axis: Axis, window: Window) -> range:
    """How many days apart two positions in the window can be."""
    width = _width(axis)
    low, high = max(window.low_days, 1 - axis.days), min(window.high_days, axis.days - 1)
    if window.low_seconds > -FAR:
        low = max(low, -((width - window.low_seconds) // (DAY * 60)))
    if window.high_seconds < FAR:
        high = min(high, (window.high_seconds + width) // (DAY * 60))
    return range(low, high + 1)


def by_whole_days(axis: Axis, window: Window) -> bool:
    """Whether, wherever a day is allowed at all, every start of it is (never said where it might not be so)."""
    apart, width = days_apart(axis, window), _width(axis)
    return not apart or (
        apart.start * DAY * 60 - width >= window.low_seconds
        and (apart.stop - 1) * DAY * 60 + width <= window.high_seconds
    )


def _width(axis: Axis) -> int:
    """The most seconds by which two starts of a day can be apart, clock changes between two days included."""
    return (axis.per_day - 1) * axis.grid * 60 + axis.drift
