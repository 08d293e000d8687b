"""Why a series has no plan: which step is left without a start, by which rule, in a sentence for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import UNRESTRICTED, NoRoom, Restriction, SeriesPlan
from scheduler.planning.scenario import Series, Step, VisitType, Weights
from scheduler.planning.search.build import Impossible, build
from scheduler.planning.search.problem import Problem
from scheduler.planning.search.step_starts import patient_free
from scheduler.planning.series_planner import plan_series, with_fixed


def why_not(
    index: CalendarIndex,
    series: Series,
    weights: Weights,
    *,
    restrict: Restriction = UNRESTRICTED,
    late: Callable[[], bool] = lambda: False,
) -> NoRoom:
    """The first rule found that leaves no start. The series must have been found to have no plan."""
    calendar = with_fixed(index, series)
    problem = build(calendar, series, weights, restrict)
    if isinstance(problem, Impossible):
        sentence = f"The fixed visits already differ in the {problem.kind}, which must be the same throughout."
        return NoRoom("same", None, sentence)
    for variable, name in enumerate(problem.steps):
        step = next(one for one in series.steps if one.id == name)
        reason = _alone(calendar, series, weights, step, problem, variable)
        if reason:
            return NoRoom(reason[0], name, reason[1])
    return _together(index, series, weights, restrict, late)


def _alone(
    index: CalendarIndex, series: Series, weights: Weights, step: Step, problem: Problem, variable: int
) -> tuple[str, str] | None:
    """The rule that leaves a step no start even by itself."""
    visit_type = problem.visit_types[variable]
    if reason := _too_small(problem, variable, visit_type):
        return reason
    between = f"between {series.earliest:%d %b %Y} and {series.latest:%d %b %Y}"
    first, days = index.days(series.earliest, series.latest)
    here = slice(first * index.axis.per_day, (first + days) * index.axis.per_day)
    opened = index.open_starts(visit_type)[here]
    if not opened.any():
        return "open", f"No opening {between} holds the {visit_type.minutes} minutes of {step.id}."
    for kind in visit_type.kinds:
        if not (opened & index.any_fits(visit_type, kind)[here]).any():
            return kind, f"No {kind} is free for {step.id} at any time {between}."
    positions = np.flatnonzero(opened) + here.start
    came = positions[patient_free(index, series, visit_type, positions)]
    if not len(came):
        return "patient", f"The patient has no time for {step.id} {between}."
    if not np.isin(came, index.starts(visit_type).positions).any():
        names = " and ".join(visit_type.kinds)
        return "together", f"{names.capitalize()} are never free together when the patient can come to {step.id}."
    if not problem.starts[variable].possible.any():
        return "asked", f"What was asked for, or the gaps to visits that stay, leave {step.id} no start {between}."
    return None


def _too_small(problem: Problem, variable: int, visit_type: VisitType) -> tuple[str, str] | None:
    """A need above every capacity."""
    for number, phase in enumerate(visit_type.phases, start=1):
        for kind, units in phase.needs.items():
            most = sorted({one.capacity for one in problem.resources[kind]})
            if most[-1] < units:
                name = phase.name or f"{number}th"
                every = f"every {kind}'s capacity is {most[0]}" if len(most) == 1 else f"the most any has is {most[-1]}"
                return kind, f"No {kind} has {units} free units for the {name} phase of {visit_type.id}: {every}."
    return None


def _together(
    index: CalendarIndex, series: Series, weights: Weights, restrict: Restriction, late: Callable[[], bool]
) -> NoRoom:
    """The first step, in list order, up to which the series has no plan, and the rule without which it would have."""

    def fits(trial: Series) -> bool:
        return isinstance(plan_series(index, trial, weights, restrict=restrict, late=late), SeriesPlan)

    last = next(
        (length for length in range(1, len(series.steps)) if not fits(_prefix(series, length))), len(series.steps)
    )
    step = series.steps[last - 1]
    for kind in series.same:
        if fits(replace(series, same=tuple(one for one in series.same if one != kind))):
            return NoRoom("same", step.id, f"No one {kind} is free for every visit up to {step.id}.")
    for place, gap in enumerate(step.gaps):
        gaps = (*step.gaps[:place], *step.gaps[place + 1 :])
        eased = (*series.steps[: last - 1], replace(step, gaps=gaps), *series.steps[last:])
        if fits(replace(series, steps=eased)):
            return NoRoom("gap", step.id, f"No start is left for {step.id} at its distance from {gap.after}.")
    if series.unavailable and fits(replace(series, unavailable=())):
        return NoRoom("patient", step.id, f"The times when the patient cannot come leave no start for {step.id}.")
    sentence = f"No start is left for {step.id} by {series.latest:%d %b %Y} with the visits before it in their places."
    return NoRoom("latest", step.id, sentence)


def _prefix(series: Series, length: int) -> Series:
    steps = series.steps[:length]
    finish = series.finish if any(step.id == series.finish for step in steps) else None
    return replace(series, steps=steps, finish=finish)
