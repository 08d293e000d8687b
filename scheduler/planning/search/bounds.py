"""Lower bounds: the problem relaxed to a tree of gaps, solved exactly by messages.

Of the gaps that tie a step to steps placed before it, the tree keeps one; handovers, collisions and `same` are left
out. `below[v]` holds, by position of v, the least cost of v and of everything that hangs on it; `to_parent[v]` the
least of that over the starts that the gap to the parent allows, by position of the parent; `total[v]` the least cost
of the whole tree with v there. Nothing in the full problem costs less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.planning.search.problem import Edge, Problem
from scheduler.planning.search.spread import spread


@dataclass(frozen=True)
class Bounds:
    """The solved tree: parents (-1 for a root), messages, and the least cost of all (the constant not included).

    `cheapest[v]` is, by kind and position, what the cheapest resource costs; `own[v]` the start with all of these.
    """

    order: tuple[int, ...]
    parent: tuple[int, ...]
    cheapest: tuple[dict[str, np.ndarray], ...]
    own: tuple[np.ndarray, ...]
    below: tuple[np.ndarray, ...]
    to_parent: tuple[np.ndarray | None, ...]
    least: int



def tree_of(problem: Problem, order: Sequence[int]) -> tuple[int, ...]:
    """For each step the one, among those placed before it that a gap ties it to, whose gap says most."""
    placed: set[int] = set()
    parent = [-1] * problem.size
    for variable in order:
        tied = [(other, edge) for other in placed if (edge := problem.edge(other, variable)) is not None]
        if tied:
            parent[variable] = min(tied, key=lambda one: (_looseness(one[1]), one[0]))[0]
        placed.add(variable)
    return tuple(parent)


def _looseness(edge: Edge) -> tuple[bool, int]:
    window = edge.window
    days = min(window.high_days, window.high_seconds // 86400) - max(window.low_days, window.low_seconds // 86400)
    return (not edge.targets, days)


def solve_tree(problem: Problem, order: Sequence[int], parent: Sequence[int]) -> Bounds:
    """All messages towards the roots."""
    cheapest = tuple(problem.cheapest(variable) for variable in range(problem.size))
    own = tuple(_own(problem, variable, cheapest[variable]) for variable in range(problem.size))
    below = list(own)
    to_parent: list[np.ndarray | None] = [None] * problem.size
    least = 0
    for variable in reversed(order):
        above = parent[variable]
        if above < 0:
            least += int(below[variable].min(initial=problem.never))
            continue
        message = _message(problem, below[variable], above, variable)
        to_parent[variable] = message
        below[above] = np.minimum(below[above] + message, problem.never)
    return Bounds(tuple(order), tuple(parent), cheapest, own, tuple(below), tuple(to_parent), min(least, problem.never))


def _own(problem: Problem, variable: int, cheapest: dict[str, np.ndarray]) -> np.ndarray:
    """By position: the start's cost plus the cheapest resource of each kind; `never` where one is lacking."""
    total = problem.start_cost[variable]
    for cost in cheapest.values():
        total = np.minimum(total + cost, problem.never)
    return total


def totals(problem: Problem, bounds: Bounds) -> list[np.ndarray]:
    """`total[v]`: by position of v, the least cost of the tree with v there."""
    total: list[np.ndarray] = list(bounds.below)
    for variable in bounds.order:
        above = bounds.parent[variable]
        if above < 0:
            others = bounds.least - int(bounds.below[variable].min(initial=problem.never))
            total[variable] = np.minimum(bounds.below[variable] + others, problem.never)
            continue
        message = bounds.to_parent[variable]
        rest = np.where(message < problem.never, total[above] - message, problem.never)
        rest = np.where(total[above] < problem.never, rest, problem.never)
        down = _message(problem, rest, variable, above)
        total[variable] = np.minimum(bounds.below[variable] + down, problem.never)
    return total


def _message(problem: Problem, costs: np.ndarray, here: int, there: int) -> np.ndarray:
    """By position of `here`: the least of the costs of `there` that the gaps between the two allow."""
    edge = problem.edge(here, there)
    prices = [(target, problem.gap_day) for target in edge.targets]
    return spread(problem.axis, costs, edge.window, prices, problem.never)
