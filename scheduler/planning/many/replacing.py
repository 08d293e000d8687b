"""Take a few series that stand in one another's way off the board and place them anew, in another order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

import numpy as np

from scheduler.planning.many.alone import Alone
from scheduler.planning.many.board import Board, Result, placed
from scheduler.planning.many.pool import Column, Pool
from scheduler.planning.many.time_left import Left
from scheduler.planning.plans import NoPlan, SeriesPlan
from scheduler.planning.series_planner import plan_series

SIZES = (2, 3, 3, 4, 5, 6, 8)
"""How many series are taken off at once."""
NEAR, CHANCE, LEAST_LOSS, ANY_ORDER = 3, 6, 3, 0.4
"""How much it counts, in whom a series is taken off with, to stand where it would like to, and how much chance;
how likely a series without loss is picked; how often it need not be placed first."""
KNOWN = 0.8
"""How often a plan met before is taken where it serves; the search finds another of the same cost, to choose among."""
ALLOWANCE = 20
"""How much dearer than before a trial may get and still be gone on with, for the plans met on the way."""


class Replacing:
    """Trials on a board; every plan met goes into the pool."""

    def __init__(self, board: Board, alone: dict[str, Alone], pool: Pool, dice: Random, left: Left) -> None:
        self.board, self.alone, self.pool, self.dice, self.left = board, alone, pool, dice, left
        self.names = list(board.series)
        self._wished = {name: self._days(name, alone[name].result) for name in self.names}
        self._stand = {name: self._days(name, board.results[name]) for name in self.names}
        self._columns = {name: pool.add(board.results[name]) for name in self.names}
        self._load = pool.cells.load(column.claims for column in self._columns.values())

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
            self.pool.cells.take(self._columns[name].claims, self._load, -1)
            self._columns[name] = self.pool.add(result)
            self.pool.cells.take(self._columns[name].claims, self._load)

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
        load = self._load.copy()
        for name in order:
            self.pool.cells.take(self._columns[name].claims, load, -1)
        found: dict[str, Result] = {}
        rest = sum(max(0, self.alone[name].bound) for name in order)
        spent = 0
        for name in order:
            rest -= max(0, self.alone[name].bound)
            column = self._best(order, found, name, before + ALLOWANCE - spent - rest, load)
            if self.left() <= 0 or column is None:
                return None
            found[name] = column.result
            self.pool.cells.take(column.claims, load)
            spent += column.cost
            if spent + rest > before:
                return None
        return found

    def _best(
        self, order: Sequence[str], found: Mapping[str, Result], name: str, most: int, load: np.ndarray
    ) -> Column | None:
        """The cheapest result of a series beside the others, if it costs no more than `most`.

        A plan met before that fits in and costs no more than the series would alone need not be searched for again.
        """
        if self.dice.random() < KNOWN and (known := self.pool.fitting(name, self.alone[name].bound, load)):
            return known
        board, unplanned = self.board, self.board.scenario.weights.unplanned
        calendar = board.without(order).also(
            one for other, result in found.items() for one in placed(board.series[other], result)
        )
        result = plan_series(
            calendar, board.series[name], board.scenario.weights, below=min(unplanned, most) + 1, has_fixed=True,
            late=lambda: self.left() <= 0,
        )
        if isinstance(result, SeriesPlan):
            return self.pool.add(result)
        return self.pool.add(NoPlan(name, False, "")) if most >= unplanned else None
