"""A few series as one model of the solver: exact, every rule and cost in it, for as many as it can go through.

Times are positions of the calendar's axis; a visit never leaves its day, so what it takes is an interval of positions.
What a start costs by itself is bought off level by level: pay, or start where it costs less. A series may be left out;
then its steps take nothing and cost nothing but `unplanned`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.many.cp_sat import MOST, WORKERS, Model, Solution
from scheduler.planning.many.joint_chains import Chains, Link
from scheduler.planning.many.joint_sharing import Sharing
from scheduler.planning.many.joint_starts import allowed_starts, ranges_of, start_costs
from scheduler.planning.plans import SeriesPlan, Visit
from scheduler.planning.scenario import Gap, Scenario, Series, Step
from scheduler.planning.search.axis import FAR, Window
from scheduler.planning.walltime import DAY


@dataclass(frozen=True)
class Placed:
    """A step in the model: its position and day, how far its zone is ahead there, its resources' flags by row."""

    position: int
    day: int
    ahead: Mapping[int, int]
    flags: Mapping[str, Mapping[int, int]]


class Joint:
    """The model of some series on a calendar that holds nothing of them but their fixed steps."""

    def __init__(
        self, scenario: Scenario, bare: CalendarIndex, series: Sequence[Series], bounds: Mapping[str, int]
    ) -> None:
        self.scenario, self.index, self.series, self.model = scenario, bare, series, Model()
        self.sharing = Sharing(self.model, bare)
        self.planned = {one.id: self.model.flag() for one in series}
        self.terms: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.steps = {one.id: self._series(one) for one in series}
        self.sharing.close()
        for one in series:
            self._never_below(one, bounds.get(one.id, 0))

    def begin_with(self, plans: Mapping[str, SeriesPlan]) -> None:
        """Plans to begin with; a series without one is left out at first."""
        values = {flag: int(name in plans) for name, flag in self.planned.items()}
        for name, plan in plans.items():
            for visit in plan.visits:
                step, position = self.steps[name][visit.step], self.index.axis.position(visit.start)
                values |= {step.position: position, step.day: position // self.index.axis.per_day}
                for kind, flags in step.flags.items():
                    values |= {flag: int(self.index.row[visit.resources[kind]] == row) for row, flag in flags.items()}
        self.model.begin_with(values)

    def solve(self, seconds: float, workers: int = WORKERS) -> Solution:
        """The cheapest that was found in so many seconds; its cost is that of the series together.

        The solver is told not to try every flag beforehand: that took it half the time and found little.
        """
        return self.model.solve(seconds, workers, cp_model_probing_level=0)

    def visits(self, answer: Solution) -> dict[str, tuple[Visit, ...]]:
        """The visits of every series that was placed."""
        assert answer.values is not None
        found = {}
        for one in self.series:
            if answer.values[self.planned[one.id]]:
                found[one.id] = tuple(
                    Visit(name, self.index.axis.moment(answer.values[step.position]), {
                        kind: self.index.resources(kind)[row].id
                        for kind, flags in step.flags.items() for row, flag in flags.items() if answer.values[flag]
                    })
                    for name, step in self.steps[one.id].items()
                )
        return found

    def _costs(self, series: Series, variable: int, each: int) -> None:
        self.terms[series.id][variable] += each
        self.model.costs(variable, each)

    def _never_below(self, series: Series, bound: int) -> None:
        unplanned = self.scenario.weights.unplanned
        self.model.costs_always(unplanned)
        if self.terms[series.id]:
            self.model.within(self.terms[series.id], (min(bound, unplanned) - unplanned, MOST))

    def _series(self, series: Series) -> dict[str, Placed]:
        self._costs(series, self.planned[series.id], -self.scenario.weights.unplanned)
        steps = {step.id: self._step(series, step) for step in series.steps if not step.fixed}
        for step in series.steps:
            for gap in step.gaps:
                self._gap(series, steps, step, gap)
        self._finish(series, steps)
        chains = Chains(self.model, self.planned[series.id], lambda flag, each: self._costs(series, flag, each))
        for kind, weight in self.scenario.weights.handover.items():
            chains.handovers(self._chain(series, steps, kind), weight)
        for kind in series.same:
            chains.same(self._chain(series, steps, kind))
        return steps

    def _chain(self, series: Series, steps: Mapping[str, Placed], kind: str) -> list[Link]:
        """The steps that need a kind, in order: a moving one's flags by row, a fixed one's row."""
        return [
            steps[one.id].flags[kind] if one.id in steps else self.index.row[one.current.resources[kind]]
            for one in series.steps if kind in self.index.visit_types[one.visit_type].kinds
        ]

    def _step(self, series: Series, step: Step) -> Placed:
        model, axis, planned = self.model, self.index.axis, self.planned[series.id]
        allowed = allowed_starts(self.index, series, step)
        visit_type = self.index.visit_types[step.visit_type]
        if not allowed.any():
            model.at_most({planned: 1}, 0)
        position = model.one_of(ranges_of(allowed) or (0, 0))
        day = model.number(0, max(0, axis.days - 1))
        model.within({position: 1, day: -axis.per_day}, (0, max(0, axis.per_day - 1)))
        flags = {kind: self._resources(series, step, kind, position, allowed) for kind in visit_type.kinds}
        placed = Placed(position, day, self._ahead(position, allowed), flags)
        self.sharing.add(visit_type, series.patient, planned, position, flags)
        costs = np.where(allowed, start_costs(self.index, self.scenario, series, step), 0)
        self._levels(series, position, costs, allowed)
        if step.current:
            self._moved(series, step, placed)
        return placed

    def _resources(self, series: Series, step: Step, kind: str, position: int, allowed: np.ndarray) -> dict[int, int]:
        """A flag for each resource that fits anywhere; one of them is yes where the series is planned."""
        fits = self.index.fits(self.index.visit_types[step.visit_type], kind)
        flags = {}
        for row, resource in enumerate(self.index.resources(kind)):
            here = fits[row] & allowed
            if here.any():
                flags[row] = self.model.flag()
                self.model.within({position: 1}, ranges_of(here), only_if=[flags[row]])
                if step.current and step.current.resources.get(kind) != resource.id:
                    self._costs(series, flags[row], self.scenario.weights.reassigned)
        self.model.exactly_one([*flags.values(), -1 - self.planned[series.id]])
        return flags

    def _levels(self, series: Series, position: int, costs: np.ndarray, allowed: np.ndarray) -> None:
        """For each cost but the least: pay what it is above the one before, or start where it costs less."""
        planned, levels = self.planned[series.id], np.unique(costs[allowed]).tolist()
        if levels:
            self._costs(series, planned, levels[0])
        for below, level in zip(levels, levels[1:], strict=False):
            pays = self.model.flag()
            self._costs(series, pays, level - below)
            self.model.within({position: 1}, ranges_of(allowed & (costs < level)), only_if=[planned, -1 - pays])

    def _moved(self, series: Series, step: Step, placed: Placed) -> None:
        assert step.current
        weights, axis, planned = self.scenario.weights, self.index.axis, self.planned[series.id]
        was = axis.find(step.current.start)
        if weights.moved:
            moves = self.model.flag()
            self._costs(series, moves, weights.moved)
            stays = (was, was) if was is not None else (-1, -1)
            self.model.within({placed.position: 1}, stays, only_if=[planned, -1 - moves])
        if weights.moved_day:
            there = step.current.start.toordinal() - axis.first.toordinal()
            self._distance(series, {placed.day: 1}, there, weights.moved_day)

    def _distance(self, series: Series, terms: Mapping[int, int], target: int, each: int) -> None:
        """How far a sum is from a number costs so much a unit."""
        off = self.model.number(0, self.index.axis.days + abs(target))
        self._costs(series, off, each)
        for sign in (1, -1):
            spread = {variable: sign * factor for variable, factor in terms.items()} | {off: -1}
            self.model.within(spread, (-MOST, sign * target), only_if=[self.planned[series.id]])

    def _ahead(self, position: int, allowed: np.ndarray) -> dict[int, int]:
        """How many seconds the zone is ahead at a position, as a sum; empty where that never changes."""
        axis = self.index.axis
        ahead = axis.wall * 60 - axis.elapsed
        usual = int(ahead[0]) if len(ahead) else 0
        shifts = [shift for shift in np.unique(ahead[allowed] - usual).tolist()]
        if shifts in ([], [0]):
            return {}
        flags = {self.model.flag(): shift for shift in shifts}
        self.model.exactly_one(flags)
        for flag, shift in flags.items():
            self.model.within({position: 1}, ranges_of(allowed & (ahead - usual == shift)), only_if=[flag])
        return flags

    def _gap(self, series: Series, steps: Mapping[str, Placed], step: Step, gap: Gap) -> None:
        days, constant = self._days_between(series, steps, step, gap)
        if gap.target_days is not None and self.scenario.weights.gap_day:
            self._gap_cost(series, days, gap.target_days - constant)
        if step.id not in steps or gap.after not in steps:
            return
        axis, window, only_if = self.index.axis, Window.of(gap), [self.planned[series.id]]
        if window.low_days > -FAR or window.high_days < FAR:
            self.model.within(days, (max(-MOST, window.low_days), min(MOST, window.high_days)), only_if=only_if)
        seconds: dict[int, int] = defaultdict(int)
        for one, sign in ((steps[step.id], 1), (steps[gap.after], -1)):
            seconds[one.position] += sign * axis.grid * 60
            seconds[one.day] += sign * (DAY - axis.per_day * axis.grid) * 60
            for flag, shift in one.ahead.items():
                seconds[flag] -= sign * shift
        self.model.within(seconds, (window.low_seconds, min(MOST, window.high_seconds)), only_if=only_if)

    def _days_between(
        self, series: Series, steps: Mapping[str, Placed], step: Step, gap: Gap
    ) -> tuple[dict[int, int], int]:
        """The days from the one step to the other, as terms and a constant."""
        fixed = {one.id: one.current.start.toordinal() for one in series.steps if one.fixed and one.current}
        first = self.index.axis.first.toordinal()
        terms: dict[int, int] = {}
        constant = 0
        for name, sign in ((step.id, 1), (gap.after, -1)):
            if name in steps:
                terms[steps[name].day] = sign
            else:
                constant += sign * (fixed[name] - first)
        return terms, constant

    def _gap_cost(self, series: Series, days: Mapping[int, int], target: int) -> None:
        if days:
            self._distance(series, days, target, self.scenario.weights.gap_day)
        else:
            self._costs(series, self.planned[series.id], self.scenario.weights.gap_day * abs(target))

    def _finish(self, series: Series, steps: Mapping[str, Placed]) -> None:
        weight, planned = self.scenario.weights.finish_day, self.planned[series.id]
        earliest = series.earliest.toordinal() - self.index.axis.first.toordinal()
        if series.finish_step in steps:
            late = self.model.number(0, self.index.axis.days)
            self._costs(series, late, weight)
            self.model.within({steps[series.finish_step].day: 1, late: -1}, (-MOST, earliest), only_if=[planned])
        else:
            step = next(one for one in series.steps if one.id == series.finish_step)
            assert step.current
            self._costs(series, planned, weight * (step.current.start.toordinal() - series.earliest.toordinal()))
