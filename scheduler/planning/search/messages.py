"""A gap's message between two steps: for each start of the one, the least of given costs over what the gap allows.

By days (`spread_days`) hours are rounded outwards to whole days. By starts, the gap allows a range of the other's
sorted list, cut where a day aimed at is passed; the least over long ranges is read from a table of runs.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scheduler.planning.search.axis import FAR, Axis, Window
from scheduler.planning.search.problem import Edge
from scheduler.planning.walltime import DAY

LONG = 12
"""Days apart beyond which they are not tried one by one, unless each has its price."""
MANY = 50_000
"""Values in ranges up to which the ranges are gone through one by one."""


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
        there += _prices(edge.targets, apart, each, least.dtype)
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
def _prices(targets: tuple[int, ...], apart: range, each: int, dtype: np.dtype) -> np.ndarray:
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


def least_within(values: np.ndarray, begin: np.ndarray, end: np.ndarray, never: int) -> np.ndarray:
    """For each range of values (by number) the least of them, never where it is empty.

    Beyond the last value that is meant there must be one more, of whatever size.
    """
    length = end - begin
    if int(np.add.reduce(length)) > MANY:
        return _from_runs(values, begin, length, never)
    marks = np.empty((len(begin), 2), dtype=np.int64)
    marks[:, 0], marks[:, 1] = begin, end
    found = np.minimum.reduceat(values, marks.ravel())[::2] if len(begin) else values[:0]
    empty = length <= 0
    if empty.any():
        found[empty] = never
    return found


def _from_runs(values: np.ndarray, begin: np.ndarray, length: np.ndarray, never: int) -> np.ndarray:
    """The same by a table of the least over runs of 1, 2, 4, 8 …: any range is two runs that overlap."""
    runs = [values]
    while 1 << len(runs) <= int(length.max()):
        half, shorter = 1 << len(runs) - 1, runs[-1]
        run = shorter.copy()
        np.minimum(shorter[:-half], shorter[half:], out=run[:-half])
        runs.append(run)
    found = np.full(len(begin), never, dtype=values.dtype)
    some = (length > 0).nonzero()[0]
    begin, length, table = begin[some], length[some], np.stack(runs)
    level = np.frexp(length)[1] - 1
    found[some] = np.minimum(table[level, begin], table[level, begin + length - (1 << level)])
    return found
