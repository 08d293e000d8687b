"""A series as a `Problem`: every rule and cost of a single step turned into masks and numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import Restriction
from scheduler.planning.scenario import Current, Gap, Preference, Series, Step, VisitType, Weights
from scheduler.planning.search.axis import Axis, Window
from scheduler.planning.search.occupancy import all_clear, blocked_slots, presence
from scheduler.planning.search.own_visits import forbidden_differences, least_difference
from scheduler.planning.search.problem import NEVER, NEVER_LARGE, ROOM, Choice, Edge, Problem
from scheduler.planning.walltime import DAY, elapsed_seconds, minute_of


@dataclass(frozen=True)
class Impossible:
    """Nothing can be placed, whatever the starts: the fixed steps already differ in a kind that must be the same."""

    kind: str


def build(index: CalendarIndex, series: Series, weights: Weights, restriction: Restriction) -> Problem | Impossible:
    """The problem of placing the unfixed steps of a series; `index` already holds its fixed ones.

    Starts lie between the dates of the series and, where those are narrower, of the index.
    """
    settled: dict[str, str] = {}
    for kind in series.same:
        held = {step.current.resources[kind] for step in fixed_steps(series) if kind in step.current.resources}
        if len(held) > 1:
            return Impossible(kind)
        for name in held:
            settled[kind] = name
    return _Builder(index, series, weights, restriction, settled).problem()


def fixed_steps(series: Series) -> list[Step]:
    """The steps that stay where they are."""
    return [step for step in series.steps if step.fixed]


class _Builder:
    def __init__(
        self, index: CalendarIndex, series: Series, weights: Weights, restriction: Restriction, settled: dict[str, str]
    ) -> None:
        self.index, self.series, self.weights = index, series, weights
        self.restriction, self.settled = restriction, settled
        self.steps = [step for step in series.steps if not step.fixed]
        self.number = {step.id: place for place, step in enumerate(self.steps)}
        self.fixed = {step.id: step.current for step in fixed_steps(series)}
        self.types = [index.visit_types[step.visit_type] for step in self.steps]
        self.axis, self.here = index.between(series.earliest, series.latest)
        self.constant = 0
        self.dtype = np.dtype(np.int64) if self._most() < ROOM else np.dtype(object)
        self.never = NEVER if self.dtype != object else NEVER_LARGE
        self.extra_cost: list[dict[str, np.ndarray]] = [{} for _ in self.steps]

    def _most(self) -> int:
        """A bound that no plan's cost exceeds."""
        weights, every = self.weights, len(self.series.steps)
        days = 8_000_000
        gaps = [gap for step in self.series.steps for gap in step.gaps]
        crowd = sum(
            weight * int(self.index.crowd(kind_of, kind).max(initial=0))
            for kind_of in {one.id: one for one in self.types}.values()
            for kind, weight in weights.crowding.items() if kind in kind_of.kinds
        )
        return (
            weights.finish_day * days
            + weights.gap_day * sum(days + (gap.target_days or 0) for gap in gaps)
            + every * (weights.off_preference + weights.moved + weights.moved_day * days + crowd)
            + every * (weights.reassigned * 100 + sum(weights.handover.values()))
        )

    def problem(self) -> Problem:
        starts = [self._start_cost(step, kind) for step, kind in zip(self.steps, self.types, strict=True)]
        edges = self._gaps(starts)
        handovers = self._handovers()
        kinds = {kind for visit_type in self.types for kind in visit_type.kinds}
        self._finish(starts)
        days = slice(self.here.start // max(1, self.axis.per_day), self.here.stop // max(1, self.axis.per_day))
        return Problem(
            axis=self.axis,
            steps=tuple(step.id for step in self.steps),
            visit_types=tuple(self.types),
            kinds=tuple(visit_type.kinds for visit_type in self.types),
            start_cost=tuple(np.minimum(start, self.never) for start in starts),
            choices=tuple(self._choices(place) for place in range(len(self.steps))),
            edges=edges,
            handovers=handovers,
            gap_day=self.weights.gap_day,
            constant=self.constant,
            same=tuple(kind for kind in self.series.same if kind not in self.settled and kind in kinds),
            resources={kind: self.index.resources(kind) for kind in kinds},
            free={kind: self.index.free(kind)[:, days] for kind in kinds},
            never=self.never,
        )

    def _start_cost(self, step: Step, visit_type: VisitType) -> np.ndarray:
        allowed = self.index.open_starts(visit_type)[self.here] & self._patient_free(visit_type)
        allowed &= self._in_restriction(step)
        cost = self._preference().astype(self.dtype)
        for kind, weight in self.weights.crowding.items():
            if kind in visit_type.kinds and weight:
                cost = cost + self.index.crowd(visit_type, kind)[self.here].astype(self.dtype) * weight
        if step.current:
            was = minute_of(step.current.start)
            cost = cost + np.where(self.axis.wall != was, self.weights.moved, 0).astype(self.dtype)
            cost = cost + np.abs(self.axis.day - was // DAY).astype(self.dtype) * self.weights.moved_day
        cost[~allowed] = self.never
        return cost

    def _preference(self) -> np.ndarray:
        return np.where(suits(self.axis, self.series.prefer), 0, self.weights.off_preference)

    def _patient_free(self, visit_type: VisitType) -> np.ndarray:
        axis = self.axis
        away = [(minute_of(begin), minute_of(end)) for begin, end in self.series.unavailable]
        clear = ~blocked_slots(axis, [*self.index.busy(self.series.patient), *away])
        free = np.ones_like(clear)
        for begin, end in presence(visit_type):
            free &= all_clear(clear, begin // axis.grid, (end - begin) // axis.grid)
        return free.ravel()

    def _in_restriction(self, step: Step) -> np.ndarray:
        own = self.restriction
        allowed = suits(self.axis, Preference(own.weekdays, own.from_minute, own.to_minute))
        if step.id in own.starts:
            allowed &= np.isin(self.axis.wall, [minute_of(start) for start in own.starts[step.id]])
        return allowed

    def _finish(self, starts: list[np.ndarray]) -> None:
        name, weight, first = self.series.finish_step, self.weights.finish_day, self.series.earliest.toordinal()
        if name in self.fixed:
            self.constant += weight * (self.fixed[name].start.toordinal() - first)
        else:
            place = self.number[name]
            starts[place] = starts[place] + (self.axis.day - first).astype(self.dtype) * weight

    def _gaps(self, starts: list[np.ndarray]) -> dict[tuple[int, int], Edge]:
        edges: dict[tuple[int, int], Edge] = {}
        for step in self.series.steps:
            for gap in step.gaps:
                window = Window.of(gap)
                targets = () if gap.target_days is None else (gap.target_days,)
                later, earlier = self.fixed.get(step.id), self.fixed.get(gap.after)
                if later and earlier:
                    days = later.start.toordinal() - earlier.start.toordinal()
                    self.constant += sum(self.weights.gap_day * abs(days - target) for target in targets)
                elif earlier:
                    self._bind(starts, self.number[step.id], earlier, gap, later=True)
                elif later:
                    self._bind(starts, self.number[gap.after], later, gap, later=False)
                else:
                    pair = (self.number[gap.after], self.number[step.id])
                    known = edges.get(pair, Edge(Window()))
                    edges[pair] = Edge(known.window.meet(window), known.targets + targets)
        return {pair: self._kept_apart(pair, edge) for pair, edge in edges.items()}

    def _kept_apart(self, pair: tuple[int, int], edge: Edge) -> Edge:
        """The edge with its window narrowed to starts that do not have the patient in both visits, where that can be.

        Starts on different days never have, as a visit ends on its day; on one day the later must begin when the
        earlier lets go. That is wall time: where clocks may change between the two it is left to the search.
        """
        one, two = (self.types[place] for place in pair)
        forbidden = forbidden_differences(one, two)
        later = least_difference(forbidden)
        if edge.window.low_days >= 1 or edge.window.low_seconds >= 60 * max(high for _, high in [(0, 0), *forbidden]):
            return replace(edge, apart=self.axis.steady or edge.window.low_days >= 1)
        if not self.axis.steady:
            return edge
        window = replace(edge.window, low_seconds=max(edge.window.low_seconds, 60 * later))
        return replace(edge, window=window, apart=all(high <= later for _, high in forbidden))

    def _bind(self, starts: list[np.ndarray], place: int, other: Current, gap: Gap, *, later: bool) -> None:
        """A gap between a step and one that stays, the moving one being the `later` or the earlier."""
        axis, minute = self.axis, minute_of(other.start)
        sign = 1 if later else -1
        days = (axis.day - minute // DAY) * sign
        seconds = (axis.elapsed - elapsed_seconds(axis.zone, minute)) * sign
        if gap.target_days is not None:
            off = np.abs(days - gap.target_days).astype(self.dtype)
            starts[place] = starts[place] + off * self.weights.gap_day
        starts[place] = np.where(Window.of(gap).allows(seconds, days), starts[place], self.never)

    def _handovers(self) -> dict[tuple[int, int, str], int]:
        found = {}
        for kind, weight in self.weights.handover.items():
            chain = [step for step in self.series.steps if kind in self.index.visit_types[step.visit_type].kinds]
            if kind in self.series.same or not weight:
                continue
            for one, two in zip(chain, chain[1:], strict=False):
                if one.fixed and two.fixed:
                    self.constant += weight * (one.current.resources[kind] != two.current.resources[kind])
                elif not one.fixed and not two.fixed:
                    found[self.number[one.id], self.number[two.id], kind] = weight
                else:
                    moving, still = (two, one) if one.fixed else (one, two)
                    self._prefer(self.number[moving.id], kind, still.current.resources[kind], weight)
        return found

    def _prefer(self, place: int, kind: str, name: str, weight: int) -> None:
        """Every resource of the kind but one costs more."""
        cost = self.extra_cost[place].setdefault(kind, np.zeros(len(self.index.resources(kind)), dtype=self.dtype))
        cost += np.array([0 if one.id == name else weight for one in self.index.resources(kind)], dtype=self.dtype)

    def _choices(self, place: int) -> dict[str, Choice]:
        step, visit_type = self.steps[place], self.types[place]
        return {kind: self._choice(place, step, visit_type, kind) for kind in visit_type.kinds}

    def _choice(self, place: int, step: Step, visit_type: VisitType, kind: str) -> Choice:
        resources = self.index.resources(kind)
        cost = np.zeros(len(resources), dtype=self.dtype)
        if step.current and self.weights.reassigned:
            now = step.current.resources.get(kind)
            cost += np.array([0 if one.id == now else self.weights.reassigned for one in resources], dtype=self.dtype)
        cost += self.extra_cost[place].get(kind, 0)
        only = [self.settled.get(kind), self.restriction.resources.get(step.id, {}).get(kind)]
        allowed = np.array(
            [
                one.id not in self.restriction.without and all(name is None or name == one.id for name in only)
                for one in resources
            ],
            dtype=bool,
        )
        fits, some = self.index.fits(visit_type, kind), self.index.any_fits(visit_type, kind)
        return Choice(fits[:, self.here], some[self.here], allowed, cost)


def suits(axis: Axis, prefer: Preference) -> np.ndarray:
    """By position: whether a start there is on the weekdays and inside the times given."""
    days, slots = np.ones(axis.days, dtype=bool), np.ones(axis.per_day, dtype=bool)
    if prefer.weekdays is not None:
        days = np.isin(axis.weekday, sorted(prefer.weekdays))
    if prefer.from_minute is not None:
        slots = axis.minute_of_day >= prefer.from_minute
    if prefer.to_minute is not None:
        slots = slots & (axis.minute_of_day < prefer.to_minute)
    return (days[:, None] & slots[None, :]).ravel()
