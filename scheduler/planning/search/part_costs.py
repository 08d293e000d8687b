"""What the parts of a spine's joints cost: by start, by case and by resource of the kinds that hand over."""

from __future__ import annotations

import numpy as np

from scheduler.planning.search.bounds import Bounds
from scheduler.planning.search.crossing import Reached
from scheduler.planning.search.handing_over import along_axis
from scheduler.planning.search.runs import Runs
from scheduler.planning.search.spine import Joint, Part, Service, Spine
from scheduler.planning.search.starts import Starts


class PartCosts:
    """The costs over bounds along a spine, of the cases that are `alive` (rows of the bounds' kind)."""

    def __init__(self, bounds: Bounds, spine: Spine, alive: np.ndarray) -> None:
        self.bounds, self.alive, self.problem, self.kind = bounds, alive, bounds.problem, bounds.kind
        self.never, self.marks, self.axes = self.problem.never, bounds.messages.marks, len(spine.kinds)
        self.sizes = [len(self.problem.resources[kind]) for kind in spine.kinds]

    def table(self, part: Part, begin: int, end: int) -> np.ndarray:
        """By case and start (and, before these, by resource of a kind that hands over): what a step costs by itself.

        Of the starts from one to before another, and behind them what never is.
        """
        starts, kinds = self.problem.starts[part.variable], tuple(service.kind for service in part.services)
        rest = starts.by_case(self.kind, self.bounds.cases, kinds)[:, begin : end + 1]
        if part.services:
            own = self._by_row(starts, part.services[0], slice(begin, end))
            costs = np.full((len(own), *rest.shape), self.never, dtype=self.problem.dtype)
            np.minimum(rest[:, :-1] + own[:, None], self.never, out=costs[..., :-1])
            return costs
        costs = rest.copy()
        costs[:, -1] = self.never
        return costs

    def least_of(self, part: Part, begin: np.ndarray, end: np.ndarray, case: np.ndarray) -> np.ndarray:
        """By range of a step's starts (and, before that, by resource) and case the least that the step costs."""
        low = int(np.minimum.reduce(begin))
        high = max(low, int(np.maximum.reduce(end)))
        costs = self.table(part, low, high)
        begin, end = begin - low, np.maximum(end, begin) - low
        if costs.shape[-2] > 1:
            costs, ahead = costs[..., self.alive, :], case * costs.shape[-1]
            begin, end = begin + ahead, end + ahead
        return Runs(costs.reshape(*costs.shape[:-2], -1)).least(begin, end)

    def itself(self, part: Part, here: Reached, costs: np.ndarray) -> np.ndarray:
        """Costs by resource and start, with those of the joint's own step."""
        kinds = tuple(service.kind for service in part.services)
        costs = costs + self.at(here.starts.by_case(self.kind, self.bounds.cases, kinds), here)
        for service in part.services:
            own = self._by_row(here.starts, service, here.number)
            costs = costs + along_axis(own, service.axis, self.axes)
        return costs

    def _by_row(self, starts: Starts, service: Service, which: np.ndarray | slice) -> np.ndarray:
        """By row of a kind what the resource costs at some starts."""
        choice = starts.choices[service.kind]
        own = np.where(choice.fits[:, which], choice.cost[:, None], self.never)
        if len(own) == self.sizes[service.axis]:
            return own
        table = np.full((self.sizes[service.axis], own.shape[1]), self.never, dtype=own.dtype)
        table[choice.rows] = own
        return table

    def hung(self, part: Part, joint: Joint, here: Reached) -> np.ndarray:
        """By resource and start what a step that hangs on the joint alone costs."""
        axis = part.services[0].axis
        if not (self.problem.edge(joint.variable, part.variable).targets and self.problem.gap_day):
            begin, end = self.marks(joint.variable, part.variable)[:, here.number]
            return along_axis(self.least_of(part, begin, end, here.case), axis, self.axes)
        table = self.table(part, 0, len(self.problem.starts[part.variable]))
        sent = self.bounds.messages.message(joint.variable, part.variable, table.reshape(-1, table.shape[-1]))
        sent = sent.reshape(*table.shape[:-1], -1)
        case = 0 if sent.shape[1] == 1 else self.alive[here.case]
        return along_axis(sent[:, case, here.number], axis, self.axes)

    def at(self, table: np.ndarray, here: Reached) -> np.ndarray:
        """What a table by case and start holds."""
        return table[0].take(here.number) if len(table) == 1 else table[self.alive[here.case], here.number]
