"""Which resources a step takes, given when it starts and what the steps before it took.

A kind that nobody looks at is indifferent: the cheapest resource that fits will do, its cost is a matter of the start
alone, and it is named only when the plan is read off.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scheduler.planning.search.cut import Cut
from scheduler.planning.search.own_visits import Crossings
from scheduler.planning.search.partial import Partial
from scheduler.planning.search.shape import Look, Stage


class Taking:
    """The choice of resources for rows of partial plans over a cut."""

    def __init__(self, cut: Cut) -> None:
        self.cut, self.problem = cut, cut.problem
        self.crossings = Crossings(cut.problem)

    def start_cost(self, stage: Stage) -> np.ndarray:
        """By start: its cost with the cheapest resource of each indifferent kind."""
        cost = self.cut.lines[stage.variable].own
        for look in stage.looks:
            cost = cost - self.cut.cheapest(stage.variable, look.kind)
        return cost

    def choose(self, rows: Partial, stage: Stage, limit: int) -> Partial:
        """Rows with a resource of each kind looked at for the step just placed: all that matter, else the cheapest."""
        for look in stage.looks:
            choice = self.problem.starts[stage.variable].choices[look.kind]
            price = self._prices(rows, stage, look)
            reckoned = self.cut.cheapest(stage.variable, look.kind)[rows.start]
            if look.shared_later:
                worth = price < self.problem.never
            elif look.still:
                worth = price < np.minimum(price.min(axis=0, initial=self.problem.never) + look.still,
                                           self.problem.never)
            else:
                worth = np.zeros(price.shape, dtype=bool)
                worth[np.argmin(price, axis=0), np.arange(len(rows))] = True
            worth &= rows.bound - reckoned + price < limit
            which, row = np.nonzero(worth.T)
            extra = price[row, which]
            grown, taken = rows.pick(which), choice.rows[row]
            rows = replace(
                grown,
                columns={**grown.columns, (stage.variable, look.kind): taken},
                cost=grown.cost + extra,
                bound=grown.bound + extra - reckoned[which],
                taken={**grown.taken, look.kind: taken},
            )
        return rows

    def _prices(self, rows: Partial, stage: Stage, look: Look) -> np.ndarray:
        """By resource of the choice and row: what taking it costs now, `never` where it does not fit."""
        choice = self.problem.starts[stage.variable].choices[look.kind]
        price = np.repeat(choice.cost[:, None], len(rows), axis=1)
        fits = self.cut.fits(stage.variable, look.kind, rows.start)
        for other, cost in look.handovers:
            price += (choice.rows[:, None] != rows.columns[other, look.kind][None, :]) * cost
        for other in look.shared:
            held = rows.columns[other, look.kind]
            places = (self.cut.lines[other].position[rows.columns[other, ""]],
                      self.cut.lines[stage.variable].position[rows.start])
            clash = self.crossings.clash(other, stage.variable, look.kind, held, *places)
            fits = fits & ~((choice.rows[:, None] == held[None, :]) & clash[None, :])
        return np.where(fits, price, self.problem.never)
