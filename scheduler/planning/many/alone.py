"""What each series would cost if it had the clinic to itself: together, no more than any plan of them all."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.many.board import Result
from scheduler.planning.many.time_left import Left
from scheduler.planning.plans import SeriesPlan
from scheduler.planning.scenario import Scenario
from scheduler.planning.series_planner import plan_series

UNKNOWN = -(1 << 55)


@dataclass(frozen=True)
class Alone:
    """The best that a series could have, and what it costs at least."""

    result: Result
    bound: int


def each_alone(scenario: Scenario, bare: CalendarIndex, left: Left) -> dict[str, Alone]:
    """Every series by itself among the bookings and everybody's fixed steps."""
    unplanned, found = scenario.weights.unplanned, {}
    for series in scenario.series:
        result = plan_series(
            bare, series, scenario.weights, below=unplanned + 1, has_fixed=True, late=lambda: left() <= 0
        )
        if isinstance(result, SeriesPlan):
            bound = result.cost.total if result.optimal else UNKNOWN
        else:
            bound = unplanned if result.proved else UNKNOWN
        found[series.id] = Alone(result, bound)
    return found
