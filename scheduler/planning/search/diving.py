"""A first placement without clashes, good or not: visits that clash are frozen one after another, others move aside."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.planning.search.bounds import bounds_of
from scheduler.planning.search.occupancy import stretches
from scheduler.planning.search.own_visits import first_clash, forbidden_differences
from scheduler.planning.search.passes import Case
from scheduler.planning.search.problem import Found, Placement, Problem
from scheduler.planning.search.shape import Shape


def dive(
    problem: Problem, found: Found, limit: int, shape: Shape, kind: str | None, checkpoint: Callable[[], None]
) -> Found | None:
    """A clean placement below a limit (the constant counted), from the cheapest one, which has clashes; or nothing."""
    for _ in range(problem.size + 1):
        clash = first_clash(problem, found.placements)
        if clash is None:
            return found
        ways = []
        for variable in clash.variables:
            other = _frozen(problem, variable, found.placements[variable])
            if not other.possible:
                continue
            case = Case(bounds_of(other, shape, kind), 0)
            near = case.cheapest(min(limit - other.constant, other.never), checkpoint)
            if near is not None:
                ways.append((near.cost, variable, other, near))
        if not ways:
            return None
        _, _, problem, found = min(ways, key=lambda way: way[:2])
    return None


def _frozen(problem: Problem, variable: int, placement: Placement) -> Problem:
    """The problem with a step at its place, and all others kept out of its time and off its resources meanwhile."""
    types, wall = problem.visit_types, int(problem.axis.wall[placement.position])
    frozen = problem.without_starts(variable, problem.starts[variable].positions != placement.position)
    for other in range(problem.size):
        if other == variable:
            continue
        for low, high in forbidden_differences(types[variable], types[other]):
            difference = frozen.starts[other].wall - wall
            frozen = frozen.without_starts(other, (low < difference) & (difference < high))
        for kind in set(problem.kinds[variable]) & set(problem.kinds[other]):
            for own in stretches(types[variable], kind):
                for theirs in stretches(types[other], kind):
                    difference = frozen.starts[other].wall - wall
                    over = (own.begin - theirs.end < difference) & (difference < own.end - theirs.begin)
                    frozen = frozen.without_use(other, kind, placement.rows[kind], over)
    return frozen
