"""Among placements that cost the same, look for one in which the series' own visits do not clash.

Every cost is made so much larger that a small liking for some starts never outweighs a unit of it; the likings send
steps that nothing else ties to one another to different times of the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scheduler.planning.search.problem import Problem
from scheduler.planning.search.starts import ROOM, Choice, Starts

LARGER = 1 << 20
LIKINGS = 4
"""How many ways of spreading the steps over the day are tried."""


def spread_out(problem: Problem) -> Iterator[Problem]:
    """The problem with its costs enlarged and likings added, in a few ways; none where that could overflow."""
    most = max(int(starts.own[starts.possible].max(initial=0)) for starts in problem.starts)
    if problem.dtype == object or (most + problem.gap_day * problem.axis.days) * problem.size * LARGER * 4 > ROOM:
        return
    dice = np.random.default_rng(problem.size)
    for way in range(LIKINGS):
        places = np.arange(problem.size) if way == 0 else dice.permutation(problem.size)
        yield _enlarged(problem, places)


def _enlarged(problem: Problem, places: np.ndarray) -> Problem:
    """Costs enlarged, and each step with a liking for its own part of the day."""
    axis = problem.axis
    choices: dict[int, Choice] = {}
    for starts in problem.starts:
        for choice in starts.choices.values():
            choices.setdefault(id(choice), replace(choice, cost=choice.cost * LARGER))
    enlarged = []
    for variable, starts in enumerate(problem.starts):
        liked = int((places[variable] + 0.5) * axis.per_day / problem.size)
        liking = np.abs(starts.positions % axis.per_day - liked)
        cost = np.where(starts.possible, starts.cost, 0) * LARGER + liking
        cost[~starts.possible] = starts.never
        own = {kind: choices[id(choice)] for kind, choice in starts.choices.items()}
        enlarged.append(Starts(starts.free, starts.begin, starts.end, cost, own))
    return replace(
        problem,
        starts=tuple(enlarged),
        handovers={pair: cost * LARGER for pair, cost in problem.handovers.items()},
        gap_day=problem.gap_day * LARGER,
        constant=0,
    )
