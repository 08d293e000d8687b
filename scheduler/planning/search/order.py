"""In which order to place the steps, so that little of what is placed has to be remembered."""

from __future__ import annotations

from scheduler.planning.search.problem import Problem

START, RESOURCE = 4, 1
"""How heavily a remembered start and a remembered resource weigh: there are far more starts."""


def placing_order(problem: Problem) -> tuple[int, ...]:
    """The list order, or a greedily found one where the most that it must remember at once is less."""
    lookers = _lookers(problem)
    listed = tuple(range(problem.size))
    greedy = _greedy(lookers)
    return greedy if _burden(lookers, greedy) < _burden(lookers, listed) else listed


def _lookers(problem: Problem) -> list[list[tuple[int, int]]]:
    """Per step: what of it is looked at, as weights with the set (bits) of the steps that look at it."""
    every = range(problem.size)
    found = []
    for one in every:
        sets = [(START, [two for two in every if two != one and problem.tied(one, two)])]
        for kind in problem.kinds[one]:
            near = [two for two in every if problem.handover(one, two, kind) or problem.shares(one, two, kind)]
            sets.append((RESOURCE, [two for two in near if two != one]))
        found.append([(weight, sum(1 << two for two in near)) for weight, near in sets if near])
    return found


def _remembered(lookers: list[list[tuple[int, int]]], placed: int) -> int:
    """The weight of what steps not among the placed ones (bits) still look at."""
    weight = 0
    for one, sets in enumerate(lookers):
        if placed >> one & 1:
            weight += sum(of for of, near in sets if near & ~placed)
    return weight


def _burden(lookers: list[list[tuple[int, int]]], order: tuple[int, ...]) -> int:
    most, placed = 0, 0
    for one in order:
        placed |= 1 << one
        most = max(most, _remembered(lookers, placed))
    return most


def _greedy(lookers: list[list[tuple[int, int]]]) -> tuple[int, ...]:
    order, placed = [], 0
    left = list(range(len(lookers)))
    while left:
        best = min(left, key=lambda one: (_remembered(lookers, placed | 1 << one), one))
        left.remove(best)
        order.append(best)
        placed |= 1 << best
    return tuple(order)
