"""The exact search: steps are placed one after another, all partial plans that could still win at once.

A partial plan is remembered by what later steps still look at: the starts of placed steps that have a gap to an
unplaced one, and the resources that an unplaced one would rather keep. Of partial plans alike in that only the cheapest
is kept (dynamic programming); those whose cost so far plus the tree's bound on the rest reaches the limit are dropped.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scheduler.planning.search import partial
from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.partial import Partial
from scheduler.planning.search.problem import Found, Placement
from scheduler.planning.search.shape import Shape, Stage
from scheduler.planning.search.taking import Taking

MOST_ROWS = 1_000_000
"""Partial plans worked on at once; more are taken in portions."""


class TooMany(Exception):
    """There are more partial plans than are worth going through; never leaves the search."""


class Layers:
    """The search over the starts of a cut; all `same` kinds but that of its cases must be settled.

    `checkpoint` is called now and then and may raise to stop the search. With `most`, a search that goes through more
    partial plans than that raises TooMany.
    """

    def __init__(
        self, shape: Shape, bounds: Bounds, checkpoint: Callable[[], None], most: int | None = None
    ) -> None:
        self.cut, self.problem, self.lines = bounds.cut, bounds.cut.problem, bounds.cut.lines
        self.shape, self.bounds = shape, bounds
        self.checkpoint, self.most = checkpoint, most
        self.taking = Taking(self.cut)

    def cheapest(self, limit: int, width: int | None = None) -> Found | None:
        """The cheapest placement that costs less than `limit` (the constant not counted).

        With a `width` only so many partial plans are kept a step: what is found then need not be the cheapest.
        """
        done: list[Partial] = []
        self.gone_through = 0
        rows = partial.root(self.bounds.least, self.problem.dtype)
        for stage in self.shape.stages:
            rows = self._place(rows, stage, limit)
            if not len(rows):
                return None
            if width is not None and len(rows) > width:
                rows = rows.pick(np.sort(np.argsort(rows.bound, kind="stable")[:width]))
            done.append(rows)
        return self._trace(done)

    def _trace(self, done: list[Partial]) -> Found:
        at = int(np.argmin(done[-1].cost)) if done else 0
        cost = int(done[-1].cost[at]) if done else 0
        placed: dict[int, Placement] = {}
        for stage, rows in zip(reversed(self.shape.stages), reversed(done), strict=True):
            start, taken = int(rows.start[at]), {kind: int(column[at]) for kind, column in rows.taken.items()}
            placed[stage.variable] = self.cut.placement(stage.variable, start, taken)
            at = int(rows.parent[at])
        return Found(tuple(placed[one] for one in range(self.problem.size)), cost + self.problem.constant)

    def _place(self, rows: Partial, stage: Stage, limit: int) -> Partial:
        """The partial plans with one step more."""
        near = self.bounds.total[stage.variable] < limit
        starts = np.flatnonzero(near)
        begin, end = self._ranges(rows, stage, near, len(starts))
        if stage.staircase:
            parent, number = _improving(self.lines[stage.variable].own[starts], begin, end)
            return self._grow(rows, parent, starts[number], stage, limit)
        counts = np.maximum(end - begin, 0)
        ahead = np.cumsum(counts)
        self.gone_through += int(ahead[-1])
        if self.most is not None and self.gone_through > self.most:
            raise TooMany
        portions, low = [], 0
        while low < len(counts):
            already = int(ahead[low - 1]) if low else 0
            high = max(low + 1, int(np.searchsorted(ahead, already + MOST_ROWS, "right")))
            self.checkpoint()
            some = counts[low:high]
            parent = np.repeat(np.arange(low, high), some)
            offset = np.arange(len(parent)) - (ahead[low:high] - some - already)[parent - low]
            portions.append(self._grow(rows, parent, starts[begin[parent] + offset], stage, limit))
            low = high
        if len(portions) == 1:
            return portions[0]
        return self._worth_keeping(partial.join(portions), stage)

    def _ranges(self, rows: Partial, stage: Stage, near: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """For each row, the range of the starts still near enough (so many) that the step's gaps allow."""
        begin = np.zeros(len(rows), dtype=np.int64)
        end = np.full(len(rows), count, dtype=np.int64)
        nearer = np.concatenate(([0], np.cumsum(near)))
        for tie in stage.ties:
            if tie.edge is not None:
                marks, start = self.cut.ranges(tie.other, stage.variable), rows.columns[tie.other, ""]
                begin = np.maximum(begin, nearer[marks[0][start]])
                end = np.minimum(end, nearer[marks[-1][start]])
        return begin, end

    def _grow(self, rows: Partial, parent: np.ndarray, start: np.ndarray, stage: Stage, limit: int) -> Partial:
        """Rows (by number) grown by a start each, with resources; what is alike or dominated is dropped."""
        grown = self.taking.choose(self._expand(rows, parent, start, stage, limit), stage, limit)
        return self._worth_keeping(grown.keeping(stage.kept), stage)

    def _worth_keeping(self, rows: Partial, stage: Stage) -> Partial:
        days = {column: self.lines[column[0]].day[rows.columns[column]] for column in stage.daily}
        rows = partial.cheapest_alike(rows, days)
        for column in stage.low:
            if column not in days:
                rows = partial.undominated(rows, column, self.lines[column[0]].case[rows.columns[column]])
        return rows

    def _expand(self, rows: Partial, parent: np.ndarray, start: np.ndarray, stage: Stage, limit: int) -> Partial:
        """Rows (by number) grown by a start each, where it keeps the gaps and the limit."""
        variable, line, monotone = stage.variable, self.lines[stage.variable], self.problem.axis.monotone
        bound = rows.bound[parent] - self._settled(rows, variable, parent) + self.bounds.below[variable][start]
        cost = rows.cost[parent] + self.taking.start_cost(stage)[start]
        keep = None
        for tie in stage.ties:
            other, before = self.lines[tie.other], rows.columns[tie.other, ""][parent]
            if tie.edge is not None and (tie.edge.targets or not monotone):
                days = line.day[start] - other.day[before]
                for target in tie.edge.targets if self.problem.gap_day else ():
                    price = np.abs(days - target) * self.problem.gap_day
                    cost, bound = cost + price, bound + price
                if not monotone:
                    keep = _both(keep, tie.edge.window.allows(line.time[start] - other.time[before], days))
            for low, high in tie.forbidden:
                difference = line.wall[start] - other.wall[before]
                keep = _both(keep, (difference <= low) | (difference >= high))
        keep = _both(keep, bound < limit)
        parent, start = parent[keep], start[keep]
        columns = {name: column[parent] for name, column in rows.columns.items()}
        columns[variable, ""] = start
        return Partial(columns, cost[keep], bound[keep], parent, start, {})

    def _settled(self, rows: Partial, variable: int, parent: np.ndarray) -> np.ndarray | int:
        """What the rows' bounds had reckoned for a step and all that hangs on it."""
        above, reckoned = self.shape.parent[variable], self.bounds.to_parent[variable]
        return reckoned if above < 0 else reckoned[rows.columns[above, ""][parent]]


def _both(one: np.ndarray | None, two: np.ndarray) -> np.ndarray:
    return two if one is None else one & two


def _improving(cost: np.ndarray, begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and places: for each range the first place, then each next one that is cheaper than all before it."""
    cheaper = next_smaller(cost)
    row, place = np.flatnonzero(begin < end), begin[begin < end]
    rows, places = [row], [place]
    while len(row):
        place = cheaper[place]
        going = place < end[row]
        row, place = row[going], place[going]
        rows.append(row)
        places.append(place)
    return np.concatenate(rows), np.concatenate(places)


def next_smaller(values: np.ndarray) -> np.ndarray:
    """For each place, the next place with a smaller value; the length where there is none."""
    listed = values.tolist()
    later = [len(listed)] * len(listed)
    open_places: list[int] = []
    for place, value in enumerate(listed):
        while open_places and listed[open_places[-1]] > value:
            later[open_places.pop()] = place
        open_places.append(place)
    return np.array(later, dtype=np.int64)
