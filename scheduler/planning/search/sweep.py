"""The exact search along a spine: joint after joint, what it costs at the least to be there with each resource.

Of a joint every start is looked at that the tree's bounds leave below a limit, and of each pair of starts that a gap
allows what lies between them costs at the least. Who served is remembered by resource, in an axis for each kind that
hands over.
"""

from __future__ import annotations

import numpy as np

from scheduler.planning.search.arrived import Arrived, Passage, Way
from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.crossing import Reached, begins, pairs_between
from scheduler.planning.search.handing_over import Changes, along_axis, hand_over, served
from scheduler.planning.search.part_costs import PartCosts
from scheduler.planning.search.spine import Joint, Part, Spine

MOST_PAIRS, MOST_CELLS = 60_000, 1_000_000
"""Pairs of starts between two joints, and those times the resources remembered, that are not too much."""
WIDTHS = (48, 192)
"""Starts of a joint gone on with when any good plan is wanted, at first and where that found nothing."""


class TooWide(Exception):
    """Too many pairs of starts to go through; never leaves the search."""


class Sweep:
    """The search over bounds along a spine, below limits (the constant not counted)."""

    def __init__(self, bounds: Bounds, spine: Spine) -> None:
        self.bounds, self.spine, self.problem, self.axes = bounds, spine, bounds.problem, len(spine.kinds)
        self.never, self.marks = self.problem.never, bounds.messages.marks

    def narrow(self, limit: int) -> Way:
        """Some placement that costs less than a limit, if one is met among the starts with the least bounds."""
        for widest in WIDTHS:
            way = self.along(limit, widest)
            if way.joints or way.whole:
                break
        return way

    def along(self, limit: int, widest: int | None = None) -> Way:
        """The cheapest placement that costs less than a limit, or nothing; raises TooWide.

        With `widest` no more starts of a joint are gone on with than that, those with the least bounds.
        """
        self.costs = PartCosts(self.bounds, self.spine, (self.bounds.by_case < limit).nonzero()[0])
        done: list[Arrived] = []
        whole = True
        for joint in self.spine.joints:
            arrived = self._reach(done[-1], joint, limit) if done else self._begin(joint, limit)
            if arrived is None or not len(arrived.bound):
                return Way([], self.costs, whole, limit)
            if widest is not None and len(arrived.bound) > widest:
                arrived, whole = arrived.pick(np.sort(arrived.bound.argpartition(widest)[:widest])), False
            done.append(arrived)
        return Way(done, self.costs, whole, int(done[-1].reached.least.min()))

    def _candidates(self, variable: int, first: int, stop: int, limit: int) -> Reached | None:
        """The starts from one to before another with which what is still to come stays below a limit."""
        below = self.bounds.below[variable][:, first:stop]
        alive = self.costs.alive
        if len(alive) == 1 or len(below) == 1:
            row = below[0 if len(below) == 1 else alive[0]]
            number = (row < limit).nonzero()[0]
            rest, case = row[number], np.zeros(len(number), dtype=np.int64)
            if len(alive) > 1:
                case = np.arange(len(alive)).repeat(len(number))
                number, rest = np.tile(number, len(alive)), np.tile(rest, len(alive))
        else:
            below = below[alive]
            case, number = (below < limit).nonzero()
            rest = below[case, number]
        return Reached(self.problem.starts[variable], case, number + first, rest) if len(number) else None

    def _begin(self, joint: Joint, limit: int) -> Arrived | None:
        here = self._candidates(joint.variable, 0, len(self.problem.starts[joint.variable]), limit)
        if here is None:
            return None
        costs = np.zeros((*(1,) * self.axes, len(here.number)), dtype=self.problem.dtype)
        return self._settle(joint, here, costs, [], None, limit)

    def _reach(self, last: Arrived, joint: Joint, limit: int) -> Arrived | None:
        """The next joint's starts that can be reached from the rows so far below the limit."""
        before, (one, two) = last.reached, (last.joint.variable, joint.variable)
        ahead = self.marks(one, two)
        first, stop = int(ahead[0].take(before.number).min()), int(ahead[1].take(before.number).max())
        here = self._candidates(two, first, stop, limit - int(before.least.min())) if first < stop else None
        if here is None:
            return None
        edge, back = self.problem.edge(one, two), self.marks(two, one)
        found = pairs_between(before, here, edge, back, limit, self.problem.gap_day, MOST_PAIRS)
        if found is None:
            raise TooWide
        parents, at, prices = found
        if joint.forbidden:
            minutes = here.starts.wall[here.number][at] - before.starts.wall[before.number][parents]
            for low, high in joint.forbidden:
                prices = np.where((low < minutes) & (minutes < high), self.never, prices)
        bound = before.least.take(parents) + here.least.take(at) + prices
        which, talks = (bound < limit).nonzero()[0], []
        parents, at, prices, bound = parents[which], at[which], prices[which], bound[which]
        for part in joint.between if len(at) else ():
            costs = self._between(part, last, joint, here, parents, at)
            if part.services:
                talks.append((part.services[0].axis, costs))
                bound = bound + np.minimum.reduce(costs, axis=0)
            else:
                prices, bound = prices + costs, bound + costs
            which = (bound < limit).nonzero()[0]
            parents, at, prices, bound = parents[which], at[which], prices[which], bound[which]
            talks = [(axis, costs[:, which]) for axis, costs in talks]
        return self._cross(last, joint, here, (parents, at, prices), talks, limit) if len(at) else None

    def _cross(self, last: Arrived, joint: Joint, here: Reached, pairs: tuple[np.ndarray, ...],
               talks: list[tuple[int, np.ndarray]], limit: int) -> Arrived:
        """The least over the pairs, by start of the next joint."""
        (parents, at, prices), handed, changes = pairs, last.costs, []
        for part in joint.between:
            handed = hand_over(handed, part.services, changes)
        if len(at) * (handed.size // handed.shape[-1]) > MOST_CELLS:
            raise TooWide
        costs = handed.take(parents, axis=-1) + prices
        for axis, talk in talks:
            costs = costs + along_axis(talk, axis, self.axes)
        groups = begins(at)
        costs = np.minimum.reduceat(costs, groups, axis=-1)
        passage = Passage(parents, np.append(groups, len(at)), prices, talks, handed, changes)
        rows, changes = at[groups], []
        here = Reached(here.starts, here.case[rows], here.number[rows], here.least[rows])
        for part in joint.between:
            costs = served(costs, part, changes)
        return self._settle(joint, here, costs, changes, passage, limit)

    def _between(self, part: Part, last: Arrived, joint: Joint, here: Reached, parents: np.ndarray, at: np.ndarray
                 ) -> np.ndarray:
        """By pair (and, before that, by resource) the least that a step between two joints costs."""
        near = self.marks(last.joint.variable, part.variable)[:, last.reached.number.take(parents)]
        far = self.marks(joint.variable, part.variable)[:, here.number.take(at)]
        begin, end = np.maximum(near[0], far[0]), np.minimum(near[1], far[1])
        return self.costs.least_of(part, begin, end, here.case.take(at))

    def _settle(self, joint: Joint, here: Reached, costs: np.ndarray, changes: Changes, passage: Passage | None,
                limit: int) -> Arrived:
        """With the joint itself and what hangs on it alone; without the rows that the limit rules out."""
        rest = here.least - self.costs.at(here.starts.by_case(self.bounds.kind, self.bounds.cases), here)
        for part in joint.parts:
            costs = hand_over(costs, part.services, changes)
            if part.variable == joint.variable:
                costs = self.costs.itself(part, here, costs)
            else:
                reckoned = self.costs.at(self.bounds.to_parent[part.variable], here)
                rest = rest - reckoned
                costs = costs + (self.costs.hung(part, joint, here) if part.services else reckoned)
            costs = served(np.minimum(costs, self.never), part, changes)
        least = np.minimum.reduce(costs, axis=tuple(range(self.axes))) if self.axes else costs
        bound = least + rest
        which = (bound < limit).nonzero()[0]
        reached = Reached(here.starts, here.case[which], here.number[which], least[which])
        return Arrived(joint, reached, costs[..., which], bound[which], which, changes, passage)
