"""A first look: the partial plan with the least bound is always taken one step further.

Where the bounds are close, few partial plans lie between the first step and the cheapest plan, and it is found and
proved before the search in layers would have begun. After some few the look goes straight ahead for any good plan.
"""

from __future__ import annotations

import heapq
from itertools import count

from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.problem import Found
from scheduler.planning.search.reading_off import read_off
from scheduler.planning.search.turns import Node, Turn

PATIENCE, AHEAD = 2, 1
"""Partial plans taken further for each step of the course, with the least bound first, and then straight ahead."""


class Guided:
    """A first look over the tree's bounds, below a limit (the constant not counted).

    Afterwards no plan costs less than `least`, and `proved` says whether what was found, or that nothing was, is final.
    """

    def __init__(self, bounds: Bounds, limit: int) -> None:
        self.bounds, self.problem, self.limit = bounds, bounds.problem, limit
        self.turns: list[Turn] = []
        self.runs: dict = {}
        self.heap: list[tuple[int, int, int, Node]] = []
        self.number = count()
        self.least, self.proved = bounds.least, False

    @staticmethod
    def possible(bounds: Bounds) -> bool:
        """Whether a look knows all that the search has to look at."""
        chosen = [[look for look in stage.looks if not look.even] for stage in bounds.shape.stages]
        return bounds.problem.axis.monotone and all(
            len(some) < 2 and not any(look.shared or look.shared_later or look.kind == bounds.kind for look in some)
            for some in chosen)

    def cheapest(self) -> Found | None:
        """The cheapest placement, if it is met soon; else a good one, or nothing."""
        for case, least in enumerate(self.bounds.by_case.tolist()):
            self._offer(Node(0, case), least)
        for _ in range(PATIENCE * len(self.bounds.shape.stages)):
            if not self.heap:
                self.least, self.proved = self.limit, True
                return None
            self.least = self.heap[0][0]
            found = self._further(*heapq.heappop(self.heap)[2:])
            if found is not None:
                self.proved = True
                return found
        return self._ahead()

    def _ahead(self) -> Found | None:
        """From what has come farthest, any plan."""
        waiting = self.heap
        for _ in range(AHEAD * len(self.bounds.shape.stages)):
            if not waiting:
                return None
            last = min(waiting, key=lambda one: (one[1], one[0], one[2]))
            self.heap = []
            found = self._further(*last[2:])
            if found is not None:
                return found
            waiting = [one for one in waiting if one is not last] + self.heap
        return None

    def _further(self, _: int, node: Node) -> Found | None:
        """A partial plan with its next step at the first of its starts that wait; that may be all steps."""
        turn, level = self._turn(node.depth), node.level
        child = turn.place(node, node.waiting.pop())
        if node.waiting or node.rise(turn.stage.staircase):
            self._wait(node)
        if child.depth == len(self.bounds.shape.stages):
            return self._read(child, level)
        if turn.is_new(child, level):
            self._offer(child, level)
        return None

    def _offer(self, node: Node, bound: int) -> None:
        if bound < self.limit and self._turn(node.depth).list_starts(node, bound):
            self._wait(node)

    def _wait(self, node: Node) -> None:
        if node.level < self.limit:
            heapq.heappush(self.heap, (node.level, -node.depth, next(self.number), node))

    def _turn(self, depth: int) -> Turn:
        while len(self.turns) <= depth:
            self.turns.append(Turn(self.bounds, len(self.turns), self.runs))
        return self.turns[depth]

    def _read(self, last: Node, cost: int) -> Found:
        chosen, node = [], last
        while node.parent is not None:
            chosen.append((node.case, node.start, node.taken))
            node = node.parent
        placements = read_off(self.problem, self.bounds.shape, self.bounds.kind, chosen)
        return Found(placements, cost + self.problem.constant)
