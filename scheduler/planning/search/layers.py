"""The exact search: steps are placed one after another, all partial plans that could still win at once.

A partial plan is remembered by what later steps still look at: the starts of placed steps that have a gap to an
unplaced one, and the resources that an unplaced one would rather keep. Of partial plans alike in that only the cheapest
is kept (dynamic programming); those whose cost so far plus the tree's bound on the rest reaches the limit are dropped.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scheduler.planning.search import partial
from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.candidates import Candidates, Reaches
from scheduler.planning.search.partial import Partial
from scheduler.planning.search.problem import Found
from scheduler.planning.search.reading_off import read_off
from scheduler.planning.search.shape import Stage
from scheduler.planning.search.staircase import improving
from scheduler.planning.search.taking import Taking

MOST_ROWS = 1_000_000
"""Partial plans worked on at once; more are taken in portions."""
FEW = 12
"""Partial plans that are not worth being compared with one another."""


class TooMany(Exception):
    """There are more partial plans than are worth going through; never leaves the search."""


class Layers:
    """The search over bounds, all `same` kinds but that of its cases settled, for placements that cost below a limit.

    The constant is not counted. `checkpoint` is called now and then and may raise to stop the search. With `most`, a
    search that goes through more partial plans than that raises TooMany.
    """

    def __init__(self, bounds: Bounds, limit: int, checkpoint: Callable[[], None], most: int | None = None) -> None:
        self.bounds, self.problem, self.shape, self.limit = bounds, bounds.problem, bounds.shape, limit
        self.checkpoint, self.most = checkpoint, most
        self.reaches = Reaches(bounds, limit)
        self.taking = Taking(bounds)

    def cheapest(self, budget: int | None = None) -> Found | None:
        """The cheapest placement that costs less than the limit.

        With a `budget`, a step goes through no more partial plans than that, those with the least bounds. Where that
        left some out, `complete` is false and what was found need not be the cheapest.
        """
        done: list[Partial] = []
        self.gone_through, self.complete = 0, True
        cases = self.reaches.cases
        if not len(cases):
            return None
        rows = partial.roots(cases, self.bounds.by_case[cases])
        for stage in self.shape.stages:
            rows = self._place(rows, stage, budget)
            if not len(rows):
                return None
            done.append(rows)
        return self._trace(done)

    def _trace(self, done: list[Partial]) -> Found:
        at = int(np.argmin(done[-1].cost))
        cost, chosen = int(done[-1].cost[at]), []
        for rows in reversed(done):
            taken = {kind: int(column[at]) for kind, column in rows.taken.items()}
            chosen.append((int(rows.case[at]), int(rows.start[at]), taken))
            at = int(rows.parent[at])
        placements = read_off(self.problem, self.shape, self.bounds.kind, chosen)
        return Found(placements, cost + self.problem.constant)

    def _place(self, rows: Partial, stage: Stage, budget: int | None) -> Partial:
        """The partial plans with one step more."""
        near, begin, end = self.reaches.candidates(rows, stage)
        cost = self.taking.start_cost(stage, near)
        if stage.staircase:
            parent, at = improving(cost, begin, end)
            return self._grow(rows, stage, near, cost, parent, at)
        counts = np.maximum(end - begin, 0)
        ahead = counts.cumsum()
        if budget is not None and ahead[-1] > budget:
            self.complete = False
            best = rows.bound.argsort(kind="stable")
            counts[best[np.maximum(1, counts[best].cumsum().searchsorted(budget, "right")) :]] = 0
            ahead = counts.cumsum()
        self.gone_through += int(ahead[-1])
        if self.most is not None and self.gone_through > self.most:
            raise TooMany
        if ahead[-1] <= MOST_ROWS:
            return self._grow(rows, stage, near, cost, *_spelled(begin, counts, ahead))
        portions, low = [], 0
        while low < len(counts):
            already = int(ahead[low - 1]) if low else 0
            high = max(low + 1, int(ahead.searchsorted(already + MOST_ROWS, "right")))
            self.checkpoint()
            parent, at = _spelled(begin[low:high], counts[low:high], ahead[low:high] - already)
            portions.append(self._grow(rows, stage, near, cost, parent + low, at))
            low = high
        return self._worth_keeping(partial.join(portions), stage)

    def _grow(self, rows: Partial, stage: Stage, near: Candidates, cost: np.ndarray, parent: np.ndarray,
              at: np.ndarray) -> Partial:
        """Rows (by number) grown by a candidate each, with resources; what is alike or dominated is dropped."""
        grown = self._expand(rows, stage, near, cost, parent, at)
        if stage.looks:
            grown = self.taking.choose(grown, stage, self.limit)
        return self._worth_keeping(grown.keeping(stage.kept), stage)

    def _worth_keeping(self, rows: Partial, stage: Stage) -> Partial:
        """Without rows that others make superfluous."""
        if len(rows) <= FEW:
            return rows
        days = {column: self.problem.starts[column[0]].day for column in stage.daily}
        low = [column for column in stage.low if column not in days]
        if stage.even and len(rows) > 4 * FEW:
            rows = partial.near_the_cheapest(rows, days, stage.even, stage.slack)
        if not low or days:
            rows = partial.cheapest_alike(rows, days)
        for column in low:
            rows = partial.undominated(rows, column)
        return rows

    def _expand(self, rows: Partial, stage: Stage, near: Candidates, cost: np.ndarray, parent: np.ndarray,
                at: np.ndarray) -> Partial:
        """Rows (by number) grown by a candidate each, where it keeps the gaps and the limit."""
        bound = near.rest[parent] + near.below[at]
        keep = (bound < self.limit).nonzero()[0]
        parent, at, bound = parent[keep], at[keep], bound[keep]
        start = near.number[at]
        price, keep = self._priced(rows, stage, parent, start)
        if keep is not None or not isinstance(price, int):
            bound = bound + price
            keep = _both(keep, bound < self.limit).nonzero()[0]
            parent, start, at, bound = parent[keep], start[keep], at[keep], bound[keep]
            price = price if isinstance(price, int) else price[keep]
        for hung in stage.between:
            first = rows.columns[hung.near[0], ""][parent]
            extra, reckoned = self.reaches.hang(hung, rows.case[parent], first, start)
            further = bound + (extra - reckoned)
            keep = (further < self.limit).nonzero()[0]
            parent, start, at, bound, price = parent[keep], start[keep], at[keep], further[keep], (price + extra)[keep]
        columns = {name: rows.columns[name][parent] for name in stage.carried}
        columns[stage.variable, ""] = start
        return Partial(rows.case[parent], columns, rows.cost[parent] + cost[at] + price, bound, parent, start, {})

    def _priced(self, rows: Partial, stage: Stage, parent: np.ndarray, start: np.ndarray
                ) -> tuple[np.ndarray | int, np.ndarray | None]:
        """What the days off those aimed at cost, and which keep clear of the visits that are tied to this one."""
        own, price, keep, monotone = self.problem.starts[stage.variable], 0, None, self.problem.axis.monotone
        for tie in stage.ties:
            other, column = self.problem.starts[tie.other], rows.columns[tie.other, ""]
            if tie.edge is not None and (tie.edge.targets or not monotone):
                days = own.day[start] - other.day[column][parent]
                for target in tie.edge.targets if self.problem.gap_day else ():
                    price = price + abs(days - target).astype(self.problem.dtype) * self.problem.gap_day
                if not monotone:
                    elapsed = own.elapsed[start] - other.elapsed[column][parent]
                    keep = _both(keep, tie.edge.window.allows(elapsed, days))
            for low, high in tie.forbidden:
                difference = own.wall[start] - other.wall[column][parent]
                keep = _both(keep, (difference <= low) | (difference >= high))
        return price, keep


def _spelled(begin: np.ndarray, counts: np.ndarray, ahead: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By number the row and the candidate of every one in its range; `ahead` are the counts added up."""
    parent = np.arange(len(counts)).repeat(counts)
    return parent, (begin - ahead + counts)[parent] + np.arange(len(parent))


def _both(one: np.ndarray | None, two: np.ndarray) -> np.ndarray:
    return two if one is None else one & two
