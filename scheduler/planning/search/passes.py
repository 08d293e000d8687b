"""One case of the search: how far to look, and the passes that look so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scheduler.planning.search.bounds import Bounds, bounds_of
from scheduler.planning.search.guided import Guided
from scheduler.planning.search.layers import Layers
from scheduler.planning.search.problem import Found, Problem
from scheduler.planning.search.spine import Spine, spine_of
from scheduler.planning.search.sweep import Sweep, TooWide
from scheduler.planning.search.tracing import trace

FIRST_STEP, GROWTH = 10, 2
"""The first limit lies a part of so much above the bound; each further one so many times as far."""
NEARER = (2,)
"""The parts of the way to a limit up to which is looked first where nothing is known: they leave far less."""
BUDGET = 6000
"""Partial plans gone through a step in a first quick look, which often leaves none out, or meets the bound."""


@dataclass
class Case:
    """The bounds of a problem (all cases of its last `same` kind at once), its least cost, its passes so far.

    Costs here leave out the constant.
    """

    bounds: Bounds
    least: int
    step: int | None = None
    passes: int = 0

    @property
    def problem(self) -> Problem:
        """The problem that the bounds are of."""
        return self.bounds.problem

    def look(self, limit: int) -> tuple[Found | None, bool]:
        """A first look below a limit, where that can be had: what it found, and whether that is final."""
        found = None
        if Guided.possible(self.bounds):
            guided = Guided(self.bounds, limit)
            found = guided.cheapest()
            self.least = max(self.least, guided.least)
            if guided.proved:
                return found, True
        most = limit if found is None else found.cost - self.problem.constant
        try:
            spine = spine_of(self.problem)
            if spine is not None:
                return self._along(spine, most, found is not None) or found, True
        except TooWide:
            pass
        return found, False

    def _along(self, spine: Spine, most: int, near: bool) -> Found | None:
        """The cheapest placement below a limit, along a spine; the limit may be that of a good plan (`near`)."""
        bounds = self.bounds
        if bounds.shape.parent != spine.shape.parent:
            bounds = bounds_of(self.problem, spine.shape, bounds.kind)
            self.least = max(self.least, bounds.least)
        sweep, step = Sweep(bounds, spine), self._first_step()
        if near and most - self.least <= step:
            return trace(sweep.along(most))
        ahead = step if near else 1
        while self.least < most:
            limit = min(most, self.least + ahead)
            way = sweep.narrow(limit)
            if not way.whole and way.least > self.least:
                exact = sweep.along(min(limit, way.least))
                way = exact if exact.joints else way
            if way.joints:
                return trace(way)
            self.least, ahead = limit, max(step, ahead * 4)
        return None

    def _first_step(self) -> int:
        weights = [self.problem.gap_day, *self.problem.handovers.values()]
        return max(1, self.least // FIRST_STEP, *weights)

    def cheapest(self, limit: int, checkpoint: Callable[[], None]) -> Found | None:
        """The cheapest placement below a limit, clashes aside."""
        found, proved = self.look(limit)
        if proved:
            return found
        if found is not None:
            limit = found.cost - self.problem.constant
        return self.below(limit, checkpoint) or found

    def next_limit(self, most: int) -> int:
        """How far to search in the next pass."""
        if self.step is None:
            self.step = self._first_step()
        else:
            self.step = max(1, self.step * GROWTH)
        limit = min(self.least + self.step, most)
        return most if self.passes > 1 and self.bounds.farthest < limit else limit

    def below(
        self,
        limit: int,
        checkpoint: Callable[[], None],
        *,
        budget: int | None = None,
        most: int | None = None,
        keep: Callable[[Found], None] = lambda found: None,
    ) -> Found | None:
        """The cheapest placement below a limit, clashes aside; with a `budget` a good one, found sooner.

        What else is found on the way is handed to `keep`. Raises TooMany where more than `most` partial plans would
        have to be gone through.
        """
        if self.bounds.least >= limit:
            return None
        layers = Layers(self.bounds, limit, checkpoint, most)
        quick = layers.cheapest(budget or BUDGET)
        met = quick is not None and quick.cost - self.problem.constant <= self.least
        if budget is not None or layers.complete or met:
            return quick
        if quick is not None:
            keep(quick)
            limit = quick.cost - self.problem.constant
        for part in () if quick is not None else NEARER:
            found = Layers(self.bounds, self.least + (limit - self.least) // part, checkpoint, most).cheapest()
            if found is not None:
                return found
        return Layers(self.bounds, limit, checkpoint, most).cheapest() or quick
