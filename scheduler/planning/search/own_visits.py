"""Where a series' own visits get in one another's way: the patient in two at once, a resource asked for too much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.planning.scenario import VisitType
from scheduler.planning.search.occupancy import presence, stretches
from scheduler.planning.search.problem import Placement, Problem


@dataclass(frozen=True)
class Clash:
    """A wall minute at which not all of some visits (variables) can go on: of the patient, or of a resource (row)."""

    variables: tuple[int, ...]
    minute: int
    kind: str | None = None
    row: int = 0


def first_clash(problem: Problem, placements: tuple[Placement, ...]) -> Clash | None:
    """Any clash among the placed visits of the series; none means the plan keeps every rule."""
    on_day: dict[int, list[int]] = defaultdict(list)
    for variable, one in enumerate(placements):
        on_day[one.position // problem.axis.per_day].append(variable)
    for some in on_day.values():
        if len(some) > 1:
            placed = {variable: placements[variable] for variable in some}
            clash = _patient_clash(problem, placed) or _resource_clash(problem, placed)
            if clash is not None:
                return clash
    return None


def _patient_clash(problem: Problem, placements: Mapping[int, Placement]) -> Clash | None:
    spans = sorted(
        (int(problem.axis.wall[one.position]) + begin, int(problem.axis.wall[one.position]) + end, variable)
        for variable, one in placements.items()
        for begin, end in presence(problem.visit_types[variable])
    )
    until, holder = -1, -1
    for begin, end, variable in spans:
        if begin < until and holder != variable:
            return Clash((holder, variable), (begin + min(until, end)) // 2)
        if end > until:
            until, holder = end, variable
    return None


def _resource_clash(problem: Problem, placements: Mapping[int, Placement]) -> Clash | None:
    by_resource: dict[tuple[str, int], list[tuple[int, int, int, int]]] = {}
    for variable, one in placements.items():
        start = int(problem.axis.wall[one.position])
        for kind, row in one.rows.items():
            by_resource.setdefault((kind, row), []).extend(
                (start + part.begin, start + part.end, part.units, variable)
                for part in stretches(problem.visit_types[variable], kind)
            )
    for (kind, row), claims in by_resource.items():
        for mark in sorted({begin for begin, _, _, _ in claims}):
            now = [claim for claim in claims if claim[0] <= mark < claim[1]]
            if len(now) > 1:
                until = min(end for _, end, _, _ in now)
                wanted = sum(units for _, _, units, _ in now)
                minute = _short(problem, kind, row, mark, until, wanted)
                if minute is not None:
                    return Clash(tuple(variable for *_, variable in now), minute, kind, row)
    return None


def _short(problem: Problem, kind: str, row: int, begin: int, end: int, wanted: int) -> int | None:
    """A minute between two at which a resource has fewer units free than wanted, as near the middle as may be."""
    slots = range(_slot(problem, begin), _slot(problem, end - 1) + 1)
    free = problem.free(kind)[row].reshape(-1)
    short = [slot for slot in slots if free[slot] < wanted]
    if not short:
        return None
    middle = (slots.start + slots.stop - 1) / 2
    slot = min(short, key=lambda one: abs(one - middle))
    return max(begin, int(problem.axis.wall[slot]))


def _slot(problem: Problem, minute: int) -> int:
    """The position whose slot holds a wall minute."""
    return int(np.searchsorted(problem.axis.wall, minute, "right")) - 1


def barred(problem: Problem, clash: Clash, variable: int) -> np.ndarray:
    """By start of the step: whether the visit would go on, as the clash means it, at the clash's minute."""
    visit_type = problem.visit_types[variable]
    spans: Iterable[tuple[int, int]]
    if clash.kind is None:
        spans = presence(visit_type)
    else:
        spans = ((part.begin, part.end) for part in stretches(visit_type, clash.kind))
    wall = problem.starts[variable].wall
    mask = np.zeros(len(wall), dtype=bool)
    for begin, end in spans:
        mask |= (wall + begin <= clash.minute) & (clash.minute < wall + end)
    return mask


def forbidden_differences(one: VisitType, two: VisitType) -> list[tuple[int, int]]:
    """Open intervals of minutes: starts of `two` after `one` by so much would have the patient in both at once."""
    return list(differences(presence(one), presence(two)))


def differences(one: Sequence[tuple[int, int]], two: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The same from the minutes at which the patient is there in each."""
    return tuple((a - d, b - c) for a, b in one for c, d in two)


def least_difference(forbidden: list[tuple[int, int]]) -> int:
    """The least number of minutes from 0 on that no forbidden interval holds."""
    least = 0
    for low, high in sorted(forbidden):
        if low < least < high:
            least = high
    return least


class Crossings:
    """Whether two visits of the series that hold one resource ask too much of it together, for many pairs at once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._short: dict[tuple[str, int], np.ndarray] = {}

    def clash(
        self, one: int, two: int, kind: str, row: np.ndarray, first: np.ndarray, second: np.ndarray
    ) -> np.ndarray:
        """By row: whether `one` at position `first` and `two` at `second` overload a resource that both hold."""
        axis, types = self.problem.axis, self.problem.visit_types
        bad = np.zeros(len(row), dtype=bool)
        for a in stretches(types[one], kind):
            for b in stretches(types[two], kind):
                begin = np.maximum(axis.wall[first] + a.begin, axis.wall[second] + b.begin)
                end = np.minimum(axis.wall[first] + a.end, axis.wall[second] + b.end)
                both = np.flatnonzero(begin < end)
                if len(both):
                    short = self._shortages(kind, a.units + b.units)
                    day = first[both] // axis.per_day
                    origin = axis.midnights[day] + axis.opens
                    low, high = (begin[both] - origin) // axis.grid, (end[both] - origin) // axis.grid
                    bad[both] |= short[row[both], day, high] > short[row[both], day, low]
        return bad

    def _shortages(self, kind: str, units: int) -> np.ndarray:
        """By row, day and slot: how many earlier slots of the day have fewer units free."""
        if (kind, units) not in self._short:
            free = self.problem.free(kind)
            count = np.zeros((*free.shape[:2], free.shape[2] + 1), dtype=np.int32)
            np.cumsum(free < units, axis=2, out=count[:, :, 1:])
            self._short[kind, units] = count
        return self._short[kind, units]
