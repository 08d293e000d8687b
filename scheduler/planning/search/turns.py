"""One partial plan at a time: the starts that its next step can have, each with the bound on the whole plan."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.partial import Column
from scheduler.planning.search.runs import Runs
from scheduler.planning.search.shape import Hung, Look, Stage
from scheduler.planning.search.starts import Starts
from scheduler.planning.search.structure import Tie


@dataclass(slots=True)
class Node:
    """A partial plan: its case, the start and resources of its last step, and what later steps look at.

    `values` are the bounds with each start of the next step, `width` of them from number `first` on, for each resource
    of the kind that is chosen with it, if there is one. They are handed out by rising bound: `level` is the one now,
    `waiting` are the places in `values` of those still to come, the last one first.
    """

    depth: int
    case: int
    parent: Node | None = None
    start: int = -1
    held: dict[Column, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    first: int = 0
    width: int = 0
    values: np.ndarray | None = None
    level: int = -1
    waiting: list[int] = field(default_factory=list)
    start_of_level: int = 0

    def rise(self, staircase: bool) -> bool:
        """Go on to the next higher level; false where there is none.

        On a `staircase` only the earliest start of a level counts, and of the next only those before it.
        """
        if self.level >= 0:
            if staircase:
                self.values = self.values[: self.start_of_level]
            above = self.values[self.values > self.level]
        else:
            above = self.values
        if not len(above):
            return False
        self.level = int(above.min())
        if staircase:
            self.start_of_level = int((self.values == self.level).argmax())
            self.waiting = [self.start_of_level]
        else:
            self.waiting = (self.values == self.level).nonzero()[0][::-1].tolist()
        return True


class Turn:
    """A step's turn to be placed."""

    def __init__(self, bounds: Bounds, depth: int, known_runs: dict[tuple[Starts, int], Runs]) -> None:
        self.bounds, self.known_runs = bounds, known_runs
        self.stage: Stage = bounds.shape.stages[depth]
        self.problem, self.depth, variable = bounds.problem, depth, self.stage.variable
        self.starts = self.problem.starts[variable]
        self.below, self.to_parent = bounds.below[variable], bounds.to_parent[variable]
        self.above = bounds.shape.parent[variable]
        self.ties = [(tie, self._marks(tie), self.problem.starts[tie.other]) for tie in self.stage.ties]
        self.hung_marks = {
            one.variable: (self._reach(one.near[0], one.variable), self._reach(variable, one.variable))
            for one in self.stage.between}
        self.low = [name for name in self.stage.low if name not in self.stage.daily]
        self.spread = {*self.low, *self.stage.even}
        self.met: dict[tuple, list[tuple[list[int], list[int], int]]] = {}
        self.open = [look for look in self.stage.looks if look.even]
        self.chosen = next((look for look in self.stage.looks if not look.even), None)
        self.masks = {look.kind: self.starts.choices[look.kind].mask for look in self.open}

    def _marks(self, tie: Tie) -> np.ndarray | None:
        if tie.edge is None or tie.edge.link:
            return None
        return self._reach(tie.other, self.stage.variable)

    def _between(self, node: Node) -> tuple[int, int]:
        """The starts from one to before another that the gaps allow."""
        begin, end = self.starts.begin, self.starts.end
        for tie, marks, starts in self.ties:
            if marks is not None:
                own = node.held[tie.other, ""] + starts.begin
                begin, end = max(begin, int(marks[0, own])), min(end, int(marks[1, own]))
        return begin - self.starts.begin, end - self.starts.begin

    def list_starts(self, node: Node, bound: int) -> bool:
        """Work out the bounds with each start, given that so far; false where there is no start."""
        begin, end = self._between(node)
        if begin >= end:
            return False
        node.first = begin
        values = self.below[node.case if len(self.below) > 1 else 0, begin:end] + (bound - self._settled(node))
        for tie, _, starts in self.ties:
            own = node.held[tie.other, ""]
            for target in tie.edge.targets if tie.edge is not None and self.problem.gap_day else ():
                apart = self.starts.day[begin:end] - (int(starts.day[own]) + target)
                values += np.abs(apart) * self.problem.gap_day
            for low, high in tie.forbidden:
                apart = self.starts.wall[begin:end] - int(starts.wall[own])
                values[(low < apart) & (apart < high)] = self.problem.never
        for hung in self.stage.between:
            values += self._hang(hung, node, begin, end)
        for look in self.open:
            kept = self.masks[look.kind][begin:end]
            for other, change in look.handovers:
                values += (kept & node.held[other, look.kind] == 0) * change
        node.width = end - begin
        node.values = values if self.chosen is None else self._by_resource(self.chosen, node, values).ravel()
        return node.rise(self.stage.staircase)

    def _by_resource(self, look: Look, node: Node, values: np.ndarray) -> np.ndarray:
        """The bounds by resource of a kind and start, given those with the cheapest that fits."""
        choice, here = self.starts.choices[look.kind], slice(node.first, node.first + node.width)
        price = choice.cost
        for other, change in look.handovers:
            price = price + (choice.rows != node.held[other, look.kind]) * change
        return np.where(choice.fits[:, here], values - choice.least[here] + price[:, None], self.problem.never)

    def _hang(self, hung: Hung, node: Node, begin: int, end: int) -> np.ndarray:
        """How much more a step between two others costs than the bounds had reckoned, by start of the second."""
        one, starts = hung.near[0], self.problem.starts[hung.variable]
        near_marks, far_marks = self.hung_marks[hung.variable]
        own = node.held[one, ""]
        near = near_marks[:, self.problem.starts[one].begin + own]
        far = far_marks[:, self.starts.begin + begin : self.starts.begin + end]
        runs, reckoned = self._runs(starts, node.case), self._row(self.bounds.to_parent[hung.variable], node.case)
        low = np.minimum(np.maximum(far[0], int(near[0])) - starts.begin, len(starts))
        high = np.minimum(far[1], int(near[1])) - starts.begin
        settled = reckoned[own] if self.bounds.shape.parent[hung.variable] == one else reckoned[begin:end]
        return runs.least(np.maximum(low, 0), high) - settled

    def _reach(self, one: int, two: int) -> np.ndarray:
        return self.problem.starts[one].free.reach(
            self.problem.starts[two].free, self.problem.edge(one, two).window, ())

    def _runs(self, starts: Starts, case: int) -> Runs:
        if (starts, case) not in self.known_runs:
            self.known_runs[starts, case] = Runs(self._row(starts.by_case(self.bounds.kind, self.bounds.cases), case))
        return self.known_runs[starts, case]

    @staticmethod
    def _row(table: np.ndarray, case: int) -> np.ndarray:
        return table[case if len(table) > 1 else 0]

    def place(self, node: Node, place: int) -> Node:
        """The partial plan with the step at a start, by its place among the values."""
        row, start = divmod(place, node.width)
        start += node.first
        taken = {} if self.chosen is None else {
            self.chosen.kind: int(self.starts.choices[self.chosen.kind].rows[row])}
        for look in self.open:
            mask = int(self.masks[look.kind][start])
            for other, _ in look.handovers:
                mask = mask & node.held[other, look.kind] or mask
            taken[look.kind] = mask
        own = {(self.stage.variable, kind): mask for kind, mask in taken.items()} | {(self.stage.variable, ""): start}
        held = {name: own[name] if name in own else node.held[name] for name in self.stage.kept}
        return Node(self.depth + 1, node.case, node, start, held, taken)

    def is_new(self, node: Node, bound: int) -> bool:
        """Whether no partial plan met before (and so of no greater bound) is as good throughout."""
        days = self.stage.daily
        key = (node.case, *(
            int(self.problem.starts[name[0]].day[value]) if name in days else value
            for name, value in node.held.items() if name not in self.spread))
        low, sets = [node.held[name] for name in self.low], [node.held[name] for name in self.stage.even]
        met = self.met.setdefault(key, [])
        for earlier, wider, least in met:
            if all(one <= two for one, two in zip(earlier, low, strict=True)) and (
                    bound >= least + self.stage.slack
                    or all(two & ~one == 0 for one, two in zip(wider, sets, strict=True))):
                return False
        met.append((low, sets, bound))
        return True

    def _settled(self, node: Node) -> int:
        """What the bound had reckoned for the step and all that hangs on it."""
        row = self.to_parent[node.case if len(self.to_parent) > 1 else 0]
        return int(row[0] if self.above < 0 else row[node.held[self.above, ""]])
