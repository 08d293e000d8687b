"""Every start that one step of a series can have so that the whole series still fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import UNRESTRICTED, Restriction, SeriesPlan, StartChoice
from scheduler.planning.scenario import Current, Series, Weights
from scheduler.planning.series_planner import plan_series
from scheduler.planning.single_visit import starts_of


def legal_starts(index: CalendarIndex, series: Series, weights: Weights, step: str, first: date, last: date, *,
                 restrict: Restriction = UNRESTRICTED,
                 late: Callable[[], bool] = lambda: False) -> tuple[StartChoice, ...]:
    """The starts of `step` between two dates, both inclusive, each with the cost of one whole plan around it.

    Exact, unless `late()` says to stop with those found by then: a plan is searched with the step at any start still in
    question; beside that plan's other visits many of them fit at once; where there is no such plan, none of them does.
    """
    open_starts = _alone(index, series, weights, step, first, last, restrict)
    found: dict[datetime, int] = {}
    while open_starts and not late():
        plan = plan_series(index, series, weights, late=late,
                           restrict=replace(restrict, starts={**restrict.starts, step: frozenset(open_starts)}))
        if not isinstance(plan, SeriesPlan):
            break
        beside = _beside(index, series, weights, step, plan, restrict)
        found |= {start: cost for start, cost in beside.items() if start in open_starts}
        open_starts -= set(beside)
    return tuple(StartChoice(start, found[start]) for start in sorted(found))


def _alone(index: CalendarIndex, series: Series, weights: Weights, step: str, first: date, last: date,
           restrict: Restriction) -> set[datetime]:
    """The starts at which the step fits by itself, whatever the others do."""
    first, last = max(first, series.earliest), min(last, series.latest)
    if last < first:
        return set()
    own = next(one for one in series.steps if one.id == step)
    single = replace(series, steps=(replace(own, gaps=()),), earliest=first, latest=last, same=(), finish=None)
    return {option.start for option in starts_of(index, single, weights, restrict=restrict)}


def _beside(index: CalendarIndex, series: Series, weights: Weights, step: str, plan: SeriesPlan,
            restrict: Restriction) -> dict[datetime, int]:
    """The starts of the step beside the other visits of a plan, each with what the whole plan then costs."""
    places = {visit.step: Current(visit.start, visit.resources) for visit in plan.visits}
    steps = tuple(
        one if one.id == step or one.fixed else replace(one, current=places[one.id], fixed=True)
        for one in series.steps)
    options = starts_of(index, replace(series, steps=steps), weights, restrict=restrict)
    mine = next((option.cost for option in options if option.start == places[step].start), 0)
    return {option.start: plan.cost.total + option.cost - mine for option in options} | {
        places[step].start: plan.cost.total}
