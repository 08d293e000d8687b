"""Several series, one after another: those whose bookings no longer stand first, then the tightest.

A series is planned among the bookings, everybody's fixed steps, the series planned before it, and the places that the
series after it hold now. Where it finds no room so, it may take such a place: its holder comes later and moves on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import UNRESTRICTED, NoPlan, SeriesPlan
from scheduler.planning.scenario import Booking, Scenario, Series
from scheduler.planning.search.build import Impossible, build
from scheduler.planning.series_planner import placed_fixed, plan_series

MOST_POSITIONS = 400_000
LEAST_DAYS = 400
"""How far ahead is looked where `latest` is very far: so many starts, and in any case so many days."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What became of every series, in the order given; `optimal`: proved that nothing costs less."""

    results: tuple[SeriesPlan | NoPlan, ...]
    cost: int
    optimal: bool

    @property
    def planned(self) -> tuple[SeriesPlan, ...]:
        """The series that were placed."""
        return tuple(result for result in self.results if isinstance(result, SeriesPlan))

    @property
    def unplanned(self) -> tuple[NoPlan, ...]:
        """The series that were not."""
        return tuple(result for result in self.results if isinstance(result, NoPlan))


def index_of(scenario: Scenario) -> CalendarIndex:
    """The calendar of a scenario over the days of its series, without any of their steps."""
    first = min(series.earliest for series in scenario.series)
    last = max(series.latest for series in scenario.series)
    slots = max(1, 1440 // scenario.clinic.grid_minutes)
    days = max(LEAST_DAYS, MOST_POSITIONS // slots)
    span = max((series.earliest - first).days for series in scenario.series) + days
    if (last - first).days > span:
        last = first + timedelta(days=span)
    return CalendarIndex(
        scenario.clinic, scenario.resources, scenario.visit_types, scenario.bookings, first, last
    )


def calendar_for(scenario: Scenario, index: CalendarIndex, series: Series) -> CalendarIndex:
    """The calendar for one series: the fixed steps of all others in it."""
    return index.also(one for other in scenario.series if other.id != series.id for one in placed_fixed(other))


def plan_all(
    scenario: Scenario, index: CalendarIndex, late: Callable[[float], bool] = lambda share: False
) -> Schedule:
    """Every series planned or named as unplanned. `late(share)`: whether that share of the time is spent."""
    fixed = index.also(one for series in scenario.series for one in placed_fixed(series))
    held = {series.id: _held(fixed, series, scenario) for series in scenario.series}
    waiting = sorted(scenario.series, key=lambda series: _urgency(series, held[series.id]))
    bare, guarded = fixed, fixed.also(one for places in held.values() for one in places)
    results: dict[str, SeriesPlan | NoPlan] = {}
    for number, series in enumerate(waiting):
        share = 1 - (1 - number / len(waiting)) ** 2 + 1 / len(waiting)
        guarded = guarded.also((), without=held[series.id])
        if late(1.0):
            result = NoPlan(series.id, False, "The time ran out before this series was reached.")
        else:
            calendars = [bare] if number == len(waiting) - 1 else [guarded, bare]
            result = _plan(calendars, series, scenario, lambda share=share: late(min(1.0, share)))
        results[series.id] = result
        if isinstance(result, SeriesPlan):
            visits = _placed(series, result)
            bare, guarded = bare.also(visits), guarded.also(visits)
    ordered = tuple(results[series.id] for series in scenario.series)
    costs = [one.cost.total if isinstance(one, SeriesPlan) else scenario.weights.unplanned for one in ordered]
    proved = all(one.optimal if isinstance(one, SeriesPlan) else one.proved for one in ordered)
    return Schedule(ordered, sum(costs), proved and len(ordered) == 1)


def _plan(
    calendars: Sequence[CalendarIndex], series: Series, scenario: Scenario, late: Callable[[], bool]
) -> SeriesPlan | NoPlan:
    """The plan in the first calendar that has room."""
    result = NoPlan(series.id, False, "")
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
        rows = {kind: problem.row_of(kind, current.resources.get(kind)) for kind in problem.choices[variable]}
        if problem.can_be(variable, problem.axis.find(current.start), rows):
            kept = {kind: current.resources[kind] for kind in rows}
            found.append(Booking(series.patient, steps[name].visit_type, current.start, kept))
    return found


def _placed(series: Series, plan: SeriesPlan) -> list[Booking]:
    types = {step.id: step.visit_type for step in series.steps}
    return [Booking(series.patient, types[visit.step], visit.start, visit.resources) for visit in plan.visits]
