"""The least of any range of a list, from a table of the least over runs of 1, 2, 4, 8 …: two runs cover a range."""

from __future__ import annotations

import numpy as np


class Runs:
    """A list of costs whose last one never is."""

    def __init__(self, costs: np.ndarray) -> None:
        self.table = costs[None, :]

    def least(self, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        """The least of each range from one number to before another; where it is empty, the last of the list."""
        length = end - begin
        empty = length < 1
        if empty.any():
            begin, length = np.where(empty, len(self.table[0]) - 1, begin), np.maximum(length, 1)
        self._grow(int(length.max(initial=1)))
        level = np.frexp(length)[1] - 1
        return np.minimum(self.table[level, begin], self.table[level, begin + length - (1 << level)])

    def _grow(self, longest: int) -> None:
        """Have runs long enough for ranges of some length."""
        levels = longest.bit_length()
        if levels > len(self.table):
            grown = np.empty((levels, self.table.shape[1]), dtype=self.table.dtype)
            grown[: len(self.table)] = self.table
            for level in range(len(self.table), levels):
                half, shorter = 1 << level - 1, grown[level - 1]
                np.minimum(shorter[:-half], shorter[half:], out=grown[level, :-half])
            self.table = grown
