"""The least of any range of a list, from a table of the least over runs of 1, 2, 4, 8 …: two runs cover a range."""

from __future__ import annotations

import numpy as np


class Runs:
    """A list of costs whose last one never is, or several such lists (rows) at once."""

    def __init__(self, costs: np.ndarray) -> None:
        self.table = costs[..., None, :]
        self.flat = costs

    def least(self, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        """The least of each range from one number to before another; where it is empty, the last of the list.

        With several lists by list and range.
        """
        length, size = end - begin, self.table.shape[-1]
        empty = length < 1
        if empty.any():
            begin, length = np.where(empty, size - 1, begin), np.maximum(length, 1)
        self._grow(int(length.max(initial=1)))
        level = np.frexp(length)[1] - 1
        first = level * size + begin
        return np.minimum(self.flat.take(first, axis=-1), self.flat.take(first + length - (1 << level), axis=-1))

    def _grow(self, longest: int) -> None:
        """Have runs long enough for ranges of some length."""
        levels, have = longest.bit_length(), self.table.shape[-2]
        if levels > have:
            grown = np.empty((*self.table.shape[:-2], levels, self.table.shape[-1]), dtype=self.table.dtype)
            grown[..., :have, :] = self.table
            for level in range(have, levels):
                half, shorter = 1 << level - 1, grown[..., level - 1, :]
                np.minimum(shorter[..., :-half], shorter[..., half:], out=grown[..., level, :-half])
            self.table, self.flat = grown, grown.reshape(*grown.shape[:-2], -1)
