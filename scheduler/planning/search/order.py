"""In which order to place the steps, so that little of what is placed has to be remembered."""

from __future__ import annotations

from scheduler.planning.search.problem import Problem

START, RESOURCE = 4, 1
"""How heavily a remembered start and a remembered resource weigh: there are far more starts."""


def placing_order(problem: Problem) -> tuple[int, ...]:
    """The list order, or a greedily found one where that remembers less."""
    listed = tuple(range(problem.size))
    greedy = _greedy(problem)
    return greedy if _burden(problem, greedy) < _burden(problem, listed) else listed


def _burden(problem: Problem, order: tuple[int, ...]) -> tuple[int, int]:
    weights = [_remembered(problem, order[: depth + 1]) for depth in range(len(order))]
    return max(weights, default=0), sum(weights)


def _remembered(problem: Problem, placed: tuple[int, ...]) -> int:
    waiting = set(range(problem.size)) - set(placed)
    weight = 0
    for one in placed:
        weight += START * any(problem.tied(one, two) for two in waiting)
        for kind in problem.visit_types[one].kinds:
            weight += RESOURCE * any(
                problem.handover(one, two, kind) or problem.shares(one, two, kind) for two in waiting
            )
    return weight


def _greedy(problem: Problem) -> tuple[int, ...]:
    order: tuple[int, ...] = ()
    while len(order) < problem.size:
        left = [one for one in range(problem.size) if one not in order]
        order = (*order, min(left, key=lambda one: (_remembered(problem, (*order, one)), one)))
    return order
