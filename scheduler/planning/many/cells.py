"""What plans take, in cells: one a resource (or patient) and grid slot, numbered through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.many.board import Result, placed
from scheduler.planning.scenario import Booking, Scenario, Series
from scheduler.planning.search import occupancy as use


@dataclass(frozen=True, slots=True)
class Claims:
    """Units taken of the cells from `begins` until before `ends`, one array each."""

    begins: np.ndarray
    ends: np.ndarray
    units: np.ndarray


class Cells:
    """The cells of a calendar that holds everything but the plans in question."""

    def __init__(self, scenario: Scenario, bare: CalendarIndex) -> None:
        self.index, self.size = bare, bare.axis.size
        self.types = scenario.visit_types
        self.first: dict[str | tuple[str], int] = {}
        free = []
        for one in scenario.resources:
            self.first[one.id] = len(self.first) * self.size
            free.append(bare.free(one.kind)[bare.row[one.id]].ravel())
        often = Counter(series.patient for series in scenario.series)
        for patient in sorted(name for name, count in often.items() if count > 1):
            self.first[patient,] = len(self.first) * self.size
            free.append(np.ones(self.size, dtype=np.int64))
        self.free = np.concatenate(free) if free else np.zeros(0, dtype=np.int64)
        falls = np.flatnonzero(np.diff(self.free) < 0) + 1
        self.falls = falls[(self.free[falls] > 0) & (falls % max(1, self.size) != 0)]

    def claims(self, series: Series, plan: Result) -> Claims:
        """What a plan takes, a row a stretch of a visit."""
        return self.claims_of(placed(series, plan))

    def claims_of(self, visits: Iterable[Booking]) -> Claims:
        """What visits on the grid take, a row a stretch."""
        found = []
        grid = self.index.axis.grid
        for one in visits:
            kind_of, position = self.types[one.visit_type], self.index.axis.position(one.start)
            for kind, name in one.resources.items():
                at = self.first[name] + position
                found += [(at + part.begin // grid, at + part.end // grid, part.units)
                          for part in use.stretches(kind_of, kind)]
            if (one.patient,) in self.first:
                at = self.first[one.patient,] + position
                found += [(at + begin // grid, at + end // grid, 1) for begin, end in use.presence(kind_of)]
        table = np.array(found, dtype=np.int64).reshape(-1, 3)
        return Claims(table[:, 0], table[:, 1], table[:, 2])

    def load(self, claims: Iterable[Claims]) -> np.ndarray:
        """Units taken of every cell."""
        taken = np.zeros(len(self.free), dtype=np.int64)
        for one in claims:
            self.take(one, taken)
        return taken

    @staticmethod
    def take(claims: Claims, load: np.ndarray, sign: int = 1) -> None:
        """Add claims to a load, or take them away."""
        for begin, end, units in zip(claims.begins.tolist(), claims.ends.tolist(), claims.units.tolist(), strict=True):
            load[begin:end] += sign * units

    def fits(self, claims: Claims, load: np.ndarray) -> bool:
        """Whether claims fit in beside a load."""
        self.take(claims, load)
        spans = zip(claims.begins.tolist(), claims.ends.tolist(), strict=True)
        fitting = all(bool((load[begin:end] <= self.free[begin:end]).all()) for begin, end in spans)
        self.take(claims, load, -1)
        return fitting

    def hold(self, claims: Iterable[Claims]) -> bool:
        """Whether no cell is asked for more than it has."""
        taken = self.load(claims)
        return bool((taken <= self.free)[taken > 0].all())

    @staticmethod
    def met(claims: Claims, wanted: np.ndarray) -> int:
        """How many of the claims touch cells that are wanted."""
        return sum(bool(wanted[begin:end].any()) for begin, end in zip(claims.begins, claims.ends, strict=True))
