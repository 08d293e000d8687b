"""What the steps of one series do with the resources of one kind: keep one throughout, or pay for handing over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from scheduler.planning.many.cp_sat import Model

Link = Mapping[int, int] | int
"""A step's resource: its flags by row, or the row of a fixed step."""


class Chains:
    """Rules over the chain of steps that need a kind, in list order."""

    def __init__(self, model: Model, planned: int, costs: Callable[[int, int], None]) -> None:
        self.model, self.planned, self.costs = model, planned, costs

    def handovers(self, chain: Sequence[Link], weight: int) -> None:
        """Consecutive steps that do not keep their resource cost so much."""
        for one, two in zip(chain, chain[1:], strict=False):
            if isinstance(one, int) and isinstance(two, int):
                self.costs(self.planned, weight * (one != two))
            elif isinstance(one, int):
                self._from_fixed(one, two, weight)
            elif isinstance(two, int):
                self._from_fixed(two, one, weight)
            elif weight:
                self._between(one, two, weight)

    def _from_fixed(self, row: int, flags: Link, weight: int) -> None:
        assert not isinstance(flags, int)
        for other, flag in flags.items():
            self.costs(flag, weight * (other != row))

    def _between(self, one: Mapping[int, int], two: Mapping[int, int], weight: int) -> None:
        differs = self.model.flag()
        self.costs(differs, weight)
        for row, flag in one.items():
            kept = {two[row]: -1} if row in two else {}
            self.model.at_most({flag: 1, differs: -1} | kept, 0)

    def same(self, chain: Sequence[Link]) -> None:
        """Every step takes the same resource."""
        rows = [{one} if isinstance(one, int) else set(one) for one in chain]
        common = set.intersection(*rows) if rows else set()
        if rows and not common:
            self.model.at_most({self.planned: 1}, 0)
        moving = [one for one in chain if not isinstance(one, int)]
        for flags in moving:
            for row, flag in flags.items():
                if row not in common:
                    self.model.at_most({flag: 1}, 0)
                elif flags is not moving[0]:
                    self.model.within({flag: 1, moving[0][row]: -1}, (0, 0))
