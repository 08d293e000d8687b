"""The proved optimum of a problem: a tree of cases, the one with the least bound always next.

A case is opened where a `same` kind must be settled on one resource, and where the cheapest placement has the series'
own visits clashing: then one of the clashing visits must give way, and each is a case. A case is searched exactly below
a limit a little above its bound; if nothing is found there, the limit is its new bound. So the first clean placement
at or below every other bound is the optimum, and no case is searched much further than that.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations, count

import numpy as np

from scheduler.planning.search.bounds import Bounds, solve_tree, totals, tree_of
from scheduler.planning.search.layers import Layers
from scheduler.planning.search.order import placing_order
from scheduler.planning.search.own_visits import Clash, barred, first_clash
from scheduler.planning.search.problem import Found, Problem

FIRST_STEP, GROWTH = 32, 3
"""The first limit lies a part of so much above the bound; each further one so many times as far."""
FEW = 8
"""A limit that leaves no more candidates a step than this is not worth a pass of its own."""
WIDTH = 300
"""Partial plans kept a step when a first good plan is wanted quickly."""
QUICK_AFTER = 2
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
    """A problem with its bounds, and how its search has gone so far. Limits here leave out the constant."""

    problem: Problem
    bounds: Bounds
    least: int
    total: list[np.ndarray] | None = None
    ranked: np.ndarray | None = None
    step: int = 0
    passes: int = 0

    def next_limit(self, most: int) -> int:
        """How far to search in the next pass."""
        problem = self.problem
        if self.total is None or self.ranked is None:
            self.total = totals(problem, self.bounds)
            self.ranked = np.concatenate([one[one < problem.never] for one in self.total])
            self.step = max(1, self.least // FIRST_STEP)
            few = FEW * problem.size
            if few < len(self.ranked):
                self.step = max(self.step, int(np.partition(self.ranked, few)[few]) + 1 - self.least)
        else:
            self.step *= GROWTH
        limit = min(self.least + self.step, most)
        if not (self.ranked >= limit).any():
            limit = most
        return limit

    def search(self, limit: int, checkpoint: Callable[[], None], width: int | None = None) -> Found | None:
        """The cheapest placement below a limit."""
        candidates = [np.flatnonzero(one < limit) for one in self.total or []]
        return Layers(self.problem, self.bounds, candidates, checkpoint).cheapest(limit, width)


class _Cases:
    def __init__(self, problem: Problem, limit: int, late: Callable[[], bool]) -> None:
        self.root, self.limit, self.late = problem, limit, late
        self.best: Found | None = None
        self.number = count()
        self.heap: list[tuple[int, int, _Case]] = []
        self.clashes, self.patience = 0, PATIENCE
        self.clashing: set[tuple[int, int]] = set()
        self.order = placing_order(problem)
        self.parent = tree_of(problem, self.order)

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
            if case.problem.same:
                kind = case.problem.same[0]
                for row in range(len(case.problem.resources[kind])):
                    self._open(case.problem.settled(kind, row), least)
            else:
                self._search(case)

    def _open(self, problem: Problem, least: int) -> None:
        self.checkpoint()
        bounds = solve_tree(problem, self.order, self.parent)
        if bounds.least < problem.never:
            self._push(_Case(problem, bounds, max(least - problem.constant, bounds.least)))

    def _push(self, case: _Case) -> None:
        least = case.least + case.problem.constant
        if least < self.limit:
            heapq.heappush(self.heap, (least, -next(self.number), case))

    def _search(self, case: _Case) -> None:
        most = min(self.limit - case.problem.constant, case.problem.never)
        limit = case.next_limit(most)
        found = case.search(limit, self.checkpoint)
        if found is not None:
            self._meet(case, found)
            return
        case.least, case.passes = limit, case.passes + 1
        if limit >= most:
            return
        if case.passes >= QUICK_AFTER and self.best is None:
            quick = case.search(most, self.checkpoint, WIDTH)
            if quick is not None and first_clash(case.problem, quick.placements) is None:
                self._keep(quick)
        self._push(case)

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
        self.order = placing_order(self.root)
        self.parent = tree_of(self.root, self.order)
        self.heap = []
        self._open(self.root, 0)

    def _keep(self, found: Found) -> None:
        if found.cost < self.limit:
            self.best, self.limit = found, found.cost


def _giving_way(problem: Problem, clash: Clash, variable: int) -> Problem:
    positions = barred(problem, clash, variable)
    if clash.kind is None:
        return problem.without_starts(variable, positions)
    return problem.without_use(variable, clash.kind, clash.row, positions)
