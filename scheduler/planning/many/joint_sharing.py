"""What the steps of a joint model share: resources by their units, and each patient's time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.many.cp_sat import Model
from scheduler.planning.scenario import VisitType
from scheduler.planning.search import occupancy as use


class Sharing:
    """Collects the intervals of all steps; `close` sets the rules between them."""

    def __init__(self, model: Model, bare: CalendarIndex) -> None:
        self.model, self.index = model, bare
        self.taken: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        self.present: dict[str, list[int]] = defaultdict(list)

    def add(
        self, visit_type: VisitType, patient: str, planned: int, position: int,
        flags: Mapping[str, Mapping[int, int]],
    ) -> None:
        """A step: the variable of its position, and by kind and row the flags of its resources."""
        grid = self.index.axis.grid
        for kind, rows in flags.items():
            for part in use.stretches(visit_type, kind):
                begin, length = part.begin // grid, (part.end - part.begin) // grid
                for row, flag in rows.items():
                    interval = self.model.interval(position, begin, length, only_if=[flag])
                    self.taken[kind, row].append((interval, part.units))
        for begin, end in use.presence(visit_type):
            interval = self.model.interval(position, begin // grid, (end - begin) // grid, only_if=[planned])
            self.present[patient].append(interval)

    def close(self) -> None:
        """Nobody is in two places, and no resource gives more units than it has left."""
        for intervals in self.present.values():
            self.model.apart(intervals)
        for (kind, row), intervals in self.taken.items():
            capacity = self.index.resources(kind)[row].capacity
            if capacity == 1:
                self.model.apart([interval for interval, _ in intervals])
            elif len(intervals) > 1:
                fixed = [(self.model.standing(begin, length), units) for begin, length, units in self._used(kind, row)]
                every = [*intervals, *fixed]
                self.model.share([one for one, _ in every], [units for _, units in every], capacity)

    def _used(self, kind: str, row: int) -> Iterator[tuple[int, int, int]]:
        """Begin, length and units of what is taken already, where something is left."""
        free = self.index.free(kind)[row].ravel()
        used = np.where(free > 0, self.index.resources(kind)[row].capacity - free, 0)
        marks = np.flatnonzero(np.diff(np.concatenate([[0], used, [0]])))
        for begin, end in zip(marks.tolist(), marks[1:].tolist(), strict=False):
            if used[begin]:
                yield begin, end - begin, int(used[begin])
