"""The proved optimum of a problem: growing limits over the exact search, and a tree of cases around it.

Cases are opened where a `same` kind must be settled on one resource, and where the cheapest placement has the series'
own visits clashing: then one of the clashing visits must give way, and each is a case. The case with the least bound
goes first, so that the first clean placement at or below every other bound is the optimum.
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

FIRST_CANDIDATES, GROWTH = 48, 4
"""Candidates a step in the first exact pass, and how much larger each next one is."""
WIDTH = 300
"""Partial plans kept a step when a first good plan is wanted quickly."""
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


@dataclass(frozen=True)
class _Case:
    problem: Problem
    bounds: Bounds


class _Cases:
    def __init__(self, problem: Problem, limit: int, late: Callable[[], bool]) -> None:
        self.root, self.limit, self.late = problem, limit, late
        self.best: Found | None = None
        self.number = count()
        self.heap: list[tuple[int, int, _Case]] = []
        self.clashes, self.patience = 0, PATIENCE
        self.clashing: set[tuple[int, int]] = set()

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
                self._solve(case)

    def _open(self, problem: Problem, least: int) -> None:
        order = placing_order(problem)
        bounds = solve_tree(problem, order, tree_of(problem, order))
        if bounds.least < problem.never:
            least = max(least, bounds.least + problem.constant)
            if least < self.limit:
                heapq.heappush(self.heap, (least, -next(self.number), _Case(problem, bounds)))

    def _solve(self, case: _Case) -> None:
        found = cheapest(case.problem, case.bounds, self.limit, self.offer, self.checkpoint)
        if found is None:
            return
        clash = first_clash(case.problem, found.placements)
        if clash is None:
            self.offer(case.problem, found)
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
        self.heap = []
        self._open(self.root, 0)

    def offer(self, problem: Problem, found: Found) -> None:
        """Keep a placement if it is clean and better than the best so far."""
        if found.cost < self.limit and first_clash(problem, found.placements) is None:
            self.best, self.limit = found, found.cost


def _giving_way(problem: Problem, clash: Clash, variable: int) -> Problem:
    positions = barred(problem, clash, variable)
    if clash.kind is None:
        return problem.without_starts(variable, positions)
    return problem.without_use(variable, clash.kind, clash.row, positions)


def cheapest(
    problem: Problem,
    bounds: Bounds,
    below: int,
    offer: Callable[[Problem, Found], None],
    checkpoint: Callable[[], None],
) -> Found | None:
    """The cheapest placement below a cost, clashes aside; good ones met on the way are offered."""
    limit = min(below - problem.constant, problem.never)
    total = totals(problem, bounds)
    ranked = np.concatenate([one[one < limit] for one in total] or [np.zeros(0, dtype=problem.dtype)])
    best: Found | None = None
    wanted = FIRST_CANDIDATES * problem.size
    for turn in count():
        cap = limit
        if wanted < len(ranked):
            cap = min(limit, int(np.partition(ranked, wanted)[wanted]) + 1)
        found = _layers(problem, bounds, total, cap, checkpoint).cheapest(cap)
        if found is not None:
            return found
        if cap >= limit:
            return best
        if turn == 1:
            best = _layers(problem, bounds, total, limit, checkpoint).cheapest(limit, width=WIDTH)
            if best is not None:
                offer(problem, best)
                limit = best.cost - problem.constant
        wanted *= GROWTH
    raise AssertionError("unreachable")


def _layers(
    problem: Problem, bounds: Bounds, total: list[np.ndarray], limit: int, checkpoint: Callable[[], None]
) -> Layers:
    return Layers(problem, bounds, [np.flatnonzero(one < limit) for one in total], checkpoint)
