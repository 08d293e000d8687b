"""Lower bounds: the problem relaxed to a tree of gaps, solved exactly by messages, by days and then by starts.

Of the gaps that tie a step to steps placed before it, the tree keeps one; handovers, collisions and unsettled `same`
kinds are left out. Nothing in the full problem costs less than the tree. By days, each day stands for its cheapest
start, which is quick and does all cases at once; what cannot keep below a limit there is left out of the bounds by
starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scheduler.planning.search.cut import Cut, part_of
from scheduler.planning.search.messages import spread_days
from scheduler.planning.search.problem import Problem
from scheduler.planning.search.shape import Shape


@dataclass(frozen=True)
class DayBounds:
    """By step, case and day the least cost of its own and the least total cost; the least total by case.

    A case is a row of the kind, if there is one. Behind the last day comes one that never is.
    """

    kind: str | None
    own: np.ndarray
    total: np.ndarray
    least: np.ndarray

    def cut(self, problem: Problem, shape: Shape, limit: int) -> Cut:
        """The starts with which a case can cost less than a limit."""
        parts = [
            part_of(starts, self.kind, total, own, problem.first_day, limit)
            for starts, total, own in zip(problem.starts, self.total, self.own, strict=True)
        ]
        return Cut(problem, shape, self.kind, len(self.least), parts, limit)


def bounds_by_day(problem: Problem, shape: Shape, kind: str | None) -> DayBounds:
    """The tree by days, for each row of a `same` kind as if settled on it, or for the problem as it stands."""
    never, each, cases = problem.never, problem.gap_day, 1 if kind is None else len(problem.resources[kind])
    own = np.full((problem.size, cases, problem.days + 1), never, dtype=problem.dtype)
    for variable, starts in enumerate(problem.starts):
        own[variable, :, :-1] = starts.by_day(kind, cases, problem.first_day, problem.days)
    below, message = own.copy(), np.empty_like(own)
    for twigs in shape.upwards:
        found = spread_days(below[twigs.steps], twigs.edge, each, never)
        message[twigs.steps] = found
        below[twigs.above] = np.minimum(below[twigs.above] + found, never)
    least_of = np.minimum.reduce(below[shape.roots], axis=2)
    least = np.minimum(np.add.reduce(least_of, axis=0), never)
    total = below.copy()
    total[shape.roots] = np.minimum(below[shape.roots] + (least - least_of)[:, :, None], never)
    for twigs in shape.downwards:
        others = _without(total[twigs.above], message[twigs.steps], never)
        found = spread_days(others, twigs.edge.reversed, each, never)
        total[twigs.steps] = np.minimum(below[twigs.steps] + found, never)
    return DayBounds(kind, own, total, least)


@dataclass(frozen=True, eq=False)
class Bounds:
    """The tree by starts, over the lines of a cut.

    `below[v]` is what a start costs with its cheapest resources and all that hangs on v in the tree, `to_parent[v]` the
    least of that over the starts that the gap to the parent allows (by start of the parent; for a root one number).
    Behind the last start of each comes one that never is. The constant is not counted.
    """

    cut: Cut
    shape: Shape
    below: tuple[np.ndarray, ...]
    to_parent: tuple[np.ndarray | int, ...]
    least: int

    @cached_property
    def total(self) -> tuple[np.ndarray, ...]:
        """By step and start: the least cost of the whole tree with the step there."""
        never, total = self.cut.problem.never, list(self.below)
        for variable in self.shape.order:
            above, message = self.shape.parent[variable], self.to_parent[variable]
            if above < 0:
                total[variable] = np.minimum(self.below[variable] + (self.least - message), never)
            else:
                down = self.cut.message(variable, above, _without(total[above], message, never))
                total[variable] = np.minimum(self.below[variable] + down, never)
        return tuple(one[:-1] for one in total)

    def near(self, variable: int, limit: int) -> np.ndarray | None:
        """The starts of a step with which the tree stays below a limit; nothing where that may be all of the cut."""
        return None if limit >= self.cut.limit else (self.total[variable] < limit).nonzero()[0]


def bounds_by_start(cut: Cut) -> Bounds | None:
    """The tree over a cut; nothing where no plan on it costs less than the cut's limit."""
    never, shape = cut.problem.never, cut.shape
    end = np.array([never], dtype=cut.problem.dtype)
    below = [np.concatenate((line.own, end)) for line in cut.lines]
    to_parent: list[np.ndarray | int] = [0] * len(below)
    least = 0
    for variable in reversed(shape.order):
        above = shape.parent[variable]
        if above < 0:
            to_parent[variable] = int(below[variable].min())
            least += to_parent[variable]
        else:
            to_parent[variable] = cut.message(above, variable, below[variable])
            below[above] = np.minimum(below[above] + to_parent[variable], never)
        if least >= cut.limit:
            return None
    return Bounds(cut, shape, tuple(below), tuple(to_parent), least)


def _without(total: np.ndarray, message: np.ndarray, never: int) -> np.ndarray:
    """What remains of a total when one message is taken out of it again."""
    return np.where(total < never, total - message, never)
