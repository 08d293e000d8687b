"""The starts that are still of interest, of every step and case at once: what the search by starts works on.

A case is a resource row of the `same` kind that is settled here (or all there is, where none is). The starts of a step
are sorted by case, then position. Times and days of different cases are kept so far apart that no gap reaches from one
into another; so cases need no loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scheduler.planning.search.axis import seconds_ranges
from scheduler.planning.search.messages import least_within
from scheduler.planning.search.problem import Placement, Problem
from scheduler.planning.search.starts import Starts, never_of


@dataclass(frozen=True, eq=False)
class Line:
    """Some starts of one step: numbers in its `Starts`, case, cost, and when they are (`time` and `day` by case).

    `begins` says where each case begins.
    """

    starts: Starts
    number: np.ndarray
    case: np.ndarray
    own: np.ndarray
    time: np.ndarray
    day: np.ndarray
    begins: np.ndarray

    def __len__(self) -> int:
        return len(self.number)

    @cached_property
    def position(self) -> np.ndarray:
        """The position of each."""
        return self.starts.positions[self.number]

    @cached_property
    def wall(self) -> np.ndarray:
        """The wall minute of each."""
        return self.starts.wall[self.number]


class Cut:
    """The lines of a problem's steps below a limit, and the ranges that gaps allow between them."""

    def __init__(self, problem: Problem, kind: str | None, lines: tuple[Line, ...], limit: int) -> None:
        self.problem, self.kind, self.lines, self.limit = problem, kind, lines, limit
        self._ranges: dict[tuple[int, int], list[np.ndarray]] = {}

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return max((len(line.begins) - 1 for line in self.lines), default=1)

    def ranges(self, here: int, there: int) -> list[np.ndarray]:
        """Marks by start of `here`: the gap allows the other's starts from the first to before the last.

        Between two marks the number of days aimed at that have been passed is the same.
        """
        if (here, there) not in self._ranges:
            self._ranges[here, there] = self._range(here, there)
        return self._ranges[here, there]

    def _range(self, here: int, there: int) -> list[np.ndarray]:
        edge, axis = self.problem.edge(here, there), self.problem.axis
        near, far, window = self.lines[here], self.lines[there], edge.window
        if len(far.begins) == 2:
            begin, end = np.zeros(len(near), dtype=np.int64), np.full(len(near), len(far), dtype=np.int64)
        else:
            begin, end = far.begins[near.case], far.begins[near.case + 1]
        low, high = seconds_ranges(window, near.time, far.time, axis.monotone)
        begin = begin if low is None else np.maximum(begin, low)
        end = end if high is None else np.minimum(end, high)
        if window.low_days > -axis.days:
            begin = np.maximum(begin, far.day.searchsorted(near.day + window.low_days))
        if window.high_days < axis.days:
            end = np.minimum(end, far.day.searchsorted(near.day + window.high_days, "right"))
        marks = [begin]
        for target in edge.targets if self.problem.gap_day else ():
            passed = far.day.searchsorted(near.day + target)
            marks.append(np.minimum(np.maximum(passed, marks[-1]), end))
        return [*marks, end]

    def message(self, here: int, there: int, costs: np.ndarray) -> np.ndarray:
        """By start of `here`: the least of the costs of the starts of `there` that the gaps allow, with days off."""
        marks, never = self.ranges(here, there), self.problem.never
        if len(marks) == 2:
            return least_within(costs, marks[0], marks[1], never)
        each, targets = self.problem.gap_day, self.problem.edge(here, there).targets
        near, far = self._days(here), self._days(there)
        found = np.full(len(near), never, dtype=costs.dtype)
        for passed, (begin, end) in enumerate(zip(marks, marks[1:], strict=False)):
            slope = each * (2 * passed - len(targets))
            fixed = each * (sum(targets[passed:]) - sum(targets[:passed]))
            least = least_within(costs + slope * far, begin, end, never)
            np.minimum(found, least - slope * near + fixed, out=found)
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
        """Days from the first, whatever the case."""
        line = self.lines[variable]
        return (line.position // self.problem.axis.per_day - self.problem.first_day).astype(self.problem.dtype)


def cut_below(problem: Problem, kind: str | None, totals: tuple[np.ndarray, ...], least: tuple[np.ndarray, ...],
              limit: int) -> Cut:
    """The starts that can cost less than a limit: by step, the least totals and own costs by case and day are given."""
    lines = tuple(
        _line(problem, variable, kind, totals[variable], least[variable], limit) for variable in range(problem.size)
    )
    return Cut(problem, kind, lines, limit)


def _line(problem: Problem, variable: int, kind: str | None, total: np.ndarray, least: np.ndarray, limit: int) -> Line:
    starts, cases = problem.starts[variable], len(total)
    table, good = starts.by_case(kind, cases), total < limit
    days = np.logical_or.reduce(good, axis=0).nonzero()[0]
    low = high = 0
    if len(days):
        low, high = starts.day.searchsorted([problem.first_day + days[0], problem.first_day + days[-1] + 1]).tolist()
    rest = np.where(good, total - least, never_of(total.dtype))
    near = rest[:, starts.day[low:high] - problem.first_day] + table[:, low:high] < limit
    case, number = near.nonzero()
    number += low
    own = table[case if len(table) > 1 else 0, number]
    time, day = starts.elapsed[number], starts.day[number]
    begins = np.array([0, len(case)])
    if cases > 1:
        apart, begins = 2 * problem.axis.days * case, case.searchsorted(np.arange(cases + 1))
        time, day = time + apart * 86400, day + apart
    return Line(starts, number, case, own, time, day, begins)
