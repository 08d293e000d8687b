"""Take a few series that stand in one another's way off the board and place them anew, in another order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from scheduler.planning.many.alone import Alone
from scheduler.planning.many.board import Board, Result, placed
from scheduler.planning.many.pool import Pool
from scheduler.planning.many.time_left import Left
from scheduler.planning.plans import NoPlan, SeriesPlan
from scheduler.planning.series_planner import plan_series

SIZES = (2, 3, 3, 4, 5, 6, 8)
"""How many series are taken off at once."""
NEAR, CHANCE, LEAST_LOSS, ANY_ORDER = 3, 6, 3, 0.4
"""How much it counts, in whom a series is taken off with, to stand where it would like to, and how much chance;
how likely a series without loss is picked; how often it need not be placed first."""
ALLOWANCE = 20
"""How much dearer than before a trial may get and still be gone on with, for the plans met on the way."""


class Replacing:
    """Trials on a board; every plan met goes into the pool."""

    def __init__(self, board: Board, alone: dict[str, Alone], pool: Pool, dice: Random, left: Left) -> None:
        self.board, self.alone, self.pool, self.dice, self.left = board, alone, pool, dice, left
        self.names = list(board.series)
        self._wished = {name: self._days(name, alone[name].result) for name in self.names}
        self._stand = {name: self._days(name, board.results[name]) for name in self.names}

    def trial(self) -> int:
        """One trial; what it saved."""
        together = self._together()
        before = self.board.cost_of(together)
        found = self._anew(together, before)
        if found is None:
            return 0
        self.board.put(found)
        self.moved(found)
        return before - self.board.cost_of(together)

    def moved(self, results: dict[str, Result]) -> None:
        """Take note of where series stand now."""
        for name, result in results.items():
            self._stand[name] = self._days(name, result)

    def _days(self, name: str, result: Result) -> set[tuple[str, date]]:
        """Which resources a plan takes on which days."""
        visits = placed(self.board.series[name], result)
        return {(resource, one.start.date()) for one in visits for resource in one.resources.values()}

    def _loss(self, name: str) -> int:
        """How much more a series costs now than it would alone."""
        return max(0, self.board.price(self.board.results[name]) - max(0, self.alone[name].bound))

    def _together(self) -> list[str]:
        """A series that could be better off, and such as stand where it would like to."""
        seed = self.dice.choices(self.names, [self._loss(name) + LEAST_LOSS for name in self.names])[0]
        near = {
            name: NEAR * len(self._stand[name] & self._wished[seed]) + CHANCE * self.dice.random()
            for name in self.names if name != seed
        }
        others = sorted(near, key=near.__getitem__, reverse=True)[: self.dice.choice(SIZES) - 1]
        self.dice.shuffle(others)
        order = [seed, *others]
        if self.dice.random() < ANY_ORDER:
            self.dice.shuffle(order)
        return order

    def _anew(self, order: Sequence[str], before: int) -> dict[str, Result] | None:
        """Results for the series, one after another, that cost no more together than before, if they were found."""
        calendar = self.board.without(order)
        unplanned = self.board.scenario.weights.unplanned
        found: dict[str, Result] = {}
        rest = sum(max(0, self.alone[name].bound) for name in order)
        spent = 0
        for name in order:
            rest -= max(0, self.alone[name].bound)
            below = min(unplanned, before + ALLOWANCE - spent - rest) + 1
            result = plan_series(
                calendar, self.board.series[name], self.board.scenario.weights, below=below, has_fixed=True,
                late=lambda: self.left() <= 0,
            )
            if self.left() <= 0:
                return None
            if isinstance(result, SeriesPlan):
                self.pool.add(result)
                calendar = calendar.also(placed(self.board.series[name], result))
            elif before - spent - rest < unplanned:
                return None
            found[name] = result if isinstance(result, SeriesPlan) else NoPlan(name, False, "")
            spent += self.board.price(result)
            if spent + rest > before:
                return None
        return found
