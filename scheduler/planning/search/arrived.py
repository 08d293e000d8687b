"""What a sweep along a spine knows at each joint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheduler.planning.search.crossing import Reached
from scheduler.planning.search.handing_over import Changes
from scheduler.planning.search.part_costs import PartCosts
from scheduler.planning.search.spine import Joint


@dataclass(frozen=True)
class Passage:
    """The pairs of starts between two joints, in order of the second's candidates; `groups`: where each one's begin.

    `parents` are the rows of the first joint, `prices` what a pair costs but for the `talks` between, which are by
    resource of an axis. `handed` are the costs at the first joint after the `changes` made for them.
    """

    parents: np.ndarray
    groups: np.ndarray
    prices: np.ndarray
    talks: list[tuple[int, np.ndarray]]
    handed: np.ndarray
    changes: Changes


@dataclass(frozen=True)
class Arrived:
    """All that is known with a joint placed: by row its start, the least cost and the bound on the whole.

    `costs` have an axis for each kind that hands over, then the rows. `kept` says which of the candidates the rows are;
    `changes` what was done to the candidates' costs, `passage` how they were reached.
    """

    joint: Joint
    reached: Reached
    costs: np.ndarray
    bound: np.ndarray
    kept: np.ndarray
    changes: Changes
    passage: Passage | None

    def pick(self, which: np.ndarray) -> Arrived:
        """Some of the rows."""
        old = self.reached
        reached = Reached(old.starts, old.case[which], old.number[which], old.least[which])
        return Arrived(self.joint, reached, self.costs[..., which], self.bound[which], self.kept[which], self.changes,
                       self.passage)


@dataclass(frozen=True)
class Way:
    """What is known at each joint (nothing where no placement was met), by the costs of the cases that were alive.

    `whole`: nothing was left out. `least`: what the cheapest placement met costs, or the limit.
    """

    joints: list[Arrived]
    costs: PartCosts
    whole: bool
    least: int
