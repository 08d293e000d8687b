"""Where visits of one type fit into the calendar, whoever they are for: the few starts that any search looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False)
class FreeStarts:
    """Positions and their days (numbers), ascending; by kind, row and start whether a resource fits.

    `crowd_of` gives the crowd of a kind by position of the axis.
    """

    positions: np.ndarray
    day: np.ndarray
    fits: Mapping[str, np.ndarray]
    crowd_of: Callable[[str], np.ndarray]
    _crowd: dict[str, np.ndarray] = field(default_factory=dict)

    def between(self, first: int, stop: int) -> slice:
        """Those on the days (by number) from the first to before another."""
        return slice(*np.searchsorted(self.day, [first, stop]).tolist())

    def crowd(self, kind: str) -> np.ndarray:
        """By start: the most units of the kind in use by bookings while the visit needs it."""
        if kind not in self._crowd:
            self._crowd[kind] = self.crowd_of(kind)[self.positions]
        return self._crowd[kind]
