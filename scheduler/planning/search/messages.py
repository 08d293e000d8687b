"""A gap's message between two steps: for each start of the one, the least of given costs over what the gap allows.

By days (`spread_days`) hours are rounded outwards to whole days. By starts, the gap allows a range of the other's
sorted list, cut where a day aimed at is passed; the least over ranges is read from a table of runs.
"""

from __future__ import annotations

import numpy as np

from scheduler.planning.search.axis import FAR, Axis, Window
from scheduler.planning.search.problem import Edge
from scheduler.planning.walltime import DAY

LONG = 6
"""Days apart beyond which they are not tried one by one."""
MANY = 50_000
"""Values in ranges up to which the ranges are gone through one by one."""


def spread_days(least: np.ndarray, edge: Edge, each: int, never: int) -> np.ndarray:
    """By case and day: the least of `least` (same axes) over the days that a gap reaches, each day off at its price."""
    size = least.shape[1]
    apart = range(max(edge.nearest, 1 - size), min(edge.farthest, size - 1) + 1)
    if not apart:
        return np.full(least.shape, never, dtype=least.dtype)
    priced = bool(edge.targets and each)
    if not priced and len(apart) > LONG:
        least, apart = _runs(least, apart, never)
    before, after = max(0, -apart.start), max(0, apart.stop - 1)
    padded = np.empty((len(least), before + least.shape[1] + after), dtype=least.dtype)
    padded[:, :before] = padded[:, before + least.shape[1] :] = never
    padded[:, before : before + least.shape[1]] = least
    out = None
    for days in apart:
        there = padded[:, before + days : before + days + size]
        if priced:
            there = there + edge.price(days, each)
        out = there if out is None else np.minimum(out, there)
    return np.minimum(out, never) if priced else out


def _runs(least: np.ndarray, apart: range, never: int) -> tuple[np.ndarray, range]:
    """Each column the least of as many from it on as there are days apart, and the one that now stands for all of them.

    Runs that begin before the first column are there too.
    """
    before = len(apart) - 1
    padded = np.full((len(least), before + least.shape[1] + before), never, dtype=least.dtype)
    padded[:, before : before + least.shape[1]] = least
    have = 1
    while have < len(apart):
        more = min(have, len(apart) - have)
        padded = np.minimum(padded[:, : padded.shape[1] - more], padded[:, more:])
        have += more
    return padded, range(apart.start + before, apart.start + before + 1)


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
    """For each range of values the least of them, never where it is empty."""
    length = end - begin
    if not len(length) or not len(values):
        return np.full(len(begin), never, dtype=values.dtype)
    if int(np.add.reduce(length)) > MANY:
        return _from_runs(values, begin, length, never)
    marks = np.empty(2 * len(begin), dtype=np.int64)
    marks[0::2], marks[1::2] = begin, end
    found = np.minimum.reduceat(np.concatenate((values, [never])), marks)[::2]
    found[length <= 0] = never
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
