"""Least costs over ranges of slots within days."""

from __future__ import annotations

import numpy as np


class Slots:
    """A table of costs by day and slot, asked for the least between two slots of every day at once."""

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
