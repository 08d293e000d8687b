"""The starts that are still of interest, of every step and case at once: what the search by starts works on.

A case is a resource row of the `same` kind that is settled here (or all there is, where none is). The starts of a step
are sorted by case, then position. Each has a key that ascends through all steps, cases and free starts, so that ranges
of many steps and cases are looked up at once. Times and days of different cases are kept so far apart that no gap
reaches from one into another; so cases need no loop.
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate

import numpy as np

from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.runs import Runs


class Line:
    """Some starts of one step: numbers in its `Starts`, case, cost, and when they are (`time` and `day` by case).

    `begins` says where each case begins.
    """

    def __init__(self, cut: Cut, variable: int, case: np.ndarray, number: np.ndarray) -> None:
        self.cut, self.variable, self.starts = cut, variable, cut.problem.starts[variable]
        self.case, self.number = case, number
        self.own = self.of(self.starts.by_case(cut.kind, cut.cases))
        self.below = self.of(cut.bounds.below[variable])

    @cached_property
    def total(self) -> np.ndarray:
        """The least cost of the whole tree with each."""
        return self.of(self.cut.bounds.total[self.variable])

    @cached_property
    def runs(self) -> Runs:
        """The least cost of any range of them."""
        return Runs(np.append(self.own, self.cut.problem.never))

    @cached_property
    def settled(self) -> np.ndarray | int:
        """What the tree reckons for the step and all that hangs on it: by start of its parent, for a root one number."""
        above, message = self.cut.bounds.shape.parent[self.variable], self.cut.bounds.to_parent[self.variable]
        return int(message.min()) if above < 0 else self.cut.lines[above].of(message)

    def __len__(self) -> int:
        return len(self.number)

    def near(self, limit: int) -> np.ndarray | None:
        """Those with which the tree stays below a limit; nothing where that may be all."""
        return None if limit >= self.cut.limit else (self.total < limit).nonzero()[0]

    def of(self, table: np.ndarray) -> np.ndarray:
        """What a table by case and start holds for each."""
        return table[0, self.number] if len(table) == 1 else table[self.case, self.number]

    @cached_property
    def begins(self) -> np.ndarray:
        """Where each case begins, and the end."""
        return self.case.searchsorted(np.arange(self.cut.cases + 1))

    @cached_property
    def day(self) -> np.ndarray:
        """The number of the axis' day of each, by case."""
        return self._apart(self.starts.day[self.number], 1)

    @cached_property
    def time(self) -> np.ndarray:
        """The elapsed second of each, by case."""
        return self._apart(self.starts.elapsed[self.number], 86400)

    @cached_property
    def position(self) -> np.ndarray:
        """The position of each."""
        return self.starts.positions[self.number]

    @cached_property
    def wall(self) -> np.ndarray:
        """The wall minute of each."""
        return self.starts.wall[self.number]

    def _apart(self, values: np.ndarray, day: int) -> np.ndarray:
        return values + self.case * (2 * self.starts.axis.days * day) if self.cut.cases > 1 else values


class Cut:
    """The lines of a problem's steps below a limit, and the ranges that gaps allow between them."""

    def __init__(self, bounds: Bounds, limit: int) -> None:
        self.bounds, self.problem, self.kind, self.cases = bounds, bounds.problem, bounds.kind, bounds.cases
        self.limit = limit
        lines = []
        for variable, total in enumerate(bounds.total):
            near = (total < limit).nonzero()
            lines.append(Line(self, variable, *near))
        self.lines = tuple(lines)
        sizes = [len(line) for line in lines]
        self.first = [0, *accumulate(sizes)]
        self.width = 1 + max(len(starts) for starts in self.problem.starts)
        case, number = (np.concatenate(column) for column in zip(*((one.case, one.number) for one in lines), strict=True))
        self.number = number
        self.base = (np.arange(self.problem.size).repeat(sizes) * self.cases + case) * self.width
        self.key = self.base + number
        self._ranges: dict[tuple[int, int], np.ndarray] = {}

    def ranges(self, here: int, there: int) -> np.ndarray:
        """By start of `here`: the gap allows the other's starts from the first (row) to before the second."""
        if (here, there) not in self._ranges:
            self._look_up(self.bounds.shape.alike[here, there])
        return self._ranges[here, there]

    def _look_up(self, pairs: tuple[tuple[int, int], ...]) -> None:
        """The ranges of pairs of steps that are alike in their gap, their types and how far they are from each other."""
        (here, there), first = pairs[0], self.first
        reach = self.problem.starts[here].reach(self.problem.starts[there], self.problem.edge(here, there).window, ())
        if len(pairs) == 1:
            at = slice(first[here], first[here + 1])
        else:
            at = np.concatenate([np.arange(first[one], first[one + 1]) for one, _ in pairs])
        keys = reach[:, self.number[at]] + (self.base[at] + (there - here) * self.cases * self.width)
        marks, low = self.key.searchsorted(keys), 0
        for one, two in pairs:
            high = low + first[one + 1] - first[one]
            self._ranges[one, two] = marks[:, low:high] - first[two]
            low = high

    def cheapest(self, variable: int, kind: str) -> np.ndarray:
        """By start: the cost of the cheapest resource that fits (where the kind is that of the cases, of theirs)."""
        line, choice = self.lines[variable], self.problem.starts[variable].choices[kind]
        if kind == self.kind:
            return choice.cost[np.searchsorted(choice.rows, line.case)]
        return choice.least[line.number]

    def fits(self, variable: int, kind: str, start: np.ndarray) -> np.ndarray:
        """By row of the choice and for each of some starts: whether the resource fits there."""
        line, choice = self.lines[variable], self.problem.starts[variable].choices[kind]
        if kind == self.kind:
            return choice.rows[:, None] == line.case[start][None, :]
        return choice.fits[:, line.number[start]]

    def masks(self, variable: int, kind: str, start: np.ndarray) -> np.ndarray:
        """For each of some starts the rows that fit, as bits."""
        return self.problem.starts[variable].choices[kind].mask[self.lines[variable].number[start]]
