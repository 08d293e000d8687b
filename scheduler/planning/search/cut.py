"""The starts that are still of interest, of every step and case at once: what the search by starts works on.

A case is a resource row of the `same` kind that is settled here (or all there is, where none is). The starts of a step
are sorted by case, then position. Each has a key that ascends through all steps, cases and free starts, so that ranges
of many steps and cases are looked up at once. Times and days of different cases are kept so far apart that no gap
reaches from one into another; so cases need no loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from scheduler.planning.search.messages import least_within
from scheduler.planning.search.problem import Placement, Problem
from scheduler.planning.search.shape import Shape
from scheduler.planning.search.starts import Starts


class Line:
    """Some starts of one step: numbers in its `Starts`, case, cost, and when they are (`time` and `day` by case).

    `begins` says where each case begins.
    """

    def __init__(self, cut: Cut, variable: int) -> None:
        self.cut, self.starts = cut, cut.problem.starts[variable]
        self.here = slice(cut.first[variable], cut.first[variable + 1])
        self.number, self.own = cut.number[self.here], cut.own[self.here]

    def __len__(self) -> int:
        return len(self.number)

    @property
    def case(self) -> np.ndarray:
        """The case of each."""
        return self.cut.case[self.here]

    @cached_property
    def begins(self) -> np.ndarray:
        """Where each case begins, and the end."""
        return self.case.searchsorted(np.arange(self.cut.cases + 1))

    @property
    def day(self) -> np.ndarray:
        """The number of the axis' day of each, by case."""
        return self.cut.day[self.here]

    @property
    def time(self) -> np.ndarray:
        """The elapsed second of each, by case."""
        return self.cut.time[self.here]

    @property
    def position(self) -> np.ndarray:
        """The position of each."""
        return self.cut.position[self.here]

    @property
    def wall(self) -> np.ndarray:
        """The wall minute of each."""
        return self.cut.wall[self.here]


