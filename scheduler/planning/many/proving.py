"""Prove that nothing costs less, or find what does: groups of series that want the same places, each solved exactly.

A group begins with a series that costs more than it would alone. While its exact optimum, the rest of the clinic left
out, costs less than what its series cost on the board, whoever stands in the way of that optimum joins the group;
groups that meet become one. The optima of groups that share no series, and what the others cost alone, bound the whole.
"""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.planning.costs import cost_of
from scheduler.planning.many.alone import UNKNOWN, Alone
from scheduler.planning.many.board import Board, Result
from scheduler.planning.many.cells import Cells, Claims
from scheduler.planning.many.joint import Joint
from scheduler.planning.many.time_left import Left
from scheduler.planning.plans import NoPlan, SeriesPlan

MOST_STEPS = 20
"""Steps to be placed in a group that is solved exactly."""
LONGEST = 20.0
"""Seconds for one group."""
JOINING = 2
"""Series that join a group at once, those that stand in the way most."""


class Proof:
    """Bounds of groups on a board; solving a group may improve the board itself."""

    def __init__(self, board: Board, cells: Cells, alone: Mapping[str, Alone], left: Left) -> None:
        self.board, self.cells, self.alone, self.left = board, cells, alone, left
        self.groups: list[tuple[frozenset[str], int]] = [
            (frozenset([name]), one.bound) for name, one in alone.items()
        ]

    @property
    def bound(self) -> int:
        """Nothing costs less than this."""
        return sum(bound for _, bound in self.groups)

    def run(self) -> None:
        """Go through the series that cost more than alone, the most loss first, as long as their groups can be closed.

        Where one cannot, nothing is proved by the others.
        """
        if any(one.bound <= UNKNOWN for one in self.alone.values()):
            return
        for name in sorted(self.alone, key=self._loss, reverse=True):
            if self._loss(name) > 0 and not self._close(name):
                return

    def _loss(self, name: str) -> int:
        return self.board.price(self.board.results[name]) - self.alone[name].bound

    def _close(self, name: str) -> bool:
        """Let the group of a series grow until it costs on the board what it must; no if it gets too large."""
        group, bound = self._group_of({name})
        wished: dict[str, Result] = {name: self.alone[name].result}
        while bound < self.board.cost_of(group) and self.left() > 0:
            near = self._in_the_way(wished)
            if not near:
                self.board.put(wished)
                return True
            group, _ = self._group_of({*group, *near})
            if self._steps(group) > MOST_STEPS or self.left() <= 0:
                return False
            found = self._solve(group)
            if found is None:
                return False
            bound, wished = found
            self.groups = [(own, least) for own, least in self.groups if not own & group] + [(group, bound)]
        return bound >= self.board.cost_of(group)

    def _group_of(self, names: set[str]) -> tuple[frozenset[str], int]:
        """The names with all groups that they are of, and what those cost at least."""
        met = [(own, least) for own, least in self.groups if own & names]
        return frozenset().union(*(own for own, _ in met)), sum(least for _, least in met)

    def _steps(self, group: frozenset[str]) -> int:
        return sum(not step.fixed for name in group for step in self.board.series[name].steps)

    def _solve(self, group: frozenset[str]) -> tuple[int, dict[str, Result]] | None:
        """What the group costs at least with the clinic to itself, and the plans that cost so much."""
        board, scenario = self.board, self.board.scenario
        series = [one for one in scenario.series if one.id in group]
        joint = Joint(scenario, board.bare, series, {name: self.alone[name].bound for name in group})
        stand = {name: board.results[name] for name in group}
        joint.begin_with({name: one for name, one in stand.items() if isinstance(one, SeriesPlan)})
        answer = joint.solve(min(LONGEST, self.left()))
        if not answer.proved or answer.values is None:
            return None
        visits = joint.visits(answer)
        plans: dict[str, Result] = {}
        for one in series:
            if one.id in visits:
                cost = cost_of(board.bare, one, scenario.weights, visits[one.id])
                plans[one.id] = SeriesPlan(one.id, visits[one.id], cost, False)
            else:
                plans[one.id] = NoPlan(one.id, False, "")
        return answer.cost, plans

    def _in_the_way(self, wished: Mapping[str, Result]) -> list[str]:
        """Other series that stand where these would like to, the most first; none where all fit."""
        wants = [self._claims(name, result) for name, result in wished.items()]
        stand = {name: self._claims(name, one) for name, one in self.board.results.items() if name not in wished}
        if self.cells.hold([*wants, *stand.values()]):
            return []
        wanted = self.cells.load(wants) > 0
        there = {name: self.cells.met(claims, wanted) for name, claims in stand.items()}
        return sorted((name for name in there if there[name]), key=lambda name: -there[name])[:JOINING]

    def _claims(self, name: str, result: Result) -> Claims:
        return self.cells.claims(self.board.series[name], result)
