"""Which resources a step takes, given when it starts and what the steps before it took.

A kind that nobody looks at is indifferent: the cheapest resource that fits will do, its cost is a matter of the start
alone, and it is named only when the plan is read off.
"""

from __future__ import annotations

import numpy as np

from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.candidates import Candidates, at_case
from scheduler.planning.search.own_visits import Crossings
from scheduler.planning.search.partial import Partial
from scheduler.planning.search.shape import Look, Stage


class Taking:
    """The choice of resources for rows of partial plans over bounds."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds, self.problem = bounds, bounds.problem
        self.crossings = Crossings(bounds.problem)

    def start_cost(self, stage: Stage, near: Candidates) -> np.ndarray:
        """By candidate: its cost with the cheapest resource of indifferent kinds, and with what hangs on it alone."""
        table = self.problem.starts[stage.variable].by_case(self.bounds.kind, self.bounds.cases)
        cost = at_case(table, near.case, near.number)
        for hung in stage.pendent:
            cost = cost + at_case(self.bounds.to_parent[hung.variable], near.case, near.number)
        for look in stage.looks:
            if not look.even:
                cost = cost - self._cheapest(stage, look, near.case, near.number)
        return cost

    def _cheapest(self, stage: Stage, look: Look, case: np.ndarray, number: np.ndarray) -> np.ndarray:
        """The cost of the cheapest resource that fits (where the kind is that of the cases, of theirs)."""
        choice = self.problem.starts[stage.variable].choices[look.kind]
        if look.kind == self.bounds.kind:
            return choice.cost[choice.rows.searchsorted(case)]
        return choice.least[number]

    def _fits(self, stage: Stage, look: Look, rows: Partial) -> np.ndarray:
        """By row of the choice and of the partial plans: whether the resource fits at the start."""
        choice = self.problem.starts[stage.variable].choices[look.kind]
        if look.kind == self.bounds.kind:
            return choice.rows[:, None] == rows.case[None, :]
        return choice.fits[:, rows.start]

    def choose(self, rows: Partial, stage: Stage, limit: int) -> Partial:
        """Rows with a resource of each kind looked at for the step just placed: all that matter, else the cheapest."""
        never = self.problem.never
        for look in stage.looks:
            if look.even:
                rows = self._keep_open(rows, stage, look, limit)
                continue
            choice = self.problem.starts[stage.variable].choices[look.kind]
            price = self._prices(rows, stage, look)
            reckoned = self._cheapest(stage, look, rows.case, rows.start)
            if look.shared_later:
                worth = price < never
            elif look.still:
                worth = price < np.minimum(np.minimum.reduce(price, axis=0) + look.still, never)
            else:
                worth = np.zeros(price.shape, dtype=bool)
                worth[price.argmin(axis=0), np.arange(len(rows))] = True
            worth &= price < limit - rows.bound + reckoned
            which, row = worth.T.nonzero()
            extra, grown, taken = price[row, which], rows.pick(which), choice.rows[row]
            rows = Partial(
                grown.case,
                grown.columns | {(stage.variable, look.kind): taken},
                grown.cost + extra,
                grown.bound + (extra - reckoned[which]),
                grown.parent,
                grown.start,
                grown.taken | {look.kind: taken},
            )
        return rows

    def _keep_open(self, rows: Partial, stage: Stage, look: Look, limit: int) -> Partial:
        """Rows with the set of resources that cost the least up to here; all others cost one change more."""
        kept = self.problem.starts[stage.variable].choices[look.kind].mask[rows.start]
        cost, bound = rows.cost, rows.bound
        for other, change in look.handovers:
            fits, kept = kept, kept & rows.columns[other, look.kind]
            changes = kept == 0
            kept = np.where(changes, fits, kept)
            cost, bound = cost + changes * change, bound + changes * change
        column, taken = {(stage.variable, look.kind): kept}, {look.kind: kept}
        rows = Partial(rows.case, rows.columns | column, cost, bound, rows.parent, rows.start, rows.taken | taken)
        return rows.pick((bound < limit).nonzero()[0]) if look.handovers else rows

    def _prices(self, rows: Partial, stage: Stage, look: Look) -> np.ndarray:
        """By resource of the choice and row: what taking it costs now, `never` where it does not fit."""
        choice = self.problem.starts[stage.variable].choices[look.kind]
        price, own = choice.cost[:, None], choice.rows[:, None]
        fits = self._fits(stage, look, rows)
        for other, cost in look.handovers:
            price = price + (own != rows.columns[other, look.kind]) * cost
        for other in look.shared:
            held = rows.columns[other, look.kind]
            places = (self.problem.starts[other].positions[rows.columns[other, ""]],
                      self.problem.starts[stage.variable].positions[rows.start])
            clash = self.crossings.clash(other, stage.variable, look.kind, held, *places)
            fits = fits & ~((own == held) & clash)
        return np.where(fits, price, self.problem.never)
