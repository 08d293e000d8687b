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

from scheduler.planning.search.axis import FAR, Axis, Window
from scheduler.planning.search.problem import Edge, Problem
from scheduler.planning.walltime import DAY


@dataclass(frozen=True)
class Bounds:
    """The solved tree: parents (-1 for a root), messages, and the least cost of all (the constant not included).

    `cheapest[v]` is, by kind and position, what the cheapest resource costs.
    """

    order: tuple[int, ...]
    parent: tuple[int, ...]
    cheapest: tuple[dict[str, np.ndarray], ...]
    below: tuple[np.ndarray, ...]
    to_parent: tuple[np.ndarray | None, ...]
    least: int



def tree_of(problem: Problem, order: Sequence[int]) -> tuple[int, ...]:
    """For each step the one, among those placed before it that a gap ties it to, whose gap says most."""
    placed: set[int] = set()
    parent = [-1] * problem.size
    for variable in order:
        tied = [other for other in placed if _edge(problem, other, variable) is not None]
        if tied:
            parent[variable] = min(tied, key=lambda other: _looseness(_edge(problem, other, variable)))
        placed.add(variable)
    return tuple(parent)


def _edge(problem: Problem, one: int, two: int) -> Edge | None:
    return problem.edges.get((min(one, two), max(one, two)))


def _looseness(edge: Edge) -> tuple[bool, int]:
    window = edge.window
    days = min(window.high_days, window.high_seconds // 86400) - max(window.low_days, window.low_seconds // 86400)
    return (not edge.targets, days)


def solve_tree(problem: Problem, order: Sequence[int], parent: Sequence[int]) -> Bounds:
    """All messages towards the roots."""
    cheapest = tuple(problem.cheapest(variable) for variable in range(problem.size))
    below = [_own(problem, variable, cheapest[variable]) for variable in range(problem.size)]
    to_parent: list[np.ndarray | None] = [None] * problem.size
    least = 0
    for variable in reversed(order):
        above = parent[variable]
        if above < 0:
            least += int(below[variable].min(initial=problem.never))
            continue
        message = spread(problem, below[variable], *_seen_from(problem, above, variable))
        to_parent[variable] = message
        below[above] = np.minimum(below[above] + message, problem.never)
    return Bounds(tuple(order), tuple(parent), cheapest, tuple(below), tuple(to_parent), min(least, problem.never))


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
        down = spread(problem, rest, *_seen_from(problem, variable, above))
        total[variable] = np.minimum(bounds.below[variable] + down, problem.never)
    return total


def _seen_from(problem: Problem, here: int, there: int) -> tuple[Window, tuple[int, ...]]:
    """The window and the aimed-at days of the edge between two steps, counted from `here` to `there`."""
    edge = _edge(problem, here, there)
    if here < there:
        return edge.window, edge.targets
    return edge.window.reversed(), tuple(-target for target in edge.targets)


def spread(problem: Problem, costs: np.ndarray, window: Window, targets: tuple[int, ...]) -> np.ndarray:
    """By position: the least of `costs` over the positions in a window after it, gap days included.

    Where the axis is not monotone this may be too low, never too high.
    """
    axis, never = problem.axis, problem.never
    if not axis.size:
        return costs
    table = costs.reshape(axis.days, axis.per_day)
    by_day = table.min(axis=1)
    low, high = _days_reached(axis, window)
    whole_low, whole_high = _days_covered(axis, window)
    whole = range(max(low, whole_low), min(high, whole_high) + 1)
    best = np.full(axis.days, never, dtype=costs.dtype)
    for days in whole:
        _take(best, by_day, days, problem.pair_cost(Edge(window, targets), days))
    if whole and whole.start <= low and whole.stop > high:
        return np.minimum(np.repeat(best, axis.per_day), never)
    out = np.repeat(best, axis.per_day).reshape(axis.days, axis.per_day)
    cut = _Cut(axis, table, window, never)
    for days in range(low, high + 1):
        if days not in whole:
            price = problem.pair_cost(Edge(window, targets), days)
            cut.take(out, days, price)
    return np.minimum(out, never).ravel()


def _take(best: np.ndarray, by_day: np.ndarray, days: int, price: int) -> None:
    """Lower `best[d]` to `by_day[d + days] + price`."""
    size = len(best)
    here, there = slice(max(0, -days), min(size, size - days)), slice(max(0, days), min(size, size + days))
    if here.start < here.stop:
        np.minimum(best[here], by_day[there] + price, out=best[here])


def _days_reached(axis: Axis, window: Window) -> tuple[int, int]:
    """The least and most days apart that any two positions in the window can be."""
    slack, width = axis.drift, (axis.per_day - 1) * axis.grid * 60
    low = max(window.low_days, -axis.days + 1)
    high = min(window.high_days, axis.days - 1)
    if window.low_seconds > -FAR:
        low = max(low, -((width + slack - window.low_seconds) // (DAY * 60)))
    if window.high_seconds < FAR:
        high = min(high, (window.high_seconds + width + slack) // (DAY * 60))
    return low, high


def _days_covered(axis: Axis, window: Window) -> tuple[int, int]:
    """The range of days apart at which every two positions lie in the window's seconds."""
    slack, width = axis.drift, (axis.per_day - 1) * axis.grid * 60
    low, high = -axis.days, axis.days
    if window.low_seconds > -FAR:
        low = -((-window.low_seconds - width - slack) // (DAY * 60))
    if window.high_seconds < FAR:
        high = (window.high_seconds - width - slack) // (DAY * 60)
    return low, high


class _Cut:
    """Least costs over days that the window's seconds cut."""

    def __init__(self, axis: Axis, table: np.ndarray, window: Window, never: int) -> None:
        self.axis, self.table, self.never = axis, table, never
        self.begin, self.end = (
            bound.reshape(axis.days, axis.per_day) for bound in axis.ranges(window)
        )
        self.layers = [table]
        self.log = np.array([max(1, length).bit_length() - 1 for length in range(axis.per_day + 1)])

    def take(self, out: np.ndarray, days: int, price: int) -> None:
        """Lower `out` by what the day so many days later offers."""
        axis, size = self.axis, self.axis.days
        here = slice(max(0, -days), min(size, size - days))
        if here.start >= here.stop:
            return
        origin = (np.arange(here.start, here.stop) + days) * axis.per_day
        begin = np.maximum(self.begin[here] - origin[:, None], 0)
        end = np.minimum(self.end[here] - origin[:, None], axis.per_day)
        rows = np.broadcast_to((np.arange(here.start, here.stop) + days)[:, None], begin.shape)
        least = self._least(rows, begin, end)
        np.minimum(out[here], least + price, out=out[here])

    def _least(self, rows: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        """The least of row `rows` between two slots, `never` where the range is empty."""
        length = end - begin
        out = np.full(begin.shape, self.never, dtype=self.table.dtype)
        some = length > 0
        level = np.where(some, self.log[np.maximum(length, 0)], 0)
        for power in range(int(level.max(initial=0)) + 1):
            mask = some & (level == power)
            if mask.any():
                layer = self._layer(power)
                left, right = begin[mask], end[mask] - (1 << power)
                out[mask] = np.minimum(layer[rows[mask], left], layer[rows[mask], right])
        return out

    def _layer(self, power: int) -> np.ndarray:
        """Least costs of runs of 2 ** power slots, by day and first slot."""
        while len(self.layers) <= power:
            last, half = self.layers[-1], 1 << (len(self.layers) - 1)
            self.layers.append(np.minimum(last[:, :-half], last[:, half:]))
        return self.layers[power]
