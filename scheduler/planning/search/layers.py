"""The exact search: steps are placed one after another, all partial plans that could still win at once.

A partial plan is remembered by what later steps still look at: the starts of placed steps that have a gap to an
unplaced one, and the resources that an unplaced one would rather keep. Of partial plans alike in that only the cheapest
is kept (dynamic programming); those whose cost so far plus the tree's bound on the rest reaches the limit are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from scheduler.planning.search import partial
from scheduler.planning.search.axis import FAR, seconds_ranges
from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.own_visits import Crossings, forbidden_differences
from scheduler.planning.search.partial import Column, Partial
from scheduler.planning.search.problem import Edge, Found, Placement, Problem

MOST_ROWS = 1_000_000
"""Partial plans worked on at once; more are taken in portions."""


class Layers:
    """The search over one problem in one order; `candidates[v]` are the positions (ascending) worth trying.

    All `same` kinds must be settled. `checkpoint` is called now and then and may raise to stop the search.
    """

    def __init__(
        self, problem: Problem, bounds: Bounds, candidates: Sequence[np.ndarray], checkpoint: Callable[[], None]
    ) -> None:
        self.problem, self.bounds, self.candidates = problem, bounds, candidates
        self.axis, self.checkpoint = problem.axis, checkpoint
        self.crossings = Crossings(problem)

    def cheapest(self, limit: int, width: int | None = None) -> Found | None:
        """The cheapest placement that costs less than `limit` (the constant not counted).

        With a `width` only so many partial plans are kept a step: what is found then need not be the cheapest.
        """
        done: list[Partial] = []
        rows = partial.root(self.bounds.least, self.problem.dtype)
        for depth in range(self.problem.size):
            rows = self._place(rows, depth, limit)
            if not len(rows):
                return None
            if width is not None and len(rows) > width:
                rows = rows.pick(np.sort(np.argsort(rows.bound, kind="stable")[:width]))
            done.append(rows)
        return self._trace(done)

    def _trace(self, done: list[Partial]) -> Found:
        at = int(np.argmin(done[-1].cost)) if done else 0
        cost = int(done[-1].cost[at]) if done else 0
        placed: dict[int, Placement] = {}
        for variable, rows in zip(reversed(self.bounds.order), reversed(done), strict=True):
            taken = {kind: int(column[at]) for kind, column in rows.taken.items()}
            placed[variable] = Placement(int(rows.position[at]), taken)
            at = int(rows.parent[at])
        return Found(tuple(placed[one] for one in range(self.problem.size)), cost + self.problem.constant)

    def _place(self, rows: Partial, depth: int, limit: int) -> Partial:
        begin, end = self._ranges(rows, depth)
        counts = np.maximum(end - begin, 0)
        ahead = np.cumsum(counts)
        kept = self._kept(depth)
        portions, low = [], 0
        while low < len(counts):
            already = int(ahead[low - 1]) if low else 0
            high = max(low + 1, int(np.searchsorted(ahead, already + MOST_ROWS, "right")))
            self.checkpoint()
            grown = self._choose(self._expand(rows, low, begin[low:high], counts[low:high], depth, limit), depth, limit)
            portions.append(partial.cheapest_alike(grown.keeping(kept)))
            low = high
        whole = portions[0] if len(portions) == 1 else partial.cheapest_alike(partial.join(portions))
        for column in self._only_from_below(depth, kept):
            whole = partial.undominated(whole, column)
        return whole

    def _edge(self, one: int, two: int) -> Edge | None:
        """The gaps between two steps counted from `one` to `two`."""
        edge = self.problem.edges.get((min(one, two), max(one, two)))
        if edge is None or one < two:
            return edge
        return Edge(edge.window.reversed(), tuple(-target for target in edge.targets))

    def _kept(self, depth: int) -> list[Column]:
        """The columns that steps after this depth still look at."""
        problem, order = self.problem, self.bounds.order
        placed, waiting = order[: depth + 1], order[depth + 1 :]
        kept: list[Column] = [(one, "") for one in placed if any(problem.tied(one, two) for two in waiting)]
        kept += [
            (one, kind) for one in placed for kind in problem.visit_types[one].kinds
            if any(problem.handover(one, two, kind) or problem.shares(one, two, kind) for two in waiting)
        ]
        return kept

    def _only_from_below(self, depth: int, kept: list[Column]) -> list[Column]:
        """The starts that bind later steps only to begin late enough: the earlier, then, the better."""
        problem, waiting = self.problem, self.bounds.order[depth + 1 :]
        if not self.axis.monotone:
            return []
        return [
            (one, kind) for one, kind in kept
            if not kind and all(self._binds_from_below(one, two) for two in waiting if problem.tied(one, two))
        ]

    def _binds_from_below(self, one: int, two: int) -> bool:
        edge = self._edge(one, two)
        if edge is None or (min(one, two), max(one, two)) in self.problem.together:
            return False
        window = edge.window
        types = self.problem.visit_types
        from_below = window.low_seconds >= 0 and window.high_seconds >= FAR and window.high_days >= FAR
        one_sided = all(low < 0 for low, _ in forbidden_differences(types[one], types[two]))
        return from_below and one_sided and not edge.targets

    def _ranges(self, rows: Partial, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """For each row, the range of candidates for the next step that its gaps allow."""
        axis, variable = self.axis, self.bounds.order[depth]
        positions = self.candidates[variable]
        begin = np.zeros(len(rows), dtype=np.int64)
        end = np.full(len(rows), len(positions), dtype=np.int64)
        for other in self.bounds.order[:depth]:
            edge = self._edge(other, variable)
            if edge is None:
                continue
            window, start = edge.window, rows.columns[other, ""]
            low, high = seconds_ranges(window, axis.elapsed[start], axis.elapsed[positions], axis.monotone)
            begin, end = np.maximum(begin, low), np.minimum(end, high)
            if window.low_days > -FAR:
                low = np.searchsorted(axis.day[positions], axis.day[start] + window.low_days, "left")
                begin = np.maximum(begin, low)
            if window.high_days < FAR:
                high = np.searchsorted(axis.day[positions], axis.day[start] + window.high_days, "right")
                end = np.minimum(end, high)
        return begin, end

    def _expand(
        self, rows: Partial, low: int, begin: np.ndarray, counts: np.ndarray, depth: int, limit: int
    ) -> Partial:
        """Rows from `low` on, each with every start in its range that keeps the gaps and the limit."""
        problem, axis, bounds = self.problem, self.axis, self.bounds
        variable = bounds.order[depth]
        source = np.repeat(np.arange(len(counts)), counts)
        offset = np.arange(len(source)) - np.repeat(np.cumsum(counts) - counts, counts)
        position = self.candidates[variable][begin[source] + offset]
        parent = source + low
        bound = rows.bound[parent] - self._settled(rows, variable, parent) + bounds.below[variable][position]
        cost = rows.cost[parent] + problem.start_cost[variable][position]
        keep = np.ones(len(parent), dtype=bool)
        for other in bounds.order[:depth]:
            if not problem.tied(other, variable):
                continue
            edge, start = self._edge(other, variable), rows.columns[other, ""][parent]
            if edge is not None:
                days = axis.day[position] - axis.day[start]
                price = problem.pair_cost(edge, days)
                cost, bound = cost + price, bound + price
                if not axis.monotone:
                    keep &= edge.window.allows(axis.elapsed[position] - axis.elapsed[start], days)
            keep &= self._apart(other, variable, axis.wall[position] - axis.wall[start])
        keep &= bound < limit
        parent = parent[keep]
        columns = {name: column[parent] for name, column in rows.columns.items()}
        columns[variable, ""] = position[keep]
        return Partial(columns, cost[keep], bound[keep], parent, position[keep], {})

    def _settled(self, rows: Partial, variable: int, parent: np.ndarray) -> np.ndarray | int:
        """What the rows' bounds had reckoned for a step and all that hangs on it."""
        above = self.bounds.parent[variable]
        if above < 0:
            return self.bounds.below[variable].min(initial=self.problem.never)
        return self.bounds.to_parent[variable][rows.columns[above, ""][parent]]

    def _apart(self, one: int, two: int, difference: np.ndarray) -> np.ndarray:
        """Whether the patient is never in both, by the wall minutes from the start of one to that of the other."""
        types = self.problem.visit_types
        apart = np.ones(len(difference), dtype=bool)
        for low, high in forbidden_differences(types[one], types[two]):
            apart &= (difference <= low) | (difference >= high)
        return apart

    def _choose(self, rows: Partial, depth: int, limit: int) -> Partial:
        """Rows with a resource of each kind for the step just placed: all that matter later, else the cheapest."""
        problem, order = self.problem, self.bounds.order
        variable, waiting = order[depth], order[depth + 1 :]
        for kind, choice in problem.choices[variable].items():
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
