"""The starts of a step that some partial plan could take below a limit, and which of them each can."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.messages import spread_days
from scheduler.planning.search.partial import Partial
from scheduler.planning.search.runs import Runs
from scheduler.planning.search.shape import Hung, Stage
from scheduler.planning.search.starts import Starts


@dataclass(frozen=True)
class Candidates:
    """Starts (numbers) by case, in order, with what each and all that hangs on it costs at the least (`below`).

    `rest` is, by row of the partial plans, the bound on all else.
    """

    case: np.ndarray
    number: np.ndarray
    below: np.ndarray
    rest: np.ndarray


class Reaches:
    """What partial plans reach, over bounds and below a limit (the constant not counted)."""

    def __init__(self, bounds: Bounds, limit: int) -> None:
        self.bounds, self.problem, self.limit = bounds, bounds.problem, limit
        self.cases = (bounds.by_case < limit).nonzero()[0]
        self.marks = bounds.messages.marks
        self._runs: dict[Starts, Runs] = {}

    def candidates(self, rows: Partial, stage: Stage) -> tuple[Candidates, np.ndarray, np.ndarray]:
        """The candidates for a step, and by row of the partial plans the first that it can take and the one behind."""
        starts, below = self.problem.starts[stage.variable], self.bounds.below[stage.variable]
        rest, (begin, end) = rows.bound - self._settled(rows, stage.variable), self._ranges(rows, stage)
        low = int(begin.min())
        high = max(low, int(end.max()))
        case, number = (below[:, low:high] < self._slack(rows, rest, stage, slice(low, high))).nonzero()
        number += low
        key, apart = case * (len(starts) + 1) + number, rows.case * (len(starts) + 1)
        near = Candidates(case, number, at_case(below, case, number), rest)
        return near, key.searchsorted(begin + apart), key.searchsorted(end + apart)

    def _slack(self, rows: Partial, rest: np.ndarray, stage: Stage, here: slice) -> np.ndarray:
        """By case and start: what all that hangs on it must stay below, by how far in days it lies from the rows."""
        problem, cases = self.problem, self.bounds.cases
        tie = min((tie for tie in stage.ties if tie.edge is not None), default=None,
                  key=lambda tie: (not tie.edge.targets, tie.edge.farthest - tie.edge.nearest))
        if tie is None:
            least = np.full((cases, 1), problem.never, dtype=rest.dtype)
            np.minimum.at(least[:, 0], rows.case, rest)
            return self.limit - least
        day = problem.starts[tie.other].days_from(problem.first_day, problem.days)[rows.columns[tie.other, ""]]
        least = np.full((cases, problem.days + 1), problem.never, dtype=rest.dtype)
        np.minimum.at(least, (rows.case, day), rest)
        spread = spread_days(least, tie.edge.reversed, problem.gap_day, problem.never)
        own = problem.starts[stage.variable].days_from(problem.first_day, problem.days)
        return self.limit - spread[:, own[here]]

    def hang(self, hung: Hung, case: np.ndarray, first: np.ndarray, second: np.ndarray
             ) -> tuple[np.ndarray, np.ndarray]:
        """What a step between two others costs at the least, by their starts, and what the bounds had reckoned."""
        (one, two), starts = hung.near, self.problem.starts[hung.variable]
        near, far = self.marks(one, hung.variable)[:, first], self.marks(two, hung.variable)[:, second]
        begin, end = np.maximum(near[0], far[0]), np.minimum(near[1], far[1])
        table = starts.by_case(self.bounds.kind, self.bounds.cases)
        if starts not in self._runs:
            self._runs[starts] = Runs((table if len(table) == 1 else table[self.cases]).ravel())
        if len(table) > 1:
            apart = self.cases.searchsorted(case) * table.shape[1]
            begin, end = begin + apart, end + apart
        by_first = self.bounds.shape.parent[hung.variable] == one
        reckoned = at_case(self.bounds.to_parent[hung.variable], case, first if by_first else second)
        return self._runs[starts].least(begin, end), reckoned

    def _ranges(self, rows: Partial, stage: Stage) -> tuple[np.ndarray, np.ndarray]:
        """For each row, the range of the step's starts that its gaps allow."""
        begin = end = None
        for tie in stage.ties:
            if tie.edge is not None and not tie.edge.link:
                low, high = self.marks(tie.other, stage.variable)[:, rows.columns[tie.other, ""]]
                begin, end = (low, high) if begin is None else (np.maximum(begin, low), np.minimum(end, high))
        if begin is None:
            begin = np.zeros(len(rows), dtype=np.int64)
            end = begin + len(self.problem.starts[stage.variable])
        return begin, end

    def _settled(self, rows: Partial, variable: int) -> np.ndarray:
        """What the rows' bounds had reckoned for a step and all that hangs on it."""
        above, reckoned = self.bounds.shape.parent[variable], self.bounds.to_parent[variable]
        return at_case(reckoned, rows.case, 0 if above < 0 else rows.columns[above, ""])


def at_case(table: np.ndarray, case: np.ndarray, number: np.ndarray | int) -> np.ndarray:
    """What a table by case and start holds for some; it has one row alone where the case makes no difference."""
    return table[0, number] if len(table) == 1 else table[case, number]
