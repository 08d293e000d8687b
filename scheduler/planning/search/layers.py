"""The exact search: steps are placed one after another, all partial plans that could still win at once.

A partial plan is remembered by what later steps still look at: the starts of placed steps that have a gap to an
unplaced one, and the resources that an unplaced one would rather keep. Of partial plans alike in that only the cheapest
is kept (dynamic programming); those whose cost so far plus the tree's bound on the rest reaches the limit are dropped.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scheduler.planning.search import partial
from scheduler.planning.search.cut import Cut
from scheduler.planning.search.partial import Partial
from scheduler.planning.search.problem import Found
from scheduler.planning.search.reading_off import read_off
from scheduler.planning.search.shape import Hung, Stage
from scheduler.planning.search.taking import Taking

MOST_ROWS = 1_000_000
"""Partial plans worked on at once; more are taken in portions."""


FEW = 12
"""Partial plans that are not worth being compared with one another."""
FEW_LEVELS = 8
"""Different costs up to which the next cheaper start is looked up cost by cost."""


class TooMany(Exception):
    """There are more partial plans than are worth going through; never leaves the search."""


class Layers:
    """The search over the starts of a cut; all `same` kinds but that of its cases must be settled.

    `checkpoint` is called now and then and may raise to stop the search. With `most`, a search that goes through more
    partial plans than that raises TooMany.
    """

    def __init__(
        self, cut: Cut, checkpoint: Callable[[], None], most: int | None = None
    ) -> None:
        self.cut, self.problem, self.lines, self.shape = cut, cut.problem, cut.lines, cut.bounds.shape
        self.checkpoint, self.most = checkpoint, most
        self.taking = Taking(self.cut)

    def cheapest(self, limit: int, budget: int | None = None) -> Found | None:
        """The cheapest placement that costs less than `limit` (the constant not counted).

        With a `budget`, a step goes through no more partial plans than that, those with the least bounds. Where that
        left some out, `complete` is false and what was found need not be the cheapest.
        """
        done: list[Partial] = []
        self.gone_through, self.complete = 0, True
        least = sum(line.settled for line in self.lines if self.shape.parent[line.variable] < 0)
        rows = partial.roots(self.cut.cases, least, self.problem.dtype)
        for stage in self.shape.stages:
            rows = self._place(rows, stage, limit, budget)
            if not len(rows):
                return None
            done.append(rows)
        return self._trace(done)

    def _trace(self, done: list[Partial]) -> Found:
        lines = [self.lines[stage.variable] for stage in self.shape.stages]
        at = int(np.argmin(done[-1].cost)) if done else 0
        cost = int(done[-1].cost[at]) if done else 0
        chosen = []
        for line, rows in zip(reversed(lines), reversed(done), strict=True):
            start = int(rows.start[at])
            taken = {kind: int(column[at]) for kind, column in rows.taken.items()}
            chosen.append((int(line.case[start]), int(line.number[start]), taken))
            at = int(rows.parent[at])
        placements = read_off(self.problem, self.shape, self.cut.kind, chosen)
        return Found(placements, cost + self.problem.constant)

    def _place(self, rows: Partial, stage: Stage, limit: int, budget: int | None) -> Partial:
        """The partial plans with one step more."""
        starts = self.lines[stage.variable].near(limit)
        begin, end = self._ranges(rows, stage, starts)
        if stage.staircase:
            own = self.taking.start_cost(stage)
            parent, number = _improving(own if starts is None else own[starts], begin, end)
            return self._grow(rows, parent, number if starts is None else starts[number], stage, limit)
        counts = np.maximum(end - begin, 0)
        ahead = counts.cumsum()
        if budget is not None and ahead[-1] > budget:
            self.complete = False
            best = rows.bound.argsort(kind="stable")
            counts[best[np.maximum(1, counts[best].cumsum().searchsorted(budget, "right")) :]] = 0
            ahead = counts.cumsum()
        self.gone_through += int(ahead[-1])
        if self.most is not None and self.gone_through > self.most:
            raise TooMany
        if ahead[-1] <= MOST_ROWS:
            return self._grow(rows, *_spelled(begin, counts, ahead, starts), stage, limit)
        portions, low = [], 0
        while low < len(counts):
            already = int(ahead[low - 1]) if low else 0
            high = max(low + 1, int(ahead.searchsorted(already + MOST_ROWS, "right")))
            self.checkpoint()
            parent, start = _spelled(begin[low:high], counts[low:high], ahead[low:high] - already, starts)
            portions.append(self._grow(rows, parent + low, start, stage, limit))
            low = high
        return self._worth_keeping(partial.join(portions), stage)

    def _ranges(self, rows: Partial, stage: Stage, starts: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """For each row, the range of the step's starts (or of only some, by number) that its gaps allow."""
        line = self.lines[stage.variable]
        begin = end = None
        for tie in stage.ties:
            if tie.edge is not None:
                marks, start = self.cut.ranges(tie.other, stage.variable), rows.columns[tie.other, ""]
                low, high = marks[0, start], marks[-1, start]
                begin, end = (low, high) if begin is None else (np.maximum(begin, low), np.minimum(end, high))
        if stage is self.shape.stages[0]:
            begin, end = line.begins[:-1], line.begins[1:]
        elif begin is None:
            begin = np.zeros(len(rows), dtype=np.int64)
            end = begin + len(line)
        return (begin, end) if starts is None else (starts.searchsorted(begin), starts.searchsorted(end))

    def _grow(self, rows: Partial, parent: np.ndarray, start: np.ndarray, stage: Stage, limit: int) -> Partial:
        """Rows (by number) grown by a start each, with resources; what is alike or dominated is dropped."""
        grown = self._expand(rows, parent, start, stage, limit)
        if stage.looks:
            grown = self.taking.choose(grown, stage, limit)
        return self._worth_keeping(grown.keeping(stage.kept), stage)

    def _worth_keeping(self, rows: Partial, stage: Stage) -> Partial:
        """Without rows that others make superfluous."""
        if len(rows) <= FEW:
            return rows
        days = {column: self.lines[column[0]].day for column in stage.daily}
        low = [column for column in stage.low if column not in days]
        if stage.even and len(rows) > 4 * FEW:
            rows = partial.near_the_cheapest(rows, days, stage.even, stage.slack)
        if not low or days:
            rows = partial.cheapest_alike(rows, days)
        for column in low:
            rows = partial.undominated(rows, column, self.lines[column[0]].case[rows.columns[column]])
        return rows

    def _expand(self, rows: Partial, parent: np.ndarray, start: np.ndarray, stage: Stage, limit: int) -> Partial:
        """Rows (by number) grown by a start each, where it keeps the gaps and the limit."""
        line, monotone = self.lines[stage.variable], self.problem.axis.monotone
        bound = (rows.bound - self._settled(rows, stage.variable))[parent] + line.below[start]
        price, keep = 0, None
        for tie in stage.ties:
            other, column = self.lines[tie.other], rows.columns[tie.other, ""]
            if tie.edge is not None and (tie.edge.targets or not monotone):
                days = line.day[start] - other.day[column][parent]
                for target in tie.edge.targets if self.problem.gap_day else ():
                    price = price + abs(days - target) * self.problem.gap_day
                if not monotone:
                    elapsed = line.time[start] - other.time[column][parent]
                    keep = _both(keep, tie.edge.window.allows(elapsed, days))
            for low, high in tie.forbidden:
                difference = line.wall[start] - other.wall[column][parent]
                keep = _both(keep, (difference <= low) | (difference >= high))
        keep = _both(keep, bound + price < limit).nonzero()[0]
        if len(keep) < len(parent):
            parent, start, bound = parent[keep], start[keep], bound[keep]
            price = price if isinstance(price, int) else price[keep]
        bound = bound + price
        for hung in stage.between:
            extra, reckoned = self._hang(hung, rows.columns[hung.near[0], ""][parent], start)
            keep = (bound + (extra - reckoned) < limit).nonzero()[0]
            parent, start, bound = parent[keep], start[keep], (bound + (extra - reckoned))[keep]
            price = (price + extra)[keep]
        columns = {name: rows.columns[name][parent] for name in stage.carried}
        columns[stage.variable, ""] = start
        cost = rows.cost[parent] + self.taking.start_cost(stage)[start] + price
        return Partial(columns, cost, bound, parent, start, {})

    def _hang(self, hung: Hung, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What a step between two others costs at the least, by their starts, and what the bounds had reckoned."""
        one, two, line = *hung.near, self.lines[hung.variable]
        near, far = self.cut.ranges(one, hung.variable)[:, first], self.cut.ranges(two, hung.variable)[:, second]
        least = line.runs.least(np.maximum(near[0], far[0]), np.minimum(near[1], far[1]))
        return least, line.settled[first if self.shape.parent[hung.variable] == one else second]

    def _settled(self, rows: Partial, variable: int) -> np.ndarray | int:
        """What the rows' bounds had reckoned for a step and all that hangs on it."""
        above, reckoned = self.shape.parent[variable], self.lines[variable].settled
        return reckoned if above < 0 else reckoned[rows.columns[above, ""]]


def _spelled(
    begin: np.ndarray, counts: np.ndarray, ahead: np.ndarray, starts: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """By number the row and the start of every one that is in its range; `ahead` are the counts added up."""
    parent = np.arange(len(counts)).repeat(counts)
    number = (begin - ahead + counts)[parent] + np.arange(len(parent))
    return parent, number if starts is None else starts[number]


def _both(one: np.ndarray | None, two: np.ndarray) -> np.ndarray:
    return two if one is None else one & two


def _improving(cost: np.ndarray, begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and places: for each range the first place, then each next one that is cheaper than all before it."""
    cheaper = next_smaller(cost)
    row = (begin < end).nonzero()[0]
    place, end = begin[row], end[row]
    rows, places = [row], [place]
    while len(row):
        place = cheaper[place]
        going = (place < end).nonzero()[0]
        row, place, end = row[going], place[going], end[going]
        rows.append(row)
        places.append(place)
    return np.concatenate(rows), np.concatenate(places)


def next_smaller(values: np.ndarray) -> np.ndarray:
    """For each place, the next place with a smaller value; the length where there is none."""
    listed, size = values.tolist(), len(values)
    levels = sorted(set(listed))
    if len(levels) > FEW_LEVELS:
        return _next_smaller(listed)
    later = np.full(size, size)
    for level in levels[1:]:
        smaller, here = np.append((values < level).nonzero()[0], size), (values == level).nonzero()[0]
        later[here] = smaller[smaller.searchsorted(here)]
    return later


def _next_smaller(listed: list[int]) -> np.ndarray:
    later = [len(listed)] * len(listed)
    open_places: list[int] = []
    for place, value in enumerate(listed):
        while open_places and listed[open_places[-1]] > value:
            later[open_places.pop()] = place
        open_places.append(place)
    return np.array(later, dtype=np.int64)
