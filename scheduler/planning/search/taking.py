"""Which resources a step takes, given when it starts and what the steps before it took.

A kind that nobody looks at is indifferent: the cheapest resource that fits will do, its cost is a matter of the start
alone, and it is named only when the plan is read off.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scheduler.planning.search.own_visits import Crossings
from scheduler.planning.search.partial import Partial
from scheduler.planning.search.problem import Problem
from scheduler.planning.search.shape import Look, Stage
from scheduler.planning.search.start_costs import StartCosts


class Taking:
    """The choice of resources for rows of partial plans."""

    def __init__(self, problem: Problem, costs: StartCosts) -> None:
        self.problem, self.costs = problem, costs
        self.crossings = Crossings(problem)

    def start_cost(self, stage: Stage) -> np.ndarray:
        """By position: the start's cost with the cheapest resource of each indifferent kind."""
        return self.costs.own(self.problem, stage.variable, tuple(look.kind for look in stage.looks))

    def choose(self, rows: Partial, stage: Stage, limit: int) -> Partial:
        """Rows with a resource of each kind looked at for the step just placed: all that matter, else the cheapest."""
        for look in stage.looks:
            choice = self.problem.choices[stage.variable][look.kind]
            allowed = np.flatnonzero(choice.allowed)
            price = self._prices(rows, stage, look, allowed)
            reckoned = self.costs.cheapest(self.problem, stage.variable, look.kind)[rows.position]
            if look.shared_later:
                worth = price < self.problem.never
            elif look.still:
                worth = price < np.minimum(price.min(axis=0) + look.still, self.problem.never)
            else:
                worth = np.zeros(price.shape, dtype=bool)
                worth[np.argmin(price, axis=0), np.arange(len(rows))] = True
            worth &= rows.bound - reckoned + price < limit
            which, row = np.nonzero(worth.T)
            extra = price[row, which]
            grown = rows.pick(which)
            rows = replace(
                grown,
                columns={**grown.columns, (stage.variable, look.kind): allowed[row]},
                cost=grown.cost + extra,
                bound=grown.bound + extra - reckoned[which],
                taken={**grown.taken, look.kind: allowed[row]},
            )
        return rows

    def _prices(self, rows: Partial, stage: Stage, look: Look, allowed: np.ndarray) -> np.ndarray:
        """By allowed resource and row: what taking it costs now, `never` where it does not fit."""
        choice = self.problem.choices[stage.variable][look.kind]
        price = np.repeat(choice.cost[allowed][:, None], len(rows), axis=1)
        fits = choice.fits[allowed[:, None], rows.position[None, :]]
        for other, cost in look.handovers:
            price += (allowed[:, None] != rows.columns[other, look.kind][None, :]) * cost
        for other in look.shared:
            held = rows.columns[other, look.kind]
            places = rows.columns[other, ""], rows.position
            clash = self.crossings.clash(other, stage.variable, look.kind, held, *places)
            fits = fits & ~((allowed[:, None] == held[None, :]) & clash[None, :])
        return np.where(fits, price, self.problem.never)
