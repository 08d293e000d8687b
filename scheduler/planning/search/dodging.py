"""Among placements that cost the same, look for one in which the series' own visits do not clash.

Every cost is made so much larger that a small liking for some starts never outweighs a unit of it; the likings send
steps that nothing else ties to one another to different times of the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scheduler.planning.search.problem import ROOM, Choice, Problem

LARGER = 1 << 20
LIKINGS = 4
"""How many ways of spreading the steps over the day are tried."""


def spread_out(problem: Problem) -> Iterator[Problem]:
    """The problem with its costs enlarged and likings added, in a few ways; none where that could overflow."""
    most = max((int(cost[cost < problem.never].max(initial=0)) for cost in problem.start_cost), default=0)
    if problem.dtype == object or (most + problem.gap_day * problem.axis.days) * problem.size * LARGER * 4 > ROOM:
        return
    dice = np.random.default_rng(problem.size)
    for way in range(LIKINGS):
        places = np.arange(problem.size) if way == 0 else dice.permutation(problem.size)
        yield _enlarged(problem, places)


def _enlarged(problem: Problem, places: np.ndarray) -> Problem:
    """Costs enlarged, and each step with a liking for its own part of the day."""
    axis = problem.axis
    starts = []
    for variable, cost in enumerate(problem.start_cost):
        liked = int((places[variable] + 0.5) * axis.per_day / problem.size)
        away = np.abs(np.arange(axis.per_day) - liked)
        starts.append(np.where(cost < problem.never, cost * LARGER + np.tile(away, axis.days), problem.never))
    choices: dict[int, Choice] = {}
    for own in problem.choices:
        for choice in own.values():
            choices.setdefault(id(choice), replace(choice, cost=choice.cost * LARGER))
    return replace(
        problem,
        start_cost=tuple(starts),
        choices=tuple({kind: choices[id(choice)] for kind, choice in own.items()} for own in problem.choices),
        handovers={pair: cost * LARGER for pair, cost in problem.handovers.items()},
        gap_day=problem.gap_day * LARGER,
        constant=0,
    )
