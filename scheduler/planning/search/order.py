"""In which order to place the steps, so that little of what is placed has to be remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

START, RESOURCE = 4, 1
"""How heavily a remembered start and a remembered resource weigh: there are far more starts."""


class Looking(Protocol):
    """What decides the order: which steps look at which others' starts and resources."""

    size: int
    kinds: tuple[tuple[str, ...], ...]

    def tied(self, one: int, two: int) -> bool:
        """Whether one looks at the other's start."""

    def handover(self, one: int, two: int, kind: str) -> int:
        """What a change of resource between the two costs."""

    def shares(self, one: int, two: int, kind: str) -> bool:
        """Whether the two might collide on a resource."""


def placing_order(problem: Looking, steps: Sequence[int]) -> tuple[int, ...]:
    """Some steps in list order, or in a greedily found one where the most that it must remember at once is less."""
    lookers = _lookers(problem, steps)
    listed = tuple(steps)
    greedy = _greedy(lookers)
    return greedy if _burden(lookers, greedy) < _burden(lookers, listed) else listed


def _lookers(problem: Looking, every: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """By step: what of it is looked at, as weights with the set (bits) of the steps that look at it."""
    found = {}
    for one in every:
        sets = [(START, [two for two in every if two != one and problem.tied(one, two)])]
        for kind in problem.kinds[one]:
            near = [two for two in every if problem.handover(one, two, kind) or problem.shares(one, two, kind)]
            sets.append((RESOURCE, [two for two in near if two != one]))
        found[one] = [(weight, sum(1 << two for two in near)) for weight, near in sets if near]
    return found


def _remembered(lookers: dict[int, list[tuple[int, int]]], placed: int) -> int:
    """The weight of what steps not among the placed ones (bits) still look at."""
    weight = 0
    for one, sets in lookers.items():
        if placed >> one & 1:
            weight += sum(of for of, near in sets if near & ~placed)
    return weight


def _burden(lookers: dict[int, list[tuple[int, int]]], order: tuple[int, ...]) -> int:
    most, placed = 0, 0
    for one in order:
        placed |= 1 << one
        most = max(most, _remembered(lookers, placed))
    return most


def _greedy(lookers: dict[int, list[tuple[int, int]]]) -> tuple[int, ...]:
    order, placed = [], 0
    left = list(lookers)
    while left:
        best = min(left, key=lambda one: (_remembered(lookers, placed | 1 << one), one))
        left.remove(best)
        order.append(best)
        placed |= 1 << best
    return tuple(order)
