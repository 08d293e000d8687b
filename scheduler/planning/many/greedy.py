"""Several series, one after another: those whose bookings no longer stand first, then the tightest.

A series is planned among the bookings, everybody's fixed steps, the series planned before it, and the places that the
series after it hold now. Where it finds no room so, it may take such a place: its holder comes later and moves on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.many.alone import Alone
from scheduler.planning.many.board import Result, placed
from scheduler.planning.many.cells import Cells
from scheduler.planning.many.time_left import Left, share_of
from scheduler.planning.plans import UNRESTRICTED, NoPlan, SeriesPlan
from scheduler.planning.scenario import Booking, Scenario, Series
from scheduler.planning.search.build import Impossible, build
from scheduler.planning.series_planner import plan_series

TOO_LATE = "The time ran out before this series was reached."


def one_after_another(
    scenario: Scenario, cells: Cells, alone: Mapping[str, Alone], left: Left
) -> dict[str, Result]:
    """A result for every series; the calendar of `cells` holds the bookings and everybody's fixed steps.

    What a series would have alone it keeps where that is free and nobody holds it now; else a place is searched for.
    """
    bare = cells.index
    held = {series.id: _held(bare, series, scenario) for series in scenario.series}
    waiting = sorted(scenario.series, key=lambda series: _urgency(series, held[series.id]))
    claims = {name: cells.claims_of(places) for name, places in held.items()}
    load = cells.load(claims.values())
    results: dict[str, Result] = {}
    visits: list[Booking] = []
    for number, series in enumerate(waiting):
        cells.take(claims[series.id], load, -1)
        result = alone[series.id].result
        wished = cells.claims(series, result)
        if isinstance(result, NoPlan) or not (result.optimal and cells.fits(wished, load)):
            guards = [one for other in waiting[number + 1 :] for one in held[other.id]]
            late = share_of(left, max(0.1, 2 / (len(waiting) - number + 1)))
            result = _plan([bare.also([*visits, *guards]), bare.also(visits)] if guards else [bare.also(visits)],
                           series, scenario, late) if left() > 0 else NoPlan(series.id, False, TOO_LATE)
            wished = cells.claims(series, result)
        results[series.id] = result
        visits += placed(series, result)
        cells.take(wished, load)
    return results


def _plan(calendars: Sequence[CalendarIndex], series: Series, scenario: Scenario, late: Callable[[], bool]) -> Result:
    """The plan in the first calendar that has room."""
    result: Result = NoPlan(series.id, False, TOO_LATE)
    for calendar in calendars:
        below = scenario.weights.unplanned + 1
        result = plan_series(calendar, series, scenario.weights, below=below, has_fixed=True, late=late)
        if isinstance(result, SeriesPlan):
            break
    return result


def _urgency(series: Series, held: Sequence[Booking]) -> tuple[bool, int]:
    """Series that lost a place, or never had one, before those that stand; of each, the shortest range first."""
    moving = sum(not step.fixed for step in series.steps)
    return len(held) == moving, (series.latest - series.earliest).days


def _held(index: CalendarIndex, series: Series, scenario: Scenario) -> list[Booking]:
    """The places that unfixed steps hold now and could keep, each by itself."""
    problem = build(index, series, scenario.weights, UNRESTRICTED)
    if isinstance(problem, Impossible):
        return []
    steps = {step.id: step for step in series.steps}
    found = []
    for variable, name in enumerate(problem.steps):
        current = steps[name].current
        if current is None:
            continue
        rows = {kind: problem.row_of(kind, current.resources.get(kind)) for kind in problem.kinds[variable]}
        if problem.can_be(variable, problem.axis.find(current.start), rows):
            kept = {kind: current.resources[kind] for kind in rows}
            found.append(Booking(series.patient, steps[name].visit_type, current.start, kept))
    return found
