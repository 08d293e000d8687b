"""Where one step can start: a sorted list of positions, each with its cost and the resources that fit there.

Calendars are tight, so such a list is a small part of the axis. Steps that are alike share one `Starts`, and with it
everything that is worked out about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scheduler.planning.search.axis import Axis
from scheduler.planning.search.free_starts import FreeStarts, bits

ROOM = 1 << 57
"""Costs below this are held in 64-bit integers, larger ones in Python's own."""
NEVER = 1 << 59
"""The cost of what cannot be, among 64-bit integers; a few of them add up without overflow."""
NEVER_LARGE = 1 << 200
"""The same among Python's own."""


def never_of(dtype: np.dtype) -> int:
    """What stands for "never" among costs of a type."""
    return NEVER_LARGE if dtype.hasobject else NEVER


@dataclass(frozen=True, eq=False)
class Choice:
    """The resources of a kind that a step may take: their rows, where each fits (by row and start), what each costs."""

    rows: np.ndarray
    fits: np.ndarray
    cost: np.ndarray

    @cached_property
    def least(self) -> np.ndarray:
        """By start: the cost of the cheapest resource that fits, or never."""
        least = np.full(self.fits.shape[1], never_of(self.cost.dtype), dtype=self.cost.dtype)
        for cost in sorted(set(self.cost.tolist()), reverse=True):
            least[self.fits[self.cost == cost].any(axis=0)] = cost
        return least

    @cached_property
    def dear(self) -> bool:
        """Whether any of them costs something."""
        return bool(self.cost.any())

    @cached_property
    def mask(self) -> np.ndarray:
        """By start: the rows that fit, as bits; for no more than 62 resources."""
        return bits(self.fits, self.rows)

    def cheapest(self, number: int) -> int:
        """The row of the cheapest resource that fits at a start (by number)."""
        if not self.dear:
            return int(self.rows[self.fits[:, number].argmax()])
        fitting = self.fits[:, number].nonzero()[0]
        return int(self.rows[fitting[np.argmin(self.cost[fitting])]])

    def keep(self, which: np.ndarray) -> Choice:
        """The same resources over some of the starts."""
        return Choice(self.rows, self.fits[:, which], self.cost)

    def only(self, rows: np.ndarray) -> Choice:
        """Some of the resources (a mask)."""
        return Choice(self.rows[rows], self.fits[rows], self.cost[rows])


@dataclass(frozen=True, eq=False)
class Starts:
    """Some of the free starts of a visit type, ascending: what each costs by itself, and the choice of each kind.

    `place` is the number of each among the free ones.
    """

    free: FreeStarts
    place: np.ndarray
    cost: np.ndarray
    choices: Mapping[str, Choice]

    def __len__(self) -> int:
        return len(self.place)

    @property
    def axis(self) -> Axis:
        """The axis on which they lie."""
        return self.free.axis

    @cached_property
    def positions(self) -> np.ndarray:
        """The position of each on the axis."""
        return self.free.positions[self.place]

    @cached_property
    def day(self) -> np.ndarray:
        """The number of the axis' day of each."""
        return self.free.day[self.place]

    @cached_property
    def wall(self) -> np.ndarray:
        """The wall minute of each."""
        return self.axis.wall[self.positions]

    @cached_property
    def elapsed(self) -> np.ndarray:
        """The elapsed second of each."""
        return self.free.elapsed[self.place]

    @cached_property
    def own(self) -> np.ndarray:
        """What each costs with the cheapest resource of every kind; never where one lacks."""
        return self._with(self.choices.values())

    def by_case(self, kind: str | None, cases: int) -> np.ndarray:
        """By case and start: what it costs. A case is a row of the kind; one row where the kind makes no difference."""
        choice = None if kind is None else self.choices.get(kind)
        if choice is None:
            return self.own[None, :]
        return self._once(f"by {kind}", lambda: self._by_case(choice, cases))

    def by_day(self, kind: str | None, cases: int, first: int, days: int) -> np.ndarray:
        """The cheapest of `by_case` by case and day, of so many days from the first; never where there is none."""
        return self._once(f"daily {kind}", lambda: self._by_day(self.by_case(kind, cases), first, days))

    def keep(self, which: np.ndarray) -> Starts:
        """Some of the starts, by mask."""
        if which.all():
            return self
        choices = {kind: choice.keep(which) for kind, choice in self.choices.items()}
        return Starts(self.free, self.place[which], self.cost[which], choices)

    def costing(self, cost: np.ndarray) -> Starts:
        """The same starts at another cost."""
        return Starts(self.free, self.place, cost, self.choices)

    def choosing(self, kind: str, choice: Choice) -> Starts:
        """The same starts with another choice of a kind, where that leaves any."""
        return replace(self, choices={**self.choices, kind: choice}).keep(choice.fits.any(axis=0))

    def find(self, position: int | None) -> int | None:
        """The number of a position, if it is among these."""
        if position is None or not len(self):
            return None
        number = int(np.searchsorted(self.positions, position))
        return number if number < len(self) and self.positions[number] == position else None

    def _with(self, choices) -> np.ndarray:
        total = self.cost
        for choice in choices:
            total = np.minimum(total + choice.least, never_of(total.dtype))
        return total

    def _by_case(self, choice: Choice, cases: int) -> np.ndarray:
        rest = self._with(one for one in self.choices.values() if one is not choice)
        never = never_of(rest.dtype)
        table = np.full((cases, len(self)), never, dtype=rest.dtype)
        table[choice.rows] = np.where(choice.fits, np.minimum(rest + choice.cost[:, None], never), never)
        return table

    def _by_day(self, table: np.ndarray, first: int, days: int) -> np.ndarray:
        found = np.full((len(table), days), never_of(table.dtype), dtype=table.dtype)
        if len(self):
            begins = np.flatnonzero(np.diff(self.day, prepend=-1))
            found[:, self.day[begins] - first] = np.minimum.reduceat(table, begins, axis=1)
        return found

    def _once(self, name: str, work) -> np.ndarray:
        if name not in self.__dict__:
            self.__dict__[name] = work()
        return self.__dict__[name]
