"""One series as a search problem: a variable a step that is not fixed, its starts with their cost, its resources.

Costs of a start, of a choice of resource, of a pair of steps (gap days, handovers) and a constant add up to the cost of
the plan. What is not here is whether the series' own visits get in one another's way; `own_visits` sees to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from scheduler.planning.scenario import Resource, VisitType
from scheduler.planning.search.axis import Axis, Window

ROOM = 1 << 57
"""Costs below this are held in 64-bit integers, larger ones in Python's own."""
NEVER = 1 << 59
"""The cost of what cannot be, among 64-bit integers; a few of them add up without overflow."""
NEVER_LARGE = 1 << 200
"""The same among Python's own."""


@dataclass(frozen=True)
class Choice:
    """The resources of one kind for a step: where each fits (row, position), where any; which may be; their cost."""

    fits: np.ndarray
    some: np.ndarray
    allowed: np.ndarray
    cost: np.ndarray


@dataclass(frozen=True)
class Edge:
    """The gaps between two steps: how much later the second starts, and the days aimed at (each off by one costs).

    `apart`: no two starts in the window have the patient in both visits.
    """

    window: Window
    targets: tuple[int, ...] = ()
    apart: bool = False

    def reversed(self) -> Edge:
        """The same gaps counted from the later step to the earlier."""
        return Edge(self.window.reversed(), tuple(-target for target in self.targets), self.apart)


@dataclass(frozen=True)
class Problem:
    """Variables 0 to n-1 in list order. `edges` are keyed by (earlier, later) in that order.

    `start_cost[v]` is an array over the axis, `never` where the step cannot start whatever the resources.
    `handovers` are keyed by (earlier, later, kind): the cost of consecutive steps not keeping their resource.
    `same` are the kinds still to be settled on one resource; settled ones are narrowed in `choices`.
    `together` are the pairs whose mutual collisions on resources the search itself must rule out.
    """

    axis: Axis
    steps: tuple[str, ...]
    visit_types: tuple[VisitType, ...]
    kinds: tuple[tuple[str, ...], ...]
    start_cost: tuple[np.ndarray, ...]
    choices: tuple[Mapping[str, Choice], ...]
    edges: Mapping[tuple[int, int], Edge]
    handovers: Mapping[tuple[int, int, str], int]
    gap_day: int
    constant: int
    same: tuple[str, ...]
    resources: Mapping[str, list[Resource]]
    free: Mapping[str, np.ndarray]
    never: int
    together: frozenset[tuple[int, int]] = frozenset()

    @property
    def size(self) -> int:
        """How many steps are to be placed."""
        return len(self.steps)

    @property
    def dtype(self) -> np.dtype:
        """The type of costs: 64-bit integers, or Python's own where those might overflow."""
        return np.dtype(np.int64) if self.never == NEVER else np.dtype(object)

    def tied(self, one: int, two: int) -> bool:
        """Whether the search must look at the starts of both: a gap binds them, or they might collide."""
        pair = (min(one, two), max(one, two))
        return pair in self.edges or pair in self.together

    def edge(self, one: int, two: int) -> Edge | None:
        """The gaps between two steps, if any, counted from `one` to `two`."""
        if one < two:
            return self.edges.get((one, two))
        back = self.edges.get((two, one))
        return None if back is None else back.reversed()

    def shares(self, one: int, two: int, kind: str) -> bool:
        """Whether the search must rule out that both take one resource of the kind at once."""
        pair = (min(one, two), max(one, two))
        return pair in self.together and all(kind in self.kinds[each] for each in pair)

    def handover(self, one: int, two: int, kind: str) -> int:
        """What it costs if two steps take different resources of a kind; 0 where they are not consecutive in it."""
        return self.handovers.get((min(one, two), max(one, two), kind), 0)

    def pair_cost(self, edge: Edge, days: np.ndarray | int) -> np.ndarray | int:
        """What a difference of so many days costs."""
        return sum(self.gap_day * abs(days - target) for target in edge.targets)

    def row_of(self, kind: str, name: str | None) -> int | None:
        """The row of a resource, if there is one of that kind and name."""
        return next((row for row, one in enumerate(self.resources[kind]) if one.id == name), None)

    def can_be(self, variable: int, position: int | None, rows: Mapping[str, int | None]) -> bool:
        """Whether a step, by itself, can start at a position with a resource row of each kind."""
        if position is None or self.start_cost[variable][position] >= self.never:
            return False
        return all(
            rows[kind] is not None and choice.allowed[rows[kind]] and bool(choice.fits[rows[kind], position])
            for kind, choice in self.choices[variable].items()
        )

    def settled(self, kind: str, row: int) -> Problem:
        """The problem with a `same` kind settled on one resource."""
        choices = []
        for own in self.choices:
            if kind in own:
                allowed = np.zeros_like(own[kind].allowed)
                allowed[row] = own[kind].allowed[row]
                own = {**own, kind: replace(own[kind], allowed=allowed)}
            choices.append(own)
        return replace(self, choices=tuple(choices), same=tuple(one for one in self.same if one != kind))

    def without_starts(self, variable: int, positions: np.ndarray) -> Problem:
        """The problem in which a step must not start at some positions (a mask)."""
        cost = self.start_cost[variable].copy()
        cost[positions] = self.never
        start_cost = (*self.start_cost[:variable], cost, *self.start_cost[variable + 1 :])
        return replace(self, start_cost=start_cost)

    def without_use(self, variable: int, kind: str, row: int, positions: np.ndarray) -> Problem:
        """The problem in which a step must not take a resource when it starts at some positions (a mask)."""
        own = self.choices[variable]
        fits = own[kind].fits.copy()
        fits[row] &= ~positions
        own = {**own, kind: replace(own[kind], fits=fits, some=fits.any(axis=0))}
        return replace(self, choices=(*self.choices[:variable], own, *self.choices[variable + 1 :]))

    def cheapest(self, variable: int) -> dict[str, np.ndarray]:
        """By kind and position: the cost of the cheapest resource that fits, or `never`."""
        return {kind: self.cheapest_of(choice) for kind, choice in self.choices[variable].items()}

    def complete(self, variable: int, position: int, taken: Mapping[str, int]) -> dict[str, int]:
        """The resource rows of a step: those taken, and of every other kind the cheapest that fits."""
        rows = dict(taken)
        for kind, choice in self.choices[variable].items():
            if kind not in rows:
                fitting = np.flatnonzero(choice.allowed & choice.fits[:, position])
                rows[kind] = int(min(fitting, key=lambda row: choice.cost[row]))
        return rows

    def cheapest_of(self, choice: Choice) -> np.ndarray:
        """By position: the cost of the cheapest resource of a choice that fits, or `never`."""
        least = np.full(choice.fits.shape[1], self.never, dtype=self.dtype)
        rows = np.flatnonzero(choice.allowed)
        for cost in sorted({int(choice.cost[row]) for row in rows}, reverse=True):
            equal = [row for row in rows if choice.cost[row] == cost]
            if len(equal) == 1:
                least[choice.fits[equal[0]]] = cost
            elif len(equal) == len(choice.allowed):
                least[choice.some] = cost
            else:
                least[choice.fits[equal].any(axis=0)] = cost
        return least


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
