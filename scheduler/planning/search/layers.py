"""The exact search: steps are placed one after another, all partial plans that could still win at once.

A partial plan is remembered by what later steps still look at: the starts of placed steps that have a gap to an
unplaced one, and the resources that an unplaced one would rather keep. Of partial plans alike in that only the cheapest
is kept (dynamic programming); those whose cost so far plus the tree's bound on the rest reaches the limit are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from scheduler.planning.search import partial
from scheduler.planning.search.axis import FAR, seconds_ranges
from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.own_visits import forbidden_differences
from scheduler.planning.search.partial import Column, Partial
from scheduler.planning.search.problem import Found, Placement, Problem
from scheduler.planning.search.taking import Taking

MOST_ROWS = 1_000_000
"""Partial plans worked on at once; more are taken in portions."""


class Layers:
    """The search over one problem in one order; `candidates[v]` are the positions (ascending) worth trying.

    All `same` kinds must be settled. `checkpoint` is called now and then and may raise to stop the search.
    """

    def __init__(
        self, problem: Problem, bounds: Bounds, candidates: Sequence[np.ndarray], checkpoint: Callable[[], None]
    ) -> None:
        self.problem, self.bounds, self.candidates = problem, bounds, candidates
        self.axis, self.checkpoint = problem.axis, checkpoint
        self.taking = Taking(problem, bounds)

    def cheapest(self, limit: int, width: int | None = None) -> Found | None:
        """The cheapest placement that costs less than `limit` (the constant not counted).

        With a `width` only so many partial plans are kept a step: what is found then need not be the cheapest.
        """
        done: list[Partial] = []
        rows = partial.root(self.bounds.least, self.problem.dtype)
        for depth in range(self.problem.size):
            rows = self._place(rows, depth, limit)
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
        for variable, rows in zip(reversed(self.bounds.order), reversed(done), strict=True):
            position = int(rows.position[at])
            taken = {kind: int(column[at]) for kind, column in rows.taken.items()}
            placed[variable] = Placement(position, self.problem.complete(variable, position, taken))
            at = int(rows.parent[at])
        return Found(tuple(placed[one] for one in range(self.problem.size)), cost + self.problem.constant)

    def _place(self, rows: Partial, depth: int, limit: int) -> Partial:
        begin, end = self._ranges(rows, depth)
        kept = self._kept(depth)
        if self._staircase(depth, kept):
            return self._grow(rows, *self._improving(begin, end, depth), depth, limit, kept)
        counts = np.maximum(end - begin, 0)
        ahead = np.cumsum(counts)
        portions, low = [], 0
        while low < len(counts):
            already = int(ahead[low - 1]) if low else 0
            high = max(low + 1, int(np.searchsorted(ahead, already + MOST_ROWS, "right")))
            self.checkpoint()
            some = counts[low:high]
            source = np.repeat(np.arange(low, high), some)
            offset = np.arange(len(source)) - np.repeat(np.cumsum(some) - some, some)
            portions.append(self._grow(rows, source, begin[source] + offset, depth, limit, kept))
            low = high
        if len(portions) == 1:
            return portions[0]
        return self._worth_keeping(partial.join(portions), depth, kept)

    def _grow(
        self, rows: Partial, parent: np.ndarray, number: np.ndarray, depth: int, limit: int, kept: list[Column]
    ) -> Partial:
        """Rows grown by a candidate (by number) each, with resources; alike and dominated ones dropped."""
        grown = self.taking.choose(self._expand(rows, parent, number, depth, limit), depth, limit)
        return self._worth_keeping(grown.keeping(kept), depth, kept)

    def _worth_keeping(self, rows: Partial, depth: int, kept: list[Column]) -> Partial:
        rows = partial.cheapest_alike(rows)
        for column in kept:
            if self._only_from_below(column, depth):
                rows = partial.undominated(rows, column)
        return rows

    def _kept(self, depth: int) -> list[Column]:
        """The columns that steps after this depth still look at."""
        problem, order = self.problem, self.bounds.order
        placed, waiting = order[: depth + 1], order[depth + 1 :]
        kept: list[Column] = [(one, "") for one in placed if any(problem.tied(one, two) for two in waiting)]
        kept += [
            (one, kind) for one in placed for kind in problem.kinds[one]
            if any(problem.handover(one, two, kind) or problem.shares(one, two, kind) for two in waiting)
        ]
        return kept

    def _only_from_below(self, column: Column, depth: int) -> bool:
        """Whether a start binds later steps only to begin late enough: the earlier, then, the better."""
        one, kind = column
        waiting = self.bounds.order[depth + 1 :]
        return not kind and self.axis.monotone and all(
            self._binds_from_below(one, two) for two in waiting if self.problem.tied(one, two)
        )

    def _binds_from_below(self, one: int, two: int) -> bool:
        edge = self.problem.edge(one, two)
        if edge is None or (min(one, two), max(one, two)) in self.problem.together:
            return False
        window = edge.window
        from_below = window.low_seconds >= 0 and window.high_seconds >= FAR and window.high_days >= FAR
        types = self.problem.visit_types
        one_sided = edge.apart or all(low < 0 for low, _ in forbidden_differences(types[one], types[two]))
        return from_below and one_sided and not edge.targets

    def _staircase(self, depth: int, kept: list[Column]) -> bool:
        """Whether, of the candidates for a row, only ever cheaper ones are worth trying from early to late."""
        problem, variable = self.problem, self.bounds.order[depth]
        edges = [problem.edge(other, variable) for other in self.bounds.order[:depth] if problem.tied(other, variable)]
        return (
            self.taking.indifferent(variable)
            and all(edge is not None and edge.apart and not edge.targets for edge in edges)
            and ((variable, "") not in kept or self._only_from_below((variable, ""), depth))
            and self.axis.monotone
        )

    def _improving(self, begin: np.ndarray, end: np.ndarray, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows and candidate numbers: per row the first of its range, then each next one cheaper than all before."""
        variable = self.bounds.order[depth]
        cost = self.bounds.own[variable][self.candidates[variable]]
        cheaper = next_smaller(cost)
        rows, numbers = [], []
        row, number = np.flatnonzero(begin < end), begin[begin < end]
        while len(row):
            rows.append(row)
            numbers.append(number)
            number = cheaper[number]
            going = number < end[row]
            row, number = row[going], number[going]
        nothing = np.zeros(0, dtype=np.int64)
        return np.concatenate(rows or [nothing]), np.concatenate(numbers or [nothing])

    def _ranges(self, rows: Partial, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """For each row, the range of candidates for the next step that its gaps allow."""
        axis, variable = self.axis, self.bounds.order[depth]
        positions = self.candidates[variable]
        begin = np.zeros(len(rows), dtype=np.int64)
        end = np.full(len(rows), len(positions), dtype=np.int64)
        for other in self.bounds.order[:depth]:
            edge = self.problem.edge(other, variable)
            if edge is None:
                continue
            window, start = edge.window, rows.columns[other, ""]
            low, high = seconds_ranges(window, axis.elapsed[start], axis.elapsed[positions], axis.monotone)
            begin, end = np.maximum(begin, low), np.minimum(end, high)
            if window.low_days > -FAR:
                low = np.searchsorted(axis.day[positions], axis.day[start] + window.low_days, "left")
                begin = np.maximum(begin, low)
            if window.high_days < FAR:
                high = np.searchsorted(axis.day[positions], axis.day[start] + window.high_days, "right")
                end = np.minimum(end, high)
        return begin, end

    def _expand(self, rows: Partial, parent: np.ndarray, number: np.ndarray, depth: int, limit: int) -> Partial:
        """Rows grown by the start of the next step, where it keeps the gaps and the limit."""
        problem, axis, bounds = self.problem, self.axis, self.bounds
        variable = bounds.order[depth]
        position = self.candidates[variable][number]
        bound = rows.bound[parent] - self._settled(rows, variable, parent) + bounds.below[variable][position]
        cost = rows.cost[parent] + self.taking.start_cost(variable)[position]
        keep = np.ones(len(parent), dtype=bool)
        for other in bounds.order[:depth]:
            if not problem.tied(other, variable):
                continue
            edge, start = problem.edge(other, variable), rows.columns[other, ""][parent]
            if edge is not None and (edge.targets or not axis.monotone):
                days = axis.day[position] - axis.day[start]
                price = problem.pair_cost(edge, days)
                cost, bound = cost + price, bound + price
                if not axis.monotone:
                    keep &= edge.window.allows(axis.elapsed[position] - axis.elapsed[start], days)
            if edge is None or not edge.apart:
                keep &= self._apart(other, variable, axis.wall[position] - axis.wall[start])
        keep &= bound < limit
        parent = parent[keep]
        columns = {name: column[parent] for name, column in rows.columns.items()}
        columns[variable, ""] = position[keep]
        return Partial(columns, cost[keep], bound[keep], parent, position[keep], {})

    def _settled(self, rows: Partial, variable: int, parent: np.ndarray) -> np.ndarray | int:
        """What the rows' bounds had reckoned for a step and all that hangs on it."""
        above = self.bounds.parent[variable]
        if above < 0:
            return self.bounds.below[variable].min(initial=self.problem.never)
        return self.bounds.to_parent[variable][rows.columns[above, ""][parent]]

    def _apart(self, one: int, two: int, difference: np.ndarray) -> np.ndarray:
        """Whether the patient is never in both, by the wall minutes from the start of one to that of the other."""
        types = self.problem.visit_types
        apart = np.ones(len(difference), dtype=bool)
        for low, high in forbidden_differences(types[one], types[two]):
            apart &= (difference <= low) | (difference >= high)
        return apart


def next_smaller(values: np.ndarray) -> np.ndarray:
    """For each place, the next place with a smaller value; the length where there is none."""
    later = np.full(len(values), len(values), dtype=np.int64)
    open_places: list[int] = []
    for place, value in enumerate(values.tolist()):
        while open_places and values[open_places[-1]] > value:
            later[open_places.pop()] = place
        open_places.append(place)
    return later
