"""One series planned to the proved optimum.

    index = CalendarIndex(clinic, resources, visit_types, bookings, series.earliest, series.latest)
    plan = plan_series(index, series, weights)                            # a SeriesPlan or a NoPlan
    plan = plan_series(index, series, weights, restrict=Restriction(without=frozenset({"lee"})))

The index may span more days than the series and be used for many series and restrictions. The series' own fixed steps
are added to it here; they must not be among its bookings.
"""

from __future__ import annotations

from collections.abc import Callable

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.costs import cost_of
from scheduler.planning.plans import UNRESTRICTED, NoPlan, Restriction, SeriesPlan, Visit
from scheduler.planning.scenario import Booking, Series, Weights
from scheduler.planning.search.build import Impossible, build, fixed_steps
from scheduler.planning.search.exact import optimum
from scheduler.planning.search.problem import Found, Problem


def plan_series(
    index: CalendarIndex,
    series: Series,
    weights: Weights,
    *,
    restrict: Restriction = UNRESTRICTED,
    below: int | None = None,
    has_fixed: bool = False,
    late: Callable[[], bool] = lambda: False,
) -> SeriesPlan | NoPlan:
    """The cheapest plan of a series that costs less than `below`, or why there is none.

    `late()` is asked now and then and says when to stop with the best plan so far, which then is not `optimal`.
    `has_fixed`: the series' fixed steps have been placed in the index already.
    """
    problem = build(index if has_fixed else with_fixed(index, series), series, weights, restrict)
    if isinstance(problem, Impossible):
        return NoPlan(series.id, True, f"The fixed visits already have different {problem.kind}s.")
    if not problem.steps:
        return _as_it_stands(index, series, weights, below)
    answer = optimum(problem, below=below, late=late)
    if answer.found is None:
        return NoPlan(series.id, answer.proved, "")
    visits = read_visits(problem, answer.found)
    cost = cost_of(index, series, weights, visits)
    return SeriesPlan(series.id, visits, cost, answer.proved)


def _as_it_stands(index: CalendarIndex, series: Series, weights: Weights, below: int | None) -> SeriesPlan | NoPlan:
    """A series whose steps are all fixed: there is nothing to place."""
    cost = cost_of(index, series, weights, ())
    if below is not None and cost.total >= below:
        return NoPlan(series.id, True, "")
    return SeriesPlan(series.id, (), cost, True)


def with_fixed(index: CalendarIndex, series: Series) -> CalendarIndex:
    """The calendar with the fixed steps of a series in it."""
    return index.also(placed_fixed(series))


def placed_fixed(series: Series) -> list[Booking]:
    """The fixed steps of a series, as visits that stand."""
    return [
        Booking(series.patient, step.visit_type, step.current.start, step.current.resources)
        for step in fixed_steps(series)
    ]


def read_visits(problem: Problem, found: Found) -> tuple[Visit, ...]:
    """The visits that a placement means."""
    return tuple(
        Visit(
            step,
            problem.axis.moment(placement.position),
            {kind: problem.resources[kind][row].id for kind, row in placement.rows.items()},
        )
        for step, placement in zip(problem.steps, found.placements, strict=True)
    )
