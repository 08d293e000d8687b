"""One visit set by hand: every start of a step that keeps every rule, with the rest of the course planned around it.

    choices = start_choices(index, series, weights, "inf-3", first, last)
    plan = plan_series(index, series, weights, restrict=with_start(restrict, "inf-3", choices[0].start))

A start set by hand only narrows that step's choices; it is never a fixed step, so every rule is still asked of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import UNRESTRICTED, Restriction, StartChoice
from scheduler.planning.scenario import Series, Weights
from scheduler.planning.search.bounds import bounds_of
from scheduler.planning.search.build import Impossible, build
from scheduler.planning.search.exact import optimum
from scheduler.planning.search.problem import Problem
from scheduler.planning.search.shape import shape_of
from scheduler.planning.series_planner import with_fixed


@dataclass(frozen=True, slots=True)
class StartChoices:
    """The starts by time. `complete`: all that there are between the dates, each at its least cost."""

    choices: tuple[StartChoice, ...]
    complete: bool


def start_choices(
    index: CalendarIndex,
    series: Series,
    weights: Weights,
    step: str,
    first: date,
    last: date,
    *,
    restrict: Restriction = UNRESTRICTED,
    late: Callable[[], bool] = lambda: False,
) -> StartChoices:
    """Every start of an unfixed step from `first` to `last` (inclusive) with the least cost of a whole plan around it.

    Likely cheap starts are worked out first; when `late()` says so, those known by then are given, not `complete`.
    """
    problem = build(with_fixed(index, series), series, weights, restrict)
    if isinstance(problem, Impossible) or step not in problem.steps:
        return StartChoices((), True)
    variable = problem.steps.index(step)
    found: list[StartChoice] = []
    for position in _promising(problem, variable, first, last):
        answer = optimum(_starting_at(problem, variable, position), late=late)
        if not answer.proved:
            return StartChoices(tuple(sorted(found, key=lambda choice: choice.start)), False)
        if answer.found is not None:
            found.append(StartChoice(problem.axis.moment(position), answer.found.cost))
    return StartChoices(tuple(sorted(found, key=lambda choice: choice.start)), True)


def with_start(restrict: Restriction, step: str, start: datetime) -> Restriction:
    """A restriction that sets one step's start by hand."""
    return replace(restrict, starts={**restrict.starts, step: frozenset({start})})


def _promising(problem: Problem, variable: int, first: date, last: date) -> list[int]:
    """The positions between two dates that the relaxed problem allows, the cheapest by it first."""
    if not problem.possible:
        return []
    axis, starts = problem.axis, problem.starts[variable]
    bounds = bounds_of(problem, shape_of(problem), problem.same[0] if problem.same else None)
    total = bounds.total[variable].min(axis=0)[:-1]
    days = starts.day + axis.first.toordinal()
    near = (days >= first.toordinal()) & (days <= last.toordinal()) & (total < problem.never)
    order = np.argsort(total[near], kind="stable")
    return starts.positions[near][order].tolist()


def _starting_at(problem: Problem, variable: int, position: int) -> Problem:
    return problem.without_starts(variable, problem.starts[variable].positions != position)
