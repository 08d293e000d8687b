"""A gap's message between two steps: by position, the least of given costs over the positions in a window after it.

Costs are looked up a whole day at a time where the window's seconds allow all of that day, and by slots where they cut
it; on a grid, "so many seconds later" is the same shift of slots for every slot of a day.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduler.planning.search.axis import FAR, Axis, Window
from scheduler.planning.walltime import DAY


def spread(
    axis: Axis, costs: np.ndarray, window: Window, targets: Sequence[tuple[int, int]], never: int
) -> np.ndarray:
    """The message; `targets` are days aimed at, each with the price of a day off it.

    On days within which the clocks change this may be too low, never too high.
    """
    if not axis.size:
        return costs
    table = costs.reshape(axis.days, axis.per_day)
    whole = np.full(axis.days, never, dtype=costs.dtype)
    least = table.min(axis=1)
    cut: list[tuple[int, int, np.ndarray, np.ndarray]] = []
    for days in _days_apart(axis, window):
        here = slice(max(0, -days), min(axis.days, axis.days - days))
        if here.start >= here.stop:
            continue
        price = sum(each * abs(days - target) for target, each in targets)
        low, high = _shifts(axis, window, days, here)
        if (low <= 1 - axis.per_day).all() and (high >= axis.per_day - 1).all():
            there = slice(here.start + days, here.stop + days)
            np.minimum(whole[here], least[there] + price, out=whole[here])
        else:
            cut.append((days, price, low, high))
    if not cut:
        return np.minimum(np.repeat(whole, axis.per_day), never)
    out = np.repeat(whole, axis.per_day).reshape(axis.days, axis.per_day)
    slots = _Slots(table, never)
    for days, price, low, high in cut:
        first = max(0, -days)
        for rows, shift_low, shift_high in _alike(low, high):
            here = slice(rows.start + first, rows.stop + first)
            there = slice(here.start + days, here.stop + days)
            np.minimum(out[here], slots.between(there, shift_low, shift_high) + price, out=out[here])
    return np.minimum(out, never, out=out).ravel()


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
    low = np.full(here.stop - here.start, -axis.per_day, dtype=np.int64)
    high = np.full(here.stop - here.start, axis.per_day, dtype=np.int64)
    if window.low_seconds > -FAR:
        low = -((days * DAY * 60 - window.low_seconds - behind[there] + ahead[here]) // slot)
    if window.high_seconds < FAR:
        high = (window.high_seconds - days * DAY * 60 + ahead[there] - behind[here]) // slot
    return np.maximum(low, -axis.per_day), np.minimum(high, axis.per_day)


def _alike(low: np.ndarray, high: np.ndarray) -> list[tuple[slice, int, int]]:
    """Runs of days with the same shifts."""
    marks = np.flatnonzero((np.diff(low) != 0) | (np.diff(high) != 0)) + 1
    edges = [0, *marks.tolist(), len(low)]
    return [
        (slice(begin, end), int(low[begin]), int(high[begin])) for begin, end in zip(edges, edges[1:], strict=False)
    ]


class _Slots:
    """Least costs over ranges of slots within days."""

    def __init__(self, table: np.ndarray, never: int) -> None:
        self.table, self.never, self.width = table, never, table.shape[1]
        self._from: np.ndarray | None = None
        self._until: np.ndarray | None = None

    def between(self, days: slice, low: int, high: int) -> np.ndarray:
        """By slot p of the days: the least over slots p + low to p + high, as far as they exist."""
        if low > high or low >= self.width or high <= -self.width:
            return np.full((days.stop - days.start, self.width), self.never, dtype=self.table.dtype)
        if high >= self.width - 1:
            if self._from is None:
                self._from = np.minimum.accumulate(self.table[:, ::-1], axis=1)[:, ::-1]
            return self._shifted(self._from[days], low, self._from[days, :1])
        if low <= 1 - self.width:
            if self._until is None:
                self._until = np.minimum.accumulate(self.table, axis=1)
            return self._shifted(self._until[days], high, None, self._until[days, -1:])
        return self._sliding(self.table[days], low, high)

    def _shifted(
        self, values: np.ndarray, shift: int, before: np.ndarray | None, after: np.ndarray | None = None
    ) -> np.ndarray:
        """By slot p, the value at p + shift; what lies before or after the day is as given, else never."""
        out = np.full(values.shape, self.never, dtype=values.dtype)
        begin, end = max(0, -shift), min(self.width, self.width - shift)
        if begin < end:
            out[:, begin:end] = values[:, begin + shift : end + shift]
        if before is not None:
            out[:, : max(0, min(begin, self.width))] = before
        if after is not None:
            out[:, max(0, end) :] = after
        return out

    def _sliding(self, values: np.ndarray, low: int, high: int) -> np.ndarray:
        """By slot p, the least value of p + low to p + high."""
        length, before, after = high - low + 1, max(0, -low), max(0, high)
        padded = np.full((len(values), before + self.width + after), self.never, dtype=values.dtype)
        padded[:, before : before + self.width] = values
        run, have = padded, 1
        while have < length:
            more = min(have, length - have)
            run = np.minimum(run[:, : run.shape[1] - more], run[:, more:])
            have += more
        first = before + low
        return run[:, first : first + self.width]
