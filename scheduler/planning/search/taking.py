"""Which resources a step takes, given when it starts and what the steps before it took."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.own_visits import Crossings
from scheduler.planning.search.partial import Partial
from scheduler.planning.search.problem import Problem


class Taking:
    """The choice of resources for rows of partial plans.

    A kind is indifferent for a step where nobody looks at which resource it takes: then the cheapest that fits will do,
    its cost is a matter of the start alone, and it is named only when the plan is read off.
    """

    def __init__(self, problem: Problem, bounds: Bounds) -> None:
        self.problem, self.bounds = problem, bounds
        self.crossings = Crossings(problem)
        self.looked_at = [
            [kind for kind in problem.kinds[one] if self._is_looked_at(one, kind)] for one in range(problem.size)
        ]
        self._start_cost: dict[int, np.ndarray] = {}

    def _is_looked_at(self, one: int, kind: str) -> bool:
        problem = self.problem
        return any(
            problem.handover(one, two, kind) or problem.shares(one, two, kind)
            for two in range(problem.size) if two != one
        )

    def indifferent(self, variable: int) -> bool:
        """Whether every kind of a step is indifferent."""
        return not self.looked_at[variable]

    def start_cost(self, variable: int) -> np.ndarray:
        """By position: the start's cost with the cheapest resource of each indifferent kind."""
        if not self.looked_at[variable]:
            return self.bounds.own[variable]
        if variable not in self._start_cost:
            total = self.problem.start_cost[variable]
            for kind in self.problem.kinds[variable]:
                if kind not in self.looked_at[variable]:
                    total = np.minimum(total + self.bounds.cheapest[variable][kind], self.problem.never)
            self._start_cost[variable] = total
        return self._start_cost[variable]

    def choose(self, rows: Partial, depth: int, limit: int) -> Partial:
        """Rows with a resource of each kind looked at for the step just placed: all that matter, else the cheapest."""
        problem, order = self.problem, self.bounds.order
        variable, waiting = order[depth], order[depth + 1 :]
        for kind in self.looked_at[variable]:
            choice = problem.choices[variable][kind]
            allowed = np.flatnonzero(choice.allowed)
            price = self._prices(rows, depth, kind, allowed)
            reckoned = self.bounds.cheapest[variable][kind][rows.position]
            future = sum(problem.handover(variable, two, kind) for two in waiting)
            if any(problem.shares(variable, two, kind) for two in waiting):
                worth = price < problem.never
            elif future:
                worth = price < np.minimum(price.min(axis=0) + future, problem.never)
            else:
                best = np.argmin(price, axis=0)
                worth = np.zeros(price.shape, dtype=bool)
                worth[best, np.arange(len(best))] = True
            worth &= rows.bound - reckoned + price < limit
            which, row = np.nonzero(worth.T)
            extra = price[row, which]
            grown = rows.pick(which)
            rows = replace(
                grown,
                columns={**grown.columns, (variable, kind): allowed[row]},
                cost=grown.cost + extra,
                bound=grown.bound + extra - reckoned[which],
                taken={**grown.taken, kind: allowed[row]},
            )
        return rows

    def _prices(self, rows: Partial, depth: int, kind: str, allowed: np.ndarray) -> np.ndarray:
        """By allowed resource and row: what taking it costs now, `never` where it does not fit."""
        problem, variable = self.problem, self.bounds.order[depth]
        choice = problem.choices[variable][kind]
        price = np.repeat(choice.cost[allowed][:, None], len(rows), axis=1)
        fits = choice.fits[allowed[:, None], rows.position[None, :]]
        for other in self.bounds.order[:depth]:
            if cost := problem.handover(other, variable, kind):
                price = price + (allowed[:, None] != rows.columns[other, kind][None, :]) * cost
            if problem.shares(other, variable, kind):
                held = rows.columns[other, kind]
                clash = self.crossings.clash(other, variable, kind, held, rows.columns[other, ""], rows.position)
                fits = fits & ~((allowed[:, None] == held[None, :]) & clash[None, :])
        return np.where(fits, price, problem.never)
