"""The proved optimum of a problem: a tree of cases, the one with the least bound always next.

A case is opened where a `same` kind must be settled on one resource, and where the cheapest placement has the series'
own visits clashing: then one of the clashing visits must give way, and each is a case. A case is searched exactly below
a limit a little above its bound; if nothing is found there, the limit is its new bound. So the first clean placement
at or below every other bound is the optimum, and no case is searched much further than that.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, count

import numpy as np

from scheduler.planning.search.bounds import Bounds, DayBounds, bounds_by_day, bounds_by_position
from scheduler.planning.search.layers import Layers
from scheduler.planning.search.own_visits import Clash, barred, first_clash
from scheduler.planning.search.problem import Found, Problem
from scheduler.planning.search.shape import shape_of
from scheduler.planning.search.start_costs import StartCosts

FIRST_STEP, GROWTH = 16, 3
"""The first limit lies a part of so much above the bound; each further one so many times as far."""
FEW, MORE = 24, 4
"""Starts a step that the nearest limit leaves, and how many times as many each next one."""
WIDTH = 300
"""Partial plans kept a step when a first good plan is wanted quickly."""
QUICK_AFTER = 3
"""Passes of a case that found nothing before that is tried."""
PATIENCE = 40
"""Clashes met before the clashing pairs are made part of the search itself."""


class OutOfTime(Exception):
    """The checkpoint's signal that the time is up; never leaves `optimum`."""


@dataclass(frozen=True)
class Answer:
    """The best placement found, if any, and whether it is proved that nothing better exists."""

    found: Found | None
    proved: bool


def optimum(problem: Problem, *, below: int | None = None, late: Callable[[], bool] = lambda: False) -> Answer:
    """The cheapest placement that costs less than `below`; `late()` says when to stop with the best so far."""
    tree = _Cases(problem, problem.never if below is None else below, late)
    try:
        tree.run()
    except OutOfTime:
        return Answer(tree.best, False)
    return Answer(tree.best, True)


@dataclass
class _Case:
    """A problem with its bounds by day (a row of them), what it costs at least, and how its search has gone so far.

    Costs here leave out the constant.
    """

    problem: Problem
    days: DayBounds
    row: int
    least: int
    step: int = 0
    passes: int = 0

    def next_limit(self, most: int) -> int:
        """How far to search in the next pass."""
        if not self.step:
            weights = [self.problem.gap_day, *self.problem.handovers.values()]
            self.step = max(1, self.least // FIRST_STEP, *weights)
        else:
            self.step *= GROWTH
        limit = min(self.least + self.step, most)
        farthest = max(int(total[self.row][total[self.row] < self.problem.never].max()) for total in self.days.total)
        return most if self.passes > 1 and farthest < limit else limit


class _Cases:
    def __init__(self, problem: Problem, limit: int, late: Callable[[], bool]) -> None:
        self.root, self.limit, self.late = problem, limit, late
        self.best: Found | None = None
        self.number = count()
        self.heap: list[tuple[int, int, _Case]] = []
        self.clashes, self.patience = 0, PATIENCE
        self.clashing: set[tuple[int, int]] = set()
        self.shape, self.costs = shape_of(problem), StartCosts()

    def checkpoint(self) -> None:
        if self.late():
            raise OutOfTime

    def run(self) -> None:
        self._open(self.root, 0)
        while self.heap:
            least, _, case = heapq.heappop(self.heap)
            if least >= self.limit:
                return
            self.checkpoint()
            self._search(case)

    def _open(self, problem: Problem, least: int) -> None:
        """Push the cases of a problem: one, or one a resource where a `same` kind is to be settled."""
        self.checkpoint()
        if not problem.axis.size:
            return
        kind = problem.same[0] if problem.same else None
        days = bounds_by_day(problem, self.shape, self.costs, kind)
        for row, bound in enumerate(days.least.tolist()):
            if bound >= problem.never:
                continue
            case = _Case(problem, days, row, max(least - problem.constant, bound))
            if kind is not None:
                case.problem = problem.settled(kind, row)
            self._push(case)

    def _push(self, case: _Case) -> None:
        least = case.least + case.problem.constant
        if least < self.limit:
            heapq.heappush(self.heap, (least, -next(self.number), case))

    def _search(self, case: _Case) -> None:
        if case.problem.same:
            self._open(case.problem, case.least + case.problem.constant)
            return
        most = min(self.limit - case.problem.constant, case.problem.never)
        limit = case.next_limit(most)
        found = self._below(case, limit)
        if found is not None:
            self._meet(case, found)
            return
        case.least, case.passes = limit, case.passes + 1
        if limit >= most:
            return
        if case.passes >= QUICK_AFTER and self.best is None:
            quick = self._below(case, most, WIDTH)
            if quick is not None and first_clash(case.problem, quick.placements) is None:
                self._keep(quick)
        self._push(case)

    def _below(self, case: _Case, limit: int, width: int | None = None) -> Found | None:
        """The cheapest placement of a case below a limit, clashes aside."""
        days = case.days.days_below(case.row, limit)
        bounds = bounds_by_position(case.problem, self.shape, self.costs, days, limit)
        if bounds is None:
            return None
        layers = Layers(case.problem, self.shape, self.costs, bounds, self.checkpoint)
        if width is None:
            for nearer in _nearer_limits(bounds, limit, FEW * case.problem.size):
                found = layers.cheapest(nearer)
                if found is not None:
                    return found
        return layers.cheapest(limit, width)

    def _meet(self, case: _Case, found: Found) -> None:
        """The case's cheapest placement: it stands, or some of its visits clash and one must give way."""
        clash = first_clash(case.problem, found.placements)
        if clash is None:
            self._keep(found)
            return
        self.clashes += 1
        self.clashing |= set(combinations(sorted(clash.variables), 2))
        if self.clashes > self.patience and not self.clashing <= self.root.together:
            self._learn()
            return
        for variable in clash.variables:
            self._open(_giving_way(case.problem, clash, variable), found.cost)

    def _learn(self) -> None:
        """Start again with the pairs that clashed so often watched by the search itself."""
        self.patience *= 4
        self.clashes = 0
        self.root = replace(self.root, together=self.root.together | self.clashing)
        self.shape = shape_of(self.root)
        self.heap = []
        self._open(self.root, 0)

    def _keep(self, found: Found) -> None:
        if found.cost < self.limit:
            self.best, self.limit = found, found.cost


def _nearer_limits(bounds: Bounds, limit: int, few: int) -> Iterator[int]:
    """Limits below this one that leave some few starts, then more and more: cheap to try first."""
    ranked = np.sort(np.concatenate([one[one < limit] for one in bounds.total]))
    while few < len(ranked) // MORE:
        nearer = int(ranked[few]) + 1
        if nearer >= limit:
            return
        yield nearer
        few = MORE * max(few, int(np.searchsorted(ranked, nearer)))


def _giving_way(problem: Problem, clash: Clash, variable: int) -> Problem:
    positions = barred(problem, clash, variable)
    if clash.kind is None:
        return problem.without_starts(variable, positions)
    return problem.without_use(variable, clash.kind, clash.row, positions)
