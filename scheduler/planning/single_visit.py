"""Every start at which the one step of a series that is not fixed can lie, with its cost and the resources to take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import UNRESTRICTED, Restriction
from scheduler.planning.scenario import Series, Weights
from scheduler.planning.search.build import Impossible, build
from scheduler.planning.series_planner import with_fixed


@dataclass(frozen=True, slots=True)
class StartOption:
    """A start that keeps every rule beside the fixed steps, its cost, and the cheapest resource id of each kind."""

    start: datetime
    cost: int
    resources: Mapping[str, str]


def starts_of(index: CalendarIndex, series: Series, weights: Weights, *,
              restrict: Restriction = UNRESTRICTED) -> tuple[StartOption, ...]:
    """All of them, by time. Raises ValueError unless exactly one step is not fixed."""
    if sum(not step.fixed for step in series.steps) != 1:
        raise ValueError("exactly one step must be open")
    problem = build(with_fixed(index, series), series, weights, restrict)
    if isinstance(problem, Impossible):
        return ()
    starts = problem.starts[0]
    return tuple(
        StartOption(
            problem.axis.moment(int(position)), int(starts.own[number]) + problem.constant,
            {kind: problem.resources[kind][choice.cheapest(number)].id for kind, choice in starts.choices.items()})
        for number, position in enumerate(starts.positions) if starts.possible[number])