class Cut:
    """The lines of a problem's steps below a limit, and the ranges that gaps allow between them.

    `parts` are, by step, the cases and the numbers in its `Starts`; the arrays hold those of all steps one by one.
    """

    def __init__(self, problem: Problem, shape: Shape, kind: str | None, cases: int,
                 parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]], limit: int) -> None:
        self.problem, self.shape, self.kind, self.cases, self.limit = problem, shape, kind, cases, limit
        sizes = [len(number) for _, number, _ in parts]
        self.first = [0]
        for size in sizes:
            self.first.append(self.first[-1] + size)
        self.case, self.number, self.own = (np.concatenate(column) for column in zip(*parts, strict=True))
        self.place = np.concatenate([
            starts.place[number] for starts, (_, number, _) in zip(problem.starts, parts, strict=True)])
        self.width = 1 + max(len(starts.free) for starts in problem.starts)
        self.base = (np.arange(problem.size).repeat(sizes) * cases + self.case) * self.width
        self.key = self.base + self.place
        self._ranges: dict[tuple[int, int], np.ndarray] = {}

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The line of each step."""
        return tuple(Line(self, variable) for variable in range(self.problem.size))

    @cached_property
    def position(self) -> np.ndarray:
        """The position of each start of all steps."""
        return np.concatenate([
            starts.positions[self.number[low:high]]
            for starts, low, high in zip(self.problem.starts, self.first, self.first[1:], strict=False)])

    @cached_property
    def plain_day(self) -> np.ndarray:
        """Days from the first, whatever the case."""
        return self.position // self.problem.axis.per_day - self.problem.first_day

    @cached_property
    def day(self) -> np.ndarray:
        """The number of the day of each, apart by case."""
        return self.plain_day + 2 * self.problem.axis.days * self.case if self.cases > 1 else self.plain_day

    @cached_property
    def wall(self) -> np.ndarray:
        """The wall minute of each."""
        return self.problem.axis.wall[self.position]

    @cached_property
    def time(self) -> np.ndarray:
        """The elapsed second of each, apart by case."""
        elapsed = self.problem.axis.elapsed[self.position]
        return elapsed + 2 * self.problem.axis.days * 86400 * self.case if self.cases > 1 else elapsed

    def ranges(self, here: int, there: int) -> np.ndarray:
        """Marks (rows) by start of `here`: the gap allows the other's starts from the first to before the last.

        Between two marks the number of days aimed at that have been passed is the same.
        """
        if (here, there) not in self._ranges:
            pairs = self.shape.alike.get((here, there), ((here, there),))
            self._look_up(pairs)
        return self._ranges[here, there]

    def _look_up(self, pairs: tuple[tuple[int, int], ...]) -> None:
        """The ranges of pairs of steps that are alike in their gap, their types and how far they are from each other."""
        (here, there), first = pairs[0], self.first
        edge, starts = self.problem.edge(here, there), self.problem.starts
        targets = edge.targets if self.problem.gap_day else ()
        reach = starts[here].free.reach(starts[there].free, edge.window, targets)
        if len(pairs) == 1:
            at = slice(first[here], first[here + 1])
        else:
            at = np.concatenate([np.arange(first[one], first[one + 1]) for one, _ in pairs])
        keys = reach[:, self.place[at]] + (self.base[at] + (there - here) * self.cases * self.width)
        marks, low = self.key.searchsorted(keys), 0
        for one, two in pairs:
            high = low + first[one + 1] - first[one]
            self._ranges[one, two] = marks[:, low:high] - first[two]
            low = high

    def message(self, here: int, there: int, costs: np.ndarray) -> np.ndarray:
        """By start of `here`: the least of the costs of the starts of `there` that the gaps allow, with days off.

        The costs end with one that never is; so does the answer.
        """
        marks, never = self.ranges(here, there), self.problem.never
        found = np.full(marks.shape[1] + 1, never, dtype=costs.dtype)
        if len(marks) == 2:
            found[:-1] = least_within(costs, marks[0], marks[1], never)
            return found
        each, targets = self.problem.gap_day, self.problem.edge(here, there).targets
        near, far = self._days(here), self._days(there)
        for passed in range(len(marks) - 1):
            slope = each * (2 * passed - len(targets))
            fixed = each * (sum(targets[passed:]) - sum(targets[:passed]))
            tilted = costs.copy()
            tilted[:-1] += slope * far
            least = least_within(tilted, marks[passed], marks[passed + 1], never)
            np.minimum(found[:-1], least - slope * near + fixed, out=found[:-1])
        found[found >= never // 2] = never
        return found

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

    def placement(self, variable: int, start: int, taken: Mapping[str, int]) -> Placement:
        """A step at a start, with the resources taken, and of every other kind the cheapest that fits."""
        line, rows = self.lines[variable], dict(taken)
        for kind, choice in self.problem.starts[variable].choices.items():
            if kind == self.kind:
                rows[kind] = int(line.case[start])
            elif kind not in rows:
                rows[kind] = choice.cheapest(int(line.number[start]))
        return Placement(int(line.position[start]), rows)

    def _days(self, variable: int) -> np.ndarray:
        return self.plain_day[self.first[variable] : self.first[variable + 1]].astype(self.problem.dtype)


def part_of(starts: Starts, kind: str | None, total: np.ndarray, least: np.ndarray, first_day: int,
            limit: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The case, number and cost of the starts of a step that can cost less than a limit.

    Given by case and day of the problem are the least total and the least own cost.
    """
    table, slack = starts.by_case(kind, len(total)), limit - total + least
    slack[total >= limit] = -1
    days = (np.maximum.reduce(slack, axis=0) >= 0).nonzero()[0]
    low = high = 0
    if len(days):
        low, high = starts.day.searchsorted([first_day + days[0], first_day + days[-1] + 1]).tolist()
    near = table[:, low:high] < slack[:, starts.day[low:high] - first_day]
    case, number = near.nonzero()
    number += low
    return case, number, table[case if len(table) > 1 else 0, number]
