"""What each series would cost if it had the clinic to itself: together, no more than any plan of them all."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.many.board import Result
from scheduler.planning.many.time_left import Left, share_of
from scheduler.planning.plans import NoPlan, SeriesPlan
from scheduler.planning.scenario import Scenario
from scheduler.planning.series_planner import plan_series

UNKNOWN = -(1 << 55)
SHARE = 0.4
"""Of the time left, spent on this at most."""


@dataclass(frozen=True)
class Alone:
    """The best that a series could have, and what it costs at least."""

    result: Result
    bound: int


def each_alone(scenario: Scenario, bare: CalendarIndex, left: Left) -> dict[str, Alone]:
    """Every series by itself among the bookings and everybody's fixed steps, as far as a share of the time goes."""
    unplanned, late = scenario.weights.unplanned, share_of(left, SHARE)
    found = {}
    for series in scenario.series:
        result: Result = NoPlan(series.id, False, "")
        if not late():
            result = plan_series(bare, series, scenario.weights, below=unplanned + 1, has_fixed=True, late=late)
        if isinstance(result, SeriesPlan):
            bound = result.cost.total if result.optimal else UNKNOWN
        else:
            bound = unplanned if result.proved else UNKNOWN
        found[series.id] = Alone(result, bound)
    return found
