"""Where one step can start: a sorted list of positions, each with its cost and the resources that fit there.

Calendars are tight, so such a list is a small part of the axis. Steps that are alike share one `Starts`, and with it
everything that is worked out about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scheduler.planning.search.axis import Axis, Window
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
    """The resources of a kind that a step may take: their rows, where each fits (by row and start), what each costs.

    `every`: all there are, at no cost, so that each start has one. `known_mask` is the mask where it is known already.
    """

    rows: np.ndarray
    fits: np.ndarray
    cost: np.ndarray
    every: bool = False
    known_mask: np.ndarray | None = None

    @cached_property
    def least(self) -> np.ndarray:
        """By start: the cost of the cheapest resource that fits, or never."""
        least = np.full(self.fits.shape[1], never_of(self.cost.dtype), dtype=self.cost.dtype)
        for cost in sorted(set(self.cost.tolist()), reverse=True):
            least[self._any_fits(self.cost == cost)] = cost
        return least

    def _any_fits(self, which: np.ndarray) -> np.ndarray:
        """By start: whether any of some resources (a mask) fits."""
        if self.known_mask is None:
            return self.fits[which].any(axis=0)
        return self.known_mask & sum(1 << row for row in self.rows[which].tolist()) != 0

    @cached_property
    def dear(self) -> bool:
        """Whether any of them costs something."""
        return not self.every and bool(self.cost.any())

    @cached_property
    def mask(self) -> np.ndarray:
        """By start: the rows that fit, as bits; for no more than 62 resources."""
        return bits(self.fits, self.rows) if self.known_mask is None else self.known_mask

    def cheapest(self, number: int) -> int:
        """The row of the cheapest resource that fits at a start (by number)."""
        if not self.dear:
            return int(self.rows[self.fits[:, number].argmax()])
        fitting = self.fits[:, number].nonzero()[0]
        return int(self.rows[fitting[np.argmin(self.cost[fitting])]])

    def only(self, rows: np.ndarray) -> Choice:
        """Some of the resources (a mask)."""
        return Choice(self.rows[rows], self.fits[rows], self.cost[rows])


@dataclass(frozen=True, eq=False)
class Starts:
    """The free starts of a visit type from one to before another (numbers), of whole days: what each costs by itself.

    A start that the step cannot have costs what never is. `choices` are of each kind that the step needs.
    """

    free: FreeStarts
    begin: int
    end: int
    cost: np.ndarray
    choices: Mapping[str, Choice]

    def __len__(self) -> int:
        return self.end - self.begin

    @property
    def axis(self) -> Axis:
        """The axis on which they lie."""
        return self.free.axis

    @property
    def never(self) -> int:
        """The cost of what cannot be."""
        return never_of(self.cost.dtype)

    @property
    def positions(self) -> np.ndarray:
        """The position of each on the axis."""
        return self.free.positions[self.begin : self.end]

    @property
    def day(self) -> np.ndarray:
        """The number of the axis' day of each."""
        return self.free.day[self.begin : self.end]

    @property
    def wall(self) -> np.ndarray:
        """The wall minute of each."""
        return self.free.wall[self.begin : self.end]

    @property
    def elapsed(self) -> np.ndarray:
        """The elapsed second of each."""
        return self.free.elapsed[self.begin : self.end]

    @cached_property
    def own(self) -> np.ndarray:
        """What each costs with the cheapest resource of every kind; never where one lacks."""
        return self._with(self.choices.values())

    @cached_property
    def possible(self) -> np.ndarray:
        """Which the step can have, its resources considered."""
        return self.own < self.never

    @cached_property
    def day_begins(self) -> np.ndarray:
        """The numbers with which another day begins."""
        low, high = self.free.day_begins.searchsorted([self.begin, self.end])
        return self.free.day_begins[low:high] - self.begin

    def days_from(self, first: int, days: int) -> np.ndarray:
        """Days from the first (a number) to each; to what is behind the last start so many days."""
        if "days" not in self.__dict__:
            self.__dict__["days"] = np.append(self.day - first, days)
        return self.__dict__["days"]

    def reach(self, far: Starts, window: Window, targets: tuple[int, ...]) -> np.ndarray:
        """Marks (rows) by start: a window after it allows the other starts from the first mark to before the last.

        Between two marks the number of days aimed at that have been passed is the same.
        """
        marks = self.free.reach(far.free, window, targets)[:, self.begin : self.end] - far.begin
        return np.minimum(np.maximum(marks, 0), len(far))

    def by_case(self, kind: str | None, cases: int, but: tuple[str, ...] = ()) -> np.ndarray:
        """By case and start: what it costs, and behind the last start what never is.

        A case is a row of the kind; there is one case alone where the kind makes no difference. Some kinds may be left
        out.
        """
        choice = None if kind is None else self.choices.get(kind)
        name = "by case" if choice is None else f"by {kind}"
        if but:
            name = f"{name} but {but}"
        if name not in self.__dict__:
            self.__dict__[name] = self._by_case(choice, cases, but)
        return self.__dict__[name]

    def barring(self, which: np.ndarray) -> Starts:
        """Without some of the starts, by mask."""
        return self.costing(np.where(which, self.never, self.cost))

    def costing(self, cost: np.ndarray) -> Starts:
        """The same starts at another cost."""
        return Starts(self.free, self.begin, self.end, cost, self.choices)

    def choosing(self, kind: str, choice: Choice) -> Starts:
        """The same starts with another choice of a kind."""
        return Starts(self.free, self.begin, self.end, self.cost, {**self.choices, kind: choice})

    def find(self, position: int | None) -> int | None:
        """The number of a position, if it is among these and the step can have it."""
        if position is None or not len(self):
            return None
        number = int(np.searchsorted(self.positions, position))
        found = number < len(self) and self.positions[number] == position and self.possible[number]
        return number if found else None

    def _with(self, choices: Iterable[Choice]) -> np.ndarray:
        total = self.cost
        for choice in choices:
            if not choice.every:
                total = np.minimum(total + choice.least, self.never)
        return total

    def _by_case(self, choice: Choice | None, cases: int, but: tuple[str, ...]) -> np.ndarray:
        table = np.full((1 if choice is None else cases, len(self) + 1), self.never, dtype=self.cost.dtype)
        if choice is None:
            table[0, :-1] = self._with(one for kind, one in self.choices.items() if kind not in but)
        else:
            rest = self._with(one for kind, one in self.choices.items() if one is not choice and kind not in but)
            full = np.minimum(rest + choice.cost[:, None], self.never) if choice.dear else rest
            table[choice.rows, :-1] = np.where(choice.fits, full, self.never)
        return table
