"""A series as a `Problem`: every rule and cost of a single step turned into starts, choices and numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import Restriction
from scheduler.planning.scenario import Current, Gap, Series, Step, Weights
from scheduler.planning.search.axis import Window
from scheduler.planning.search.messages import by_whole_days, days_apart
from scheduler.planning.search.occupancy import presence
from scheduler.planning.search.own_visits import forbidden_differences, least_difference
from scheduler.planning.search.problem import Edge, Problem
from scheduler.planning.search.starts import ROOM, Starts
from scheduler.planning.search.step_starts import StepStarts
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
        self.axis = index.axis
        self.first_day, self.days = index.days(series.earliest, series.latest)
        self.constant = 0
        self.dtype = np.dtype(np.int64) if self._most() < ROOM else np.dtype(object)
        self.extra_cost: list[dict[str, dict[str, int]]] = [{} for _ in self.steps]

    def _most(self) -> int:
        """A bound that no plan's cost exceeds."""
        weights, every = self.weights, len(self.series.steps)
        days = 8_000_000
        gaps = [gap for step in self.series.steps for gap in step.gaps]
        crowd = sum(
            weight * self.index.starts(kind_of).most_crowded(kind)
            for kind_of in {one.id: one for one in self.types}.values()
            for kind, weight in weights.crowding.items() if weight and kind in kind_of.kinds
        )
        return (
            weights.finish_day * days
            + weights.gap_day * sum(days + (gap.target_days or 0) for gap in gaps)
            + every * (weights.off_preference + weights.moved + weights.moved_day * days + crowd)
            + every * (weights.reassigned * 100 + sum(weights.handover.values()))
        )

    def problem(self) -> Problem:
        handovers = self._handovers()
        own = StepStarts(self.index, self.series, self.weights, self.restriction, self.settled, self.dtype)
        starts = [own.of(step, extra) for step, extra in zip(self.steps, self.extra_cost, strict=True)]
        kinds = {kind for visit_type in self.types for kind in visit_type.kinds}
        same = tuple(kind for kind in self.series.same if kind not in self.settled and kind in kinds)
        edges = self._gaps(starts, linked=bool(same))
        self._finish(starts)
        return Problem(
            axis=self.axis,
            first_day=self.first_day,
            days=self.days,
            steps=tuple(step.id for step in self.steps),
            visit_types=tuple(self.types),
            kinds=tuple(visit_type.kinds for visit_type in self.types),
            starts=tuple(starts),
            edges=edges,
            handovers=handovers,
            gap_day=self.weights.gap_day,
            constant=self.constant,
            same=same,
            resources={kind: self.index.resources(kind) for kind in kinds},
            free=self.index.free,
            dtype=self.dtype,
        )

    def _finish(self, starts: list[Starts]) -> None:
        name, weight, first = self.series.finish_step, self.weights.finish_day, self.series.earliest.toordinal()
        if name in self.fixed:
            self.constant += weight * (self.fixed[name].start.toordinal() - first)
        elif weight:
            own = starts[self.number[name]]
            days = (own.day + (self.axis.first.toordinal() - first)).astype(self.dtype)
            starts[self.number[name]] = own.costing(own.cost + days * weight)

    def _gaps(self, starts: list[Starts], *, linked: bool) -> dict[tuple[int, int], Edge]:
        """The gaps among the steps to be placed, all `linked` if need be; those to fixed steps are bound here."""
        for step in self.series.steps:
            for gap in step.gaps:
                later, earlier = self.fixed.get(step.id), self.fixed.get(gap.after)
                if later and earlier:
                    days = later.start.toordinal() - earlier.start.toordinal()
                    if gap.target_days is not None:
                        self.constant += self.weights.gap_day * abs(days - gap.target_days)
                elif earlier:
                    self._bind(starts, self.number[step.id], earlier, gap, later=True)
                elif later:
                    self._bind(starts, self.number[gap.after], later, gap, later=False)
        outline = tuple((step.id, step.visit_type, step.gaps) for step in self.steps)
        return self.axis.once((outline, self._patient_there(), linked), lambda: self._edges(linked))

    def _patient_there(self) -> tuple:
        """By visit type of the steps, when the patient is there."""
        return tuple(presence(one) for one in {each.id: each for each in self.types}.values())

    def _edges(self, linked: bool) -> dict[tuple[int, int], Edge]:
        """The gaps among the steps to be placed, by pair."""
        edges: dict[tuple[int, int], Edge] = {}
        for step in self.steps:
            for gap in step.gaps:
                if gap.after in self.number:
                    pair = (self.number[gap.after], self.number[step.id])
                    known, target = edges.get(pair, Edge(Window())), gap.target_days
                    targets = known.targets if target is None else tuple(sorted((*known.targets, target)))
                    edges[pair] = Edge(known.window.meet(Window.of(gap)), targets)
        edges = {(one, two): self._kept_apart(one, two, edge) for (one, two), edge in edges.items()}
        return _linked(edges, len(self.steps), self.axis.days) if linked else edges

    def _kept_apart(self, one: int, two: int, edge: Edge) -> Edge:
        """The edge with its window narrowed to starts that do not have the patient in both visits, where that can be.

        Starts on different days never have, as a visit ends on its day; on one day the later must begin when the
        earlier lets go. That is wall time: where clocks may change between the two it is left to the search.
        """
        forbidden = forbidden_differences(self.types[one], self.types[two])
        later = least_difference(forbidden)
        if edge.window.low_days >= 1 or edge.window.low_seconds >= 60 * max(high for _, high in [(0, 0), *forbidden]):
            edge = replace(edge, apart=self.axis.steady or edge.window.low_days >= 1)
        elif self.axis.steady:
            window = replace(edge.window, low_seconds=max(edge.window.low_seconds, 60 * later))
            edge = replace(edge, window=window, apart=all(high <= later for _, high in forbidden))
        apart = days_apart(self.axis, edge.window)
        daily = by_whole_days(self.axis, edge.window)
        return replace(edge, nearest=apart.start, farthest=apart.stop - 1, daily=daily)

    def _bind(self, starts: list[Starts], place: int, other: Current, gap: Gap, *, later: bool) -> None:
        """A gap between a step and one that stays, the moving one being the `later` or the earlier."""
        axis, own, minute = self.axis, starts[place], minute_of(other.start)
        sign = 1 if later else -1
        days = (own.day + (axis.first.toordinal() - minute // DAY)) * sign
        seconds = (own.elapsed - elapsed_seconds(axis.zone, minute)) * sign
        if gap.target_days is not None:
            off = np.abs(days - gap.target_days).astype(self.dtype)
            own = own.costing(own.cost + off * self.weights.gap_day)
        starts[place] = own.barring(~Window.of(gap).allows(seconds, days))

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
        cost = self.extra_cost[place].setdefault(kind, {})
        for one in self.index.resources(kind):
            cost[one.id] = cost.get(one.id, 0) + weight * (one.id != name)


def _linked(edges: dict[tuple[int, int], Edge], size: int, days: int) -> dict[tuple[int, int], Edge]:
    """With links between the steps that no gaps tie to one another, so that all are of one case."""
    group = list(range(size))
    for one, two in edges:
        joined, gone = group[one], group[two]
        group = [joined if each == gone else each for each in group]
    first = [group.index(each) for each in sorted(set(group))]
    link = Edge(Window(), (), -days, days, daily=True, link=True)
    return edges | {tuple(sorted(pair)): link for pair in zip(first, first[1:], strict=False)}
