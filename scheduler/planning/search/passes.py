"""One case of the search: how far to look, and the passes that look so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from scheduler.planning.search.bounds import Bounds, DayBounds, bounds_by_position
from scheduler.planning.search.layers import Layers
from scheduler.planning.search.problem import Found, Problem
from scheduler.planning.search.shape import Shape
from scheduler.planning.search.start_costs import StartCosts

FIRST_STEP, GROWTH = 16, 3
"""The first limit lies a part of so much above the bound; each further one so many times as far."""
FEW, MORE = 24, 4
"""Starts a step that the nearest limit leaves, and how many times as many each next one."""


@dataclass
class Case:
    """A problem with its bounds by day (a row of them), what it costs at least, and how its search has gone so far.

    Costs here leave out the constant.
    """

    problem: Problem
    days: DayBounds
    row: int
    least: int
    step: int | None = None
    passes: int = 0

    def next_limit(self, most: int) -> int:
        """How far to search in the next pass."""
        if self.step is None:
            weights = [self.problem.gap_day, *self.problem.handovers.values()]
            self.step = max(1, self.least // FIRST_STEP, *weights)
        else:
            self.step = max(1, self.step * GROWTH)
        limit = min(self.least + self.step, most)
        farthest = max(int(total[self.row][total[self.row] < self.problem.never].max()) for total in self.days.total)
        return most if self.passes > 1 and farthest < limit else limit

    def below(
        self,
        limit: int,
        shape: Shape,
        costs: StartCosts,
        checkpoint: Callable[[], None],
        width: int | None = None,
        most: int | None = None,
    ) -> Found | None:
        """The cheapest placement below a limit, clashes aside; with a `width` a good one, found sooner.

        Raises TooMany where more than `most` partial plans would have to be gone through.
        """
        bounds = bounds_by_position(self.problem, shape, costs, self.days.days_below(self.row, limit), limit)
        if bounds is None:
            return None
        layers = Layers(self.problem, shape, costs, bounds, checkpoint, most)
        if width is None:
            for nearer in _nearer_limits(bounds, limit, FEW * self.problem.size):
                found = layers.cheapest(nearer)
                if found is not None:
                    return found
        return layers.cheapest(limit, width)


def _nearer_limits(bounds: Bounds, limit: int, few: int) -> Iterator[int]:
    """Limits below this one that leave some few starts, then more and more: cheap to try first."""
    ranked = np.sort(np.concatenate([one[one < limit] for one in bounds.total]))
    while few < len(ranked) // MORE:
        nearer = int(ranked[few]) + 1
        if nearer >= limit:
            return
        yield nearer
        few = MORE * max(few, int(np.searchsorted(ranked, nearer)))
