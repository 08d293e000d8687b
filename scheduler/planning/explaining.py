"""What held a planned series back: for every visit that lies later than its gaps would let it, what each day lacked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import UNRESTRICTED, SeriesPlan
from scheduler.planning.scenario import Gap, Series, Step, VisitType, Weights
from scheduler.planning.search.build import build
from scheduler.planning.search.problem import Problem
from scheduler.planning.series_planner import with_fixed

LONGEST_LOOK = 60
"""Days before a visit that are looked at."""


def held_back(index: CalendarIndex, series: Series, weights: Weights, plan: SeriesPlan) -> tuple[str, ...]:
    """A sentence for each visit that was held back, in the order of the steps."""
    calendar = with_fixed(index, series)
    problem = build(calendar, series, weights, UNRESTRICTED)
    if not isinstance(problem, Problem):
        return ()
    days = {step.id: step.current.start.date() for step in series.steps if step.fixed and step.current}
    days |= {visit.step: visit.start.date() for visit in plan.visits}
    steps = {step.id: step for step in series.steps}
    found = []
    for variable, name in enumerate(problem.steps):
        wished = _wished(series, steps[name], days)
        reasons = list(_reasons(calendar, problem, variable, wished, days[name]))
        if reasons:
            found.append(f"{name} could be on {wished:%d %b %Y} by its gaps: {', '.join(reasons)}.")
    return tuple(found)


def _wished(series: Series, step: Step, days: dict[str, date]) -> date:
    """The first day that the gaps allow, or the last day aimed at where that is later."""
    return max([series.earliest, *(days[gap.after] + timedelta(days=_ahead(gap)) for gap in step.gaps)])


def _ahead(gap: Gap) -> int:
    if gap.target_days is not None:
        return gap.target_days
    return max(gap.min_days or 0, int(gap.min_hours or 0) // 24)


def _reasons(
    index: CalendarIndex, problem: Problem, variable: int, wished: date, planned: date
) -> Iterator[str]:
    """What stood in the way on the days before the one planned, each with the last day on which it did."""
    begin = problem.axis.first + timedelta(days=problem.first_day)
    first = max(wished, planned - timedelta(days=LONGEST_LOOK), begin)
    until: dict[str, date] = {}
    for ahead in range(max(0, (planned - first).days)):
        day = first + timedelta(days=ahead)
        until[_lacks(index, problem, variable, day)] = day
    for reason, day in until.items():
        yield f"{reason} until {day:%d %b %Y}"


def _lacks(index: CalendarIndex, problem: Problem, variable: int, day: date) -> str:
    """What a day lacks for a step."""
    visit_type: VisitType = problem.visit_types[variable]
    number = (day - index.axis.first).days
    here = slice(number * index.axis.per_day, (number + 1) * index.axis.per_day)
    opened = index.open_starts(visit_type)[here]
    if not opened.any():
        return "closed"
    for kind in visit_type.kinds:
        if not (opened & index.any_fits(visit_type, kind)[here]).any():
            return f"every {kind} busy"
    free = index.starts(visit_type).between(number, number + 1)
    if free.start == free.stop:
        return "not all free at once"
    starts = problem.starts[variable]
    some = starts.possible[starts.day == number].any()
    return "dearer for the whole course" if some else "the patient cannot come"
