"""Lower bounds: the problem relaxed to a tree of gaps, solved exactly by messages, by days and then by positions.

Of the gaps that tie a step to steps placed before it, the tree keeps one; handovers, collisions and unsettled `same`
kinds are left out. Nothing in the full problem costs less than the tree. By days, each day stands for its cheapest
start, which is quick and does all rows of a `same` kind at once; the days on which a limit cannot be kept are then
left out of the bounds by positions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheduler.planning.search.axis import Window
from scheduler.planning.search.problem import Problem
from scheduler.planning.search.shape import Shape
from scheduler.planning.search.spread import Targets, spread, spread_days
from scheduler.planning.search.start_costs import StartCosts


@dataclass(frozen=True)
class DayBounds:
    """By step the least total cost by case (row) and day, and the least of all by case. A case is a row of a kind."""

    total: tuple[np.ndarray, ...]
    least: np.ndarray

    def days_below(self, case: int, limit: int) -> list[slice]:
        """By step: the range of days on which a case can cost less than a limit."""
        found = []
        for total in self.total:
            days = np.flatnonzero(total[case] < limit)
            found.append(slice(int(days[0]), int(days[-1]) + 1) if len(days) else slice(0, 0))
        return found


def bounds_by_day(problem: Problem, shape: Shape, costs: StartCosts, kind: str | None) -> DayBounds:
    """The tree by days, for each row of a `same` kind as if settled on it, or for the problem as it stands."""
    never = problem.never
    below = [_costs_by_day(problem, costs, variable, kind) for variable in range(problem.size)]
    message: dict[int, np.ndarray] = {}
    for variable in reversed(shape.order):
        above = shape.parent[variable]
        if above >= 0:
            message[variable] = spread_days(problem.axis, below[variable], *_gap(problem, above, variable), never)
            below[above] = np.minimum(below[above] + message[variable], never)
    least_of = {one: below[one].min(axis=1, initial=never) for one in shape.order if shape.parent[one] < 0}
    least = np.minimum(sum(least_of.values()), never)
    total = list(below)
    for variable in shape.order:
        above = shape.parent[variable]
        if above < 0:
            rest = (least - least_of[variable])[:, None]
        else:
            rest = _without(total[above], message[variable], never)
            rest = spread_days(problem.axis, rest, *_gap(problem, variable, above), never)
        total[variable] = np.minimum(below[variable] + rest, never)
    return DayBounds(tuple(total), least)


def _costs_by_day(problem: Problem, costs: StartCosts, variable: int, kind: str | None) -> np.ndarray:
    """By case and day: the cost of the cheapest start."""
    if kind is None:
        return costs.by_day(problem, variable)[None, :]
    if kind in problem.kinds[variable]:
        return costs.by_row_and_day(problem, variable, kind)
    return np.repeat(costs.by_day(problem, variable)[None, :], len(problem.resources[kind]), axis=0)


@dataclass(frozen=True)
class Bounds:
    """The tree by positions, within a range of days by step; `never` outside.

    `own[v]` is what a start costs with its cheapest resources, `below[v]` that and all that hangs on v in the tree,
    `to_parent[v]` the least of that over the starts that the gap to the parent allows (by position of the parent; for a
    root a single number), `total[v]` the least cost of the whole tree with v there. The constant is not counted.
    """

    own: tuple[np.ndarray, ...]
    below: tuple[np.ndarray, ...]
    to_parent: tuple[np.ndarray | int, ...]
    total: tuple[np.ndarray, ...]
    least: int


def bounds_by_position(
    problem: Problem, shape: Shape, costs: StartCosts, days: list[slice], limit: int
) -> Bounds | None:
    """The tree with each step on its days; nothing where no plan on these costs less than the limit."""
    never, width = problem.never, problem.axis.per_day
    own = [costs.own(problem, variable) for variable in range(problem.size)]
    here = [slice(span.start * width, span.stop * width) for span in days]
    below = []
    for variable in range(problem.size):
        costs_there = np.full(problem.axis.size, never, dtype=problem.dtype)
        costs_there[here[variable]] = own[variable][here[variable]]
        below.append(costs_there)
    to_parent: list[np.ndarray | int] = [0] * problem.size
    least = 0
    for variable in reversed(shape.order):
        above = shape.parent[variable]
        if above < 0:
            to_parent[variable] = int(below[variable].min(initial=never))
            least += to_parent[variable]
        else:
            message = _message(problem, below[variable], above, variable, days)
            to_parent[variable] = message
            _add(below[above], message, here[above], never)
    if least >= limit:
        return None
    return Bounds(
        tuple(own), tuple(below), tuple(to_parent), _totals(problem, shape, below, to_parent, least, days), least
    )


def _totals(
    problem: Problem,
    shape: Shape,
    below: list[np.ndarray],
    to_parent: list[np.ndarray | int],
    least: int,
    days: list[slice],
) -> tuple[np.ndarray, ...]:
    never, total = problem.never, list(below)
    for variable in shape.order:
        above = shape.parent[variable]
        if above < 0:
            total[variable] = np.minimum(below[variable] + (least - to_parent[variable]), never)
        else:
            rest = _without(total[above], to_parent[variable], never)
            down = _message(problem, rest, variable, above, days)
            total[variable] = np.minimum(below[variable] + down, never)
    return tuple(total)


def _add(total: np.ndarray, more: np.ndarray, here: slice, never: int) -> None:
    part = total[here]
    part += more[here]
    np.minimum(part, never, out=part)


def _without(total: np.ndarray, message: np.ndarray, never: int) -> np.ndarray:
    """What remains of a total when one message is taken out of it again."""
    return np.where((message < never) & (total < never), total - message, never)


def _message(problem: Problem, costs: np.ndarray, here: int, there: int, days: list[slice]) -> np.ndarray:
    """By position of `here`: the least of the costs of `there` that the gaps between the two allow."""
    return spread(problem.axis, costs, *_gap(problem, here, there), problem.never, days[here], days[there])


def _gap(problem: Problem, here: int, there: int) -> tuple[Window, Targets]:
    edge = problem.edge(here, there)
    return edge.window, [(target, problem.gap_day) for target in edge.targets] if problem.gap_day else []
