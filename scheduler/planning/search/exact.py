"""The proved optimum of a problem: a tree of cases, the one with the least bound always next.

A case is opened where a `same` kind must be settled on one resource, and where the cheapest placement has the series'
own visits clashing: then one of the clashing visits must give way, and each is a case. A case is searched exactly below
a limit a little above its bound; if nothing is found there, the limit is its new bound. So the first clean placement
at or below every other bound is the optimum, and no case is searched much further than that.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations, count

from scheduler.planning.search.bounds import bounds_of
from scheduler.planning.search.diving import dive
from scheduler.planning.search.dodging import LARGER, spread_out
from scheduler.planning.search.layers import TooMany
from scheduler.planning.search.order import START
from scheduler.planning.search.own_visits import Clash, barred, first_clash
from scheduler.planning.search.passes import Case
from scheduler.planning.search.problem import Found, Problem
from scheduler.planning.search.shape import shape_of

BUDGET = 30_000
"""Partial plans gone through a step when a first good plan is wanted quickly."""
QUICK_AFTER = 3
"""Passes of a case that found nothing before that is tried."""
MOST_BURDEN, MOST_LEARNT, MOST_EVER = 8 * START, 1_500_000, 50_000_000
"""How much may be remembered at once for that, and how many partial plans gone through a pass, at first and ever."""
DIVES = 6
"""How often any clean placement is looked for, by freezing visits that clash."""
SMALLER = 9
"""How many times less far is looked where that was too much to go through."""
PATIENCE = 12
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


class _Cases:
    def __init__(self, problem: Problem, limit: int, late: Callable[[], bool]) -> None:
        self.root, self.limit, self.late = problem, limit, late
        self.best: Found | None = None
        self.number = count()
        self.heap: list[tuple[int, int, Case | Problem]] = []
        self.clashes, self.patience = 0, PATIENCE
        self.clashing: set[tuple[int, int]] = set()
        self.most: int | None = None
        self.forgot, self.dives = False, 0
        self.shape = shape_of(problem)

    def checkpoint(self) -> None:
        if self.late():
            raise OutOfTime

    def run(self) -> None:
        self._open(self.root, 0)
        while self.heap:
            least, _, what = heapq.heappop(self.heap)
            if least >= self.limit:
                return
            self.checkpoint()
            if isinstance(what, Case):
                self._search(what)
            else:
                self._open(what, least)

    def _open(self, problem: Problem, least: int) -> None:
        """Push the cases of a problem: one, or one a resource where more `same` kinds than one are to be settled."""
        self.checkpoint()
        if not problem.possible:
            return
        bounds = bounds_of(problem, self.shape, problem.same[0] if problem.same else None)
        if len(problem.same) < 2:
            self._push(Case(bounds, max(least - problem.constant, bounds.least)))
            return
        for row, bound in enumerate(bounds.by_case.tolist()):
            if bound < problem.never and max(least, bound + problem.constant) < self.limit:
                settled = problem.settled(problem.same[0], row)
                self._await(max(least, bound + problem.constant), settled)

    def _push(self, case: Case) -> None:
        if case.least < case.problem.never and case.least + case.problem.constant < self.limit:
            self._await(case.least + case.problem.constant, case)

    def _await(self, least: int, what: Case | Problem) -> None:
        heapq.heappush(self.heap, (least, -next(self.number), what))

    def _search(self, case: Case) -> None:
        if case.passes == 0:
            found, proved = case.look(self._most(case))
            if proved:
                if found is not None:
                    self._meet(case, found)
                return
            if found is not None:
                self._keep_clean(case)(found)
        most = self._most(case)
        if case.least >= most:
            return
        limit = case.next_limit(most)
        try:
            found = case.below(limit, self.checkpoint, most=self.most, keep=self._keep_clean(case))
        except TooMany:
            self._go_easier(case)
            return
        if found is not None:
            self._meet(case, found)
            return
        case.least, case.passes = limit, case.passes + 1
        if limit >= most:
            return
        if case.passes >= QUICK_AFTER and self.best is None:
            quick = case.below(most, self.checkpoint, budget=BUDGET)
            if quick is not None:
                self._keep_clean(case)(quick)
        self._push(case)

    def _most(self, case: Case) -> int:
        """What any placement of a case must stay below to be of use, the constant not counted."""
        return min(self.limit - case.problem.constant, case.problem.never)

    def _meet(self, case: Case, found: Found) -> None:
        """The case's cheapest placement: it stands, or some of its visits clash and one must give way."""
        clash = first_clash(case.problem, found.placements)
        if clash is None:
            self._keep(found)
            return
        if self._dodge(case, found):
            return
        if self.best is None and self.dives < DIVES:
            self.dives += 1
            clean = dive(case.problem, found, self.limit, self.shape, case.bounds.kind, self.checkpoint)
            if clean is not None:
                self._keep(clean)
        self.clashes += 1
        self.clashing |= set(combinations(sorted(clash.variables), 2))
        if self.clashes > self.patience and not self.clashing <= self.root.together and self._learn():
            return
        if found.cost >= self.limit:
            return
        for variable in clash.variables:
            self._open(_giving_way(case.problem, clash, variable), found.cost)

    def _dodge(self, case: Case, found: Found) -> bool:
        """Look for a clean placement at the same cost; now and then only, for where there is one it is found early."""
        if self.clashes & (self.clashes + 1):
            return False
        cost = found.cost - case.problem.constant
        for other in spread_out(case.problem):
            shape = shape_of(other)
            trial = Case(bounds_of(other, shape, case.bounds.kind), 0)
            near = trial.cheapest((cost + 1) * LARGER, self.checkpoint)
            if near is not None and first_clash(case.problem, near.placements) is None:
                self._keep(Found(near.placements, found.cost))
                return True
        return False

    def _learn(self) -> bool:
        """Start again with the pairs that clashed so often watched by the search itself, where that is not too much."""
        self.patience += PATIENCE
        pairs = self.clashing | self.root.together
        if self.root.together:
            pairs = _among_each_other(pairs)
        together = replace(self.root, together=frozenset(pairs))
        shape = shape_of(together)
        if shape.burden > MOST_BURDEN or self.forgot:
            return False
        self.root, self.shape, self.most, self.heap = together, shape, MOST_LEARNT, []
        self._open(self.root, 0)
        return True

    def _go_easier(self, case: Case) -> None:
        """A pass was too much to go through: look less far, then go through more, then do without watching pairs."""
        if case.step is not None and case.step > 1:
            case.step //= SMALLER
            self._push(case)
        elif self.most is not None and self.most < MOST_EVER:
            self.most *= 4
            self._push(case)
        else:
            self._forget()

    def _forget(self) -> None:
        """Start again as at first: watching the pairs was too much."""
        self.root = replace(self.root, together=frozenset())
        self.shape, self.most, self.forgot, self.heap = shape_of(self.root), None, True, []
        self._open(self.root, 0)

    def _keep_clean(self, case: Case) -> Callable[[Found], None]:
        """Keep a placement of the case, unless its visits clash."""

        def keep(found: Found) -> None:
            if found.cost < self.limit and first_clash(case.problem, found.placements) is None:
                self._keep(found)

        return keep

    def _keep(self, found: Found) -> None:
        if found.cost < self.limit:
            self.best, self.limit = found, found.cost


def _among_each_other(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """All pairs within the groups that the pairs connect: where two clash, their like will."""
    groups: list[set[int]] = []
    for pair in pairs:
        near = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in near] + [set(pair).union(*near)]
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def _giving_way(problem: Problem, clash: Clash, variable: int) -> Problem:
    positions = barred(problem, clash, variable)
    if clash.kind is None:
        return problem.without_starts(variable, positions)
    return problem.without_use(variable, clash.kind, clash.row, positions)
