"""One series as a search problem: a variable a step that is not fixed, its starts with their cost, its resources.

Costs of a start, of a choice of resource, of a pair of steps (gap days, handovers) and a constant add up to the cost of
the plan. What is not here is whether the series' own visits get in one another's way; `own_visits` sees to that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scheduler.planning.scenario import Resource, VisitType
from scheduler.planning.search.axis import Axis, Window
from scheduler.planning.search.free_starts import MOST_BITS
from scheduler.planning.search.starts import Starts, never_of


@dataclass(frozen=True)
class Edge:
    """The gaps between two steps: how much later the second starts, and the days aimed at (each off by one costs).

    `nearest` and `farthest`: the fewest and the most days that can lie between two starts in the window.
    `apart`: no two starts in the window have the patient in both visits. `daily`: of a day that the window allows at
    all it allows every start. `link`: no gap at all; the two must but be of one case of the search.
    """

    window: Window
    targets: tuple[int, ...] = ()
    nearest: int = 0
    farthest: int = 0
    apart: bool = False
    daily: bool = False
    link: bool = False

    @cached_property
    def reversed(self) -> Edge:
        """The same gaps counted from the later step to the earlier."""
        targets = tuple(sorted(-target for target in self.targets))
        return Edge(self.window.reversed(), targets, -self.farthest, -self.nearest, self.apart, self.daily, self.link)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.window, self.targets, self.nearest, self.farthest, self.apart, self.daily, self.link))

    def price(self, days: int, each: int) -> int:
        """What so many days between the two cost, at a price of each day off a target."""
        return each * sum(abs(days - target) for target in self.targets)


@dataclass(frozen=True)
class Problem:
    """Variables 0 to n-1 in list order. `edges` are keyed by (earlier, later) in that order.

    The starts lie on so many `days` of the axis from its `first_day` on (a number).
    `handovers` are keyed by (earlier, later, kind): the cost of consecutive steps not keeping their resource.
    `same` are the kinds still to be settled on one resource; settled ones are narrowed in the choices.
    `together` are the pairs whose mutual collisions on resources the search itself must rule out.
    """

    axis: Axis
    first_day: int
    days: int
    steps: tuple[str, ...]
    visit_types: tuple[VisitType, ...]
    kinds: tuple[tuple[str, ...], ...]
    starts: tuple[Starts, ...]
    edges: Mapping[tuple[int, int], Edge]
    handovers: Mapping[tuple[int, int, str], int]
    gap_day: int
    constant: int
    same: tuple[str, ...]
    resources: Mapping[str, list[Resource]]
    free: Callable[[str], np.ndarray]
    dtype: np.dtype
    together: frozenset[tuple[int, int]] = frozenset()

    @cached_property
    def even(self) -> frozenset[str]:
        """Kinds of which no step likes one resource better than another by itself, and few enough to be bits."""
        return frozenset(
            kind for kind, some in self.resources.items() if len(some) <= MOST_BITS
            and not any(starts.choices[kind].dear for starts in self.starts if kind in starts.choices)
        )

    @property
    def size(self) -> int:
        """How many steps are to be placed."""
        return len(self.steps)

    @property
    def never(self) -> int:
        """The cost of what cannot be."""
        return never_of(self.dtype)

    @property
    def possible(self) -> bool:
        """Whether there are starts for each step; all of them may still be impossible."""
        return all(len(starts) for starts in self.starts)

    def tied(self, one: int, two: int) -> bool:
        """Whether the search must look at the starts of both: a gap binds them, or they might collide."""
        pair = (min(one, two), max(one, two))
        return pair in self.edges or pair in self.together

    def edge(self, one: int, two: int) -> Edge | None:
        """The gaps between two steps, if any, counted from `one` to `two`."""
        if one < two:
            return self.edges.get((one, two))
        back = self.edges.get((two, one))
        return None if back is None else back.reversed

    def shares(self, one: int, two: int, kind: str) -> bool:
        """Whether the search must rule out that both take one resource of the kind at once."""
        pair = (min(one, two), max(one, two))
        return pair in self.together and all(kind in self.kinds[each] for each in pair)

    def handover(self, one: int, two: int, kind: str) -> int:
        """What it costs if two steps take different resources of a kind; 0 where they are not consecutive in it."""
        return self.handovers.get((min(one, two), max(one, two), kind), 0)

    def row_of(self, kind: str, name: str | None) -> int | None:
        """The row of a resource, if there is one of that kind and name."""
        return next((row for row, one in enumerate(self.resources[kind]) if one.id == name), None)

    def can_be(self, variable: int, position: int | None, rows: Mapping[str, int | None]) -> bool:
        """Whether a step, by itself, can start at a position with a resource row of each kind."""
        starts = self.starts[variable]
        number = starts.find(position)
        if number is None:
            return False
        return all(
            bool(choice.fits[choice.rows == rows[kind], number].any()) for kind, choice in starts.choices.items()
        )

    def settled(self, kind: str, row: int) -> Problem:
        """The problem with a `same` kind settled on one resource."""

        def settle(starts: Starts) -> Starts:
            choice = starts.choices.get(kind)
            return starts if choice is None else starts.choosing(kind, choice.only(choice.rows == row))

        return replace(self.changed(settle), same=tuple(one for one in self.same if one != kind))

    def changed(self, change: Callable[[Starts], Starts]) -> Problem:
        """The problem with the starts of every step changed alike; steps that share theirs still do."""
        known: dict[int, Starts] = {}
        for starts in self.starts:
            if id(starts) not in known:
                known[id(starts)] = change(starts)
        return replace(self, starts=tuple(known[id(starts)] for starts in self.starts))

    def starting(self, variable: int, starts: Starts) -> Problem:
        """The problem with other starts of one step."""
        return replace(self, starts=(*self.starts[:variable], starts, *self.starts[variable + 1 :]))

    def without_starts(self, variable: int, which: np.ndarray) -> Problem:
        """The problem in which a step must not have some of its starts (a mask)."""
        return self.starting(variable, self.starts[variable].barring(which))

    def without_use(self, variable: int, kind: str, row: int, which: np.ndarray) -> Problem:
        """The problem in which a step must not take a resource at some of its starts (a mask)."""
        starts = self.starts[variable]
        choice = starts.choices[kind]
        fits = choice.fits & ~((choice.rows == row)[:, None] & which[None, :])
        return self.starting(variable, starts.choosing(kind, replace(choice, fits=fits, every=False, known_mask=None)))


@dataclass(frozen=True)
class Placement:
    """One step placed: the position of its start, and the row of its resource by kind."""

    position: int
    rows: Mapping[str, int]


@dataclass(frozen=True)
class Found:
    """A placement of every variable and what it costs in all, the constant included."""

    placements: tuple[Placement, ...]
    cost: int
