"""A placement read off backwards from what a sweep along a spine knows at each joint."""

from __future__ import annotations

import numpy as np

from scheduler.planning.search.arrived import Arrived, Passage, Way
from scheduler.planning.search.handing_over import Changes
from scheduler.planning.search.problem import Found
from scheduler.planning.search.reading_off import placement_at
from scheduler.planning.search.spine import Part


def trace(way: Way) -> Found | None:
    """The cheapest placement among those gone through to the last joint, if there is one."""
    return _Trace(way).found() if way.joints else None


class _Trace:
    def __init__(self, way: Way) -> None:
        self.problem, self.done, self.costs = way.costs.problem, way.joints, way.costs
        self.numbers: dict[int, int] = {}
        self.rows: dict[int, dict[str, int]] = {}
        self.held = [0] * way.costs.axes

    def found(self) -> Found:
        last = self.done[-1]
        row = int(last.reached.least.argmin())
        cost, case = int(last.reached.least[row]), int(self.costs.alive[last.reached.case[row]])
        for place in range(len(self.done) - 1, -1, -1):
            arrived = self.done[place]
            self.numbers[arrived.joint.variable] = int(arrived.reached.number[row])
            candidate = int(arrived.kept[row])
            self._undo(arrived.changes, candidate)
            if arrived.passage is not None:
                row = self._back(arrived.passage, candidate)
        for arrived, before in zip(self.done, [None, *self.done], strict=False):
            self._hang(arrived, before, case)
        kind = self.costs.kind
        placements = tuple(
            placement_at(starts, self.numbers[one], {kind: case} if kind in starts.choices else {}, self.rows[one])
            for one, starts in enumerate(self.problem.starts))
        return Found(placements, cost + self.problem.constant)

    def _undo(self, changes: Changes, row: int) -> None:
        """Go back over what was done to the axes, and note who served."""
        for what in reversed(changes):
            if isinstance(what, Part):
                self.rows[what.variable] = {each.kind: self.held[each.axis] for each in what.services}
                continue
            place = self._place(what.before, row)
            place[what.axis] = slice(None)
            values = what.before[tuple(place)]
            if what.price is not None:
                values = values + what.price * (np.arange(len(values)) != self.held[what.axis])
            self.held[what.axis] = int(values.argmin())

    def _place(self, costs: np.ndarray, row: int) -> list:
        return [*(held if size > 1 else 0 for held, size in zip(self.held, costs.shape, strict=False)), row]

    def _back(self, passage: Passage, candidate: int) -> int:
        """The row of the joint before from which a candidate costs the least."""
        here = slice(int(passage.groups[candidate]), int(passage.groups[candidate + 1]))
        parents = passage.parents[here]
        place = self._place(passage.handed, 0)
        costs = passage.handed[(*place[:-1], parents)] + passage.prices[here]
        for axis, talk in passage.talks:
            costs = costs + talk[self.held[axis], here]
        row = int(parents[costs.argmin()])
        self._undo(passage.changes, row)
        return row

    def _hang(self, arrived: Arrived, before: Arrived | None, case: int) -> None:
        """Place what hangs on a joint, or between it and the one before, at its cheapest start."""
        own = arrived.joint.variable
        for part in (*arrived.joint.between, *arrived.joint.parts):
            if part.variable != own:
                near = (own,) if part in arrived.joint.parts else (before.joint.variable, own)
                self.numbers[part.variable] = self._cheapest(part, near, case)

    def _cheapest(self, part: Part, near: tuple[int, ...], case: int) -> int:
        starts, begin, end = self.problem.starts[part.variable], 0, len(self.problem.starts[part.variable])
        for one in near:
            low, high = self.costs.marks(one, part.variable)[:, self.numbers[one]].tolist()
            begin, end = max(begin, low), min(end, high)
        table = self.costs.table(part, begin, end)
        if part.services:
            table = table[self.rows[part.variable][part.services[0].kind]]
        cost = table[case if len(table) > 1 else 0, :-1]
        for one in near:
            for target in self.problem.edge(one, part.variable).targets:
                apart = starts.day[begin:end] - int(self.problem.starts[one].day[self.numbers[one]])
                cost = cost + np.abs(apart - target) * self.problem.gap_day
        return begin + int(cost.argmin())
