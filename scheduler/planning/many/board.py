"""Where every series stands at the moment: its plan or none, and the calendar that holds them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import NoPlan, SeriesPlan
from scheduler.planning.scenario import Booking, Scenario, Series

Result = SeriesPlan | NoPlan

REBUILT_AFTER = 40
"""Changes after which the calendar is made anew from the bare one, so that it does not remember every step."""


def placed(series: Series, plan: Result) -> list[Booking]:
    """The visits of a plan as visits that stand; none where there is no plan."""
    if isinstance(plan, NoPlan):
        return []
    types = {step.id: step.visit_type for step in series.steps}
    return [Booking(series.patient, types[visit.step], visit.start, visit.resources) for visit in plan.visits]


class Board:
    """`bare` holds the bookings and everybody's fixed steps; `calendar` the plans that stand besides."""

    def __init__(self, scenario: Scenario, bare: CalendarIndex, results: Mapping[str, Result]) -> None:
        self.scenario, self.bare = scenario, bare
        self.series = {series.id: series for series in scenario.series}
        self.results: dict[str, Result] = dict(results)
        self._placed = {name: placed(self.series[name], result) for name, result in results.items()}
        self._rebuild()

    @property
    def cost(self) -> int:
        """What everything costs together."""
        return self.cost_of(self.results)

    def cost_of(self, names: Iterable[str]) -> int:
        """What some of the series cost."""
        return sum(self.price(self.results[name]) for name in names)

    def price(self, result: Result) -> int:
        """What a plan costs, or the lack of one."""
        return result.cost.total if isinstance(result, SeriesPlan) else self.scenario.weights.unplanned

    def without(self, names: Iterable[str]) -> CalendarIndex:
        """The calendar without the plans of some series."""
        return self.calendar.also((), without=[one for name in names for one in self._placed[name]])

    def put(self, results: Mapping[str, Result]) -> None:
        """Other results for some of the series, in place of theirs; they must fit in with the rest."""
        gone = [one for name in results for one in self._placed[name]]
        fresh = {name: placed(self.series[name], result) for name, result in results.items()}
        self.results |= results
        self._placed |= fresh
        self._changes += 1
        if self._changes > REBUILT_AFTER:
            self._rebuild()
        else:
            self.calendar = self.calendar.also([one for some in fresh.values() for one in some], without=gone)

    def _rebuild(self) -> None:
        self.calendar = self.bare.also(one for some in self._placed.values() for one in some)
        self._changes = 0
