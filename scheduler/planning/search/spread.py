"""A gap's message between two steps: for each start of the one, the least of given costs over what the gap allows.

By days (`spread_days`) hours are rounded outwards to whole days. By positions (`spread`) costs are looked up a whole
day at a time where the window's seconds allow all of that day, and by slots where they cut it; on a grid, "so many
seconds later" is the same shift of slots for every slot of a day.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduler.planning.search.axis import FAR, Axis, Window
from scheduler.planning.search.slots import Slots
from scheduler.planning.walltime import DAY

LONG = 6
"""Days apart beyond which they are not tried one by one."""
Targets = Sequence[tuple[int, int]]
"""Days aimed at, each with the price of a day off it."""


def spread_days(axis: Axis, least: np.ndarray, window: Window, targets: Targets, never: int) -> np.ndarray:
    """By case and day: the least of `least` (same axes) over the days that the window can reach, targets included."""
    out = np.full(least.shape, never, dtype=least.dtype)
    _take_days(out, least, _days_apart(axis, window), targets, 0, never)
    return np.minimum(out, never, out=out)


def spread(
    axis: Axis, costs: np.ndarray, window: Window, targets: Targets, never: int, here: slice, there: slice
) -> np.ndarray:
    """By position: the least of `costs` in the window after it. `never` outside the days `here`.

    Only costs on the days `there` count. Where the clocks change within a day it may be too low, never too high.
    """
    out = np.full((axis.days, axis.per_day), never, dtype=costs.dtype)
    table = costs.reshape(axis.days, axis.per_day)[there]
    whole = np.full((1, here.stop - here.start), never, dtype=costs.dtype)
    least = table.min(axis=1, initial=never)[None, :]
    cut: list[tuple[int, int, slice, np.ndarray, np.ndarray]] = []
    covered = []
    for days in _days_apart(axis, window):
        rows = slice(max(here.start, there.start - days), min(here.stop, there.stop - days))
        if rows.start >= rows.stop:
            continue
        low, high = _shifts(axis, window, days, rows)
        if low.max() <= 1 - axis.per_day and high.min() >= axis.per_day - 1:
            covered.append(days)
        else:
            cut.append((days, _price(days, targets), rows, low, high))
    if covered:
        _take_days(whole, least, range(covered[0], covered[-1] + 1), targets, here.start - there.start, never)
    out[here] = whole[0][:, None]
    slots = Slots(table, never)
    for days, price, rows, low, high in cut:
        for part, shift_low, shift_high in _alike(low, high):
            into = slice(rows.start + part.start, rows.start + part.stop)
            off = days - there.start
            from_days = slice(into.start + off, into.stop + off)
            np.minimum(out[into], slots.between(from_days, shift_low, shift_high) + price, out=out[into])
    return np.minimum(out, never, out=out).ravel()


def by_whole_days(axis: Axis, window: Window) -> bool:
    """Whether, wherever a day is allowed at all, every start of it is."""
    for days in _days_apart(axis, window):
        here = slice(max(0, -days), min(axis.days, axis.days - days))
        low, high = _shifts(axis, window, days, here)
        if low.max(initial=-axis.per_day) > 1 - axis.per_day or high.min(initial=axis.per_day) < axis.per_day - 1:
            return False
    return True


def _price(days: int, targets: Targets) -> int:
    return sum(each * abs(days - target) for target, each in targets)


def _take_days(
    out: np.ndarray, least: np.ndarray, apart: range, targets: Targets, off: int, never: int
) -> None:
    """Lower `out[:, d]` to `least[:, d + off + days]` and the price of so many days, for all days apart."""
    apart = range(max(apart.start, 1 - off - out.shape[1]), min(apart.stop, least.shape[1] - off))
    if not targets and len(apart) > LONG:
        least, apart = _runs(least, apart, never)
    for days in apart:
        shift = days + off
        begin, end = max(0, -shift), min(out.shape[1], least.shape[1] - shift)
        if begin < end:
            target = out[:, begin:end]
            np.minimum(target, least[:, begin + shift : end + shift] + _price(days, targets), out=target)


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


def _days_apart(axis: Axis, window: Window) -> range:
    """How many days apart two positions in the window can be."""
    behind, ahead = axis.ahead
    drift = int(ahead.max() - behind.min())
    width = (axis.per_day - 1) * axis.grid * 60
    low, high = max(window.low_days, 1 - axis.days), min(window.high_days, axis.days - 1)
    if window.low_seconds > -FAR:
        low = max(low, -((width + drift - window.low_seconds) // (DAY * 60)))
    if window.high_seconds < FAR:
        high = min(high, (window.high_seconds + width + drift) // (DAY * 60))
    return range(low, high + 1)


def _shifts(axis: Axis, window: Window, days: int, here: slice) -> tuple[np.ndarray, np.ndarray]:
    """Per day of `here`: the least and most slots by which a position so many days later may be later in its day."""
    behind, ahead = axis.ahead
    there, slot = slice(here.start + days, here.stop + days), axis.grid * 60
    low = high = np.zeros(here.stop - here.start, dtype=np.int64)
    if window.low_seconds > -FAR:
        low = -((days * DAY * 60 - window.low_seconds - behind[there] + ahead[here]) // slot)
    else:
        low = low - axis.per_day
    if window.high_seconds < FAR:
        high = (window.high_seconds - days * DAY * 60 + ahead[there] - behind[here]) // slot
    else:
        high = high + axis.per_day
    return np.maximum(low, -axis.per_day), np.minimum(high, axis.per_day)


def _alike(low: np.ndarray, high: np.ndarray) -> list[tuple[slice, int, int]]:
    """Runs of days with the same shifts."""
    marks = np.flatnonzero((low[1:] != low[:-1]) | (high[1:] != high[:-1])) + 1
    edges = [0, *marks.tolist(), len(low)]
    return [
        (slice(begin, end), int(low[begin]), int(high[begin])) for begin, end in zip(edges, edges[1:], strict=False)
    ]
