"""Lower bounds: the problem relaxed to a tree of gaps, solved exactly by messages, for all cases at once.

Of the gaps that tie a step to steps placed before it, the tree keeps one; handovers, collisions and unsettled `same`
kinds are left out. Nothing in the full problem costs less than the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scheduler.planning.search.messages import Messages
from scheduler.planning.search.problem import Problem
from scheduler.planning.search.shape import Shape


@dataclass(frozen=True, eq=False)
class Bounds:
    """The tree, for each row of a kind as if the course were settled on it (a case), or for the problem as it stands.

    By case (there may be one that stands for all) and start, with one behind the last that never is: `below[v]` is what
    a start costs with its cheapest resources and all that hangs on v in the tree, `to_parent[v]` the least of that over
    the starts that the gap to the parent allows (by start of the parent; for a root one number by case). `by_case` is
    the least in all of each case. The constant is not counted.
    """

    problem: Problem
    shape: Shape
    kind: str | None
    messages: Messages
    below: tuple[np.ndarray, ...]
    to_parent: tuple[np.ndarray, ...]
    by_case: np.ndarray

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return len(self.by_case)

    @cached_property
    def least(self) -> int:
        """The least in all."""
        return int(self.by_case.min())

    @cached_property
    def total(self) -> tuple[np.ndarray, ...]:
        """By step, case and start: the least cost of the whole tree with the step there."""
        never, total = self.problem.never, list(self.below)
        for variable in self.shape.order:
            above, message = self.shape.parent[variable], self.to_parent[variable]
            if above < 0:
                rest = (self.by_case[:, None] - message)
            else:
                others = np.where(total[above] < never, total[above] - message, never)
                rest = self.messages.message(variable, above, others)
            total[variable] = np.minimum(self.below[variable] + rest, never)
        return tuple(total)

    @cached_property
    def farthest(self) -> int:
        """The most that any start can cost in the tree."""
        return max(int(total[total < self.problem.never].max(initial=0)) for total in self.total)


def bounds_of(problem: Problem, shape: Shape, kind: str | None) -> Bounds:
    """The tree of a problem; each of its steps must have a start by itself."""
    never, cases, messages = problem.never, 1 if kind is None else len(problem.resources[kind]), Messages(problem)
    below = [starts.by_case(kind, cases) for starts in problem.starts]
    to_parent = list(below)
    known: dict[tuple, np.ndarray] = {}
    for variable in reversed(shape.order):
        above = shape.parent[variable]
        if above < 0:
            to_parent[variable] = np.minimum.reduce(below[variable], axis=1)[:, None]
            continue
        key = (id(below[variable]), id(problem.starts[above].free), problem.edge(above, variable))
        if key not in known:
            known[key] = messages.message(above, variable, below[variable])
        to_parent[variable] = known[key]
        below[above] = np.minimum(below[above] + to_parent[variable], never)
    least = sum(to_parent[root][:, 0] for root in range(problem.size) if shape.parent[root] < 0)
    by_case = np.minimum(least, never) + np.zeros(cases, dtype=problem.dtype)
    return Bounds(problem, shape, kind, messages, tuple(below), tuple(to_parent), by_case)
