"""OR-Tools CP-SAT, thinly: yes-or-no variables, integers, intervals, and the rules over them that planning asks for.

The only file that knows the solver. It is imported when the first model is made, so that planning one series never
pays for it; and its compiled half alone, because the Python half imports pandas first, two of the ten seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

WORKERS = 2
SHORTEST = 0.05
"""Seconds that the solver gets at least."""
LEAST, MOST = -(1 << 55), 1 << 55
"""Bounds that are none."""


@cache
def _solver() -> Any:
    return import_module("ortools.sat.python.cp_model_helper")


@dataclass(frozen=True, slots=True)
class Solution:
    """What the solver found: a value a variable (None: nothing found), the cost, and what nothing costs less than.

    `proved`: nothing costs less than this, or, where there are no values, there is no solution.
    """

    values: Sequence[int] | None
    cost: int
    bound: int
    proved: bool


class Model:
    """A model under construction; variables are numbers, `-1 - variable` is the opposite of a yes-or-no one."""

    def __init__(self) -> None:
        self._proto = _solver().CpModelProto()
        self._cost: dict[int, int] = {}
        self._constant = 0

    def number(self, low: int, high: int) -> int:
        """An integer variable."""
        return self.one_of((low, high))

    def flag(self) -> int:
        """A yes-or-no variable."""
        return self.one_of((0, 1))

    def one_of(self, ranges: Sequence[int]) -> int:
        """An integer inside ranges: first, last, first, last, ascending."""
        self._proto.variables.add().domain.extend(list(ranges))
        return len(self._proto.variables) - 1

    def exactly_one(self, flags: Iterable[int]) -> None:
        """One of them is yes."""
        self._proto.constraints.add().exactly_one.literals.extend(list(flags))

    def at_most_one(self, flags: Iterable[int]) -> None:
        """No two of them are yes."""
        self._proto.constraints.add().at_most_one.literals.extend(list(flags))

    def within(self, terms: Mapping[int, int], ranges: Sequence[int], only_if: Iterable[int] = ()) -> None:
        """The sum of variable × factor lies in ranges (first, last, ...), where all of `only_if` are yes."""
        rule = self._proto.constraints.add()
        if ranges[0] > ranges[-1]:
            rule.bool_or.literals.extend([-1 - flag for flag in only_if])
            return
        rule.linear.vars.extend(list(terms.keys()))
        rule.linear.coeffs.extend(list(terms.values()))
        rule.linear.domain.extend(list(ranges))
        rule.enforcement_literal.extend(list(only_if))

    def at_most(self, terms: Mapping[int, int], most: int) -> None:
        """The sum of variable × factor is at most so much."""
        self.within(terms, (LEAST, most))

    def interval(self, start: int, ahead: int, length: int, only_if: Iterable[int] = ()) -> int:
        """The time from `ahead` after the variable `start` for `length`; there only where all of `only_if` are yes."""
        rule = self._proto.constraints.add()
        for name, offset in (("start", ahead), ("end", ahead + length)):
            expression = getattr(rule.interval, name)
            expression.vars.append(start)
            expression.coeffs.append(1)
            expression.offset = offset
        rule.interval.size.offset = length
        rule.enforcement_literal.extend(list(only_if))
        return len(self._proto.constraints) - 1

    def standing(self, begin: int, length: int) -> int:
        """An interval that does not move."""
        rule = self._proto.constraints.add()
        rule.interval.start.offset, rule.interval.size.offset, rule.interval.end.offset = begin, length, begin + length
        return len(self._proto.constraints) - 1

    def apart(self, intervals: Sequence[int]) -> None:
        """No two of the intervals that are there overlap."""
        self._proto.constraints.add().no_overlap.intervals.extend(list(intervals))

    def share(self, intervals: Sequence[int], units: Sequence[int], capacity: int) -> None:
        """At no moment do the intervals that are there use more units than there are."""
        rule = self._proto.constraints.add()
        rule.cumulative.intervals.extend(list(intervals))
        for amount in units:
            rule.cumulative.demands.add().offset = amount
        rule.cumulative.capacity.offset = capacity

    def costs(self, variable: int, each: int) -> None:
        """Every unit of a variable costs so much, besides what it cost before."""
        self._cost[variable] = self._cost.get(variable, 0) + each

    def costs_always(self, amount: int) -> None:
        """What any solution costs."""
        self._constant += amount

    def begin_with(self, values: Mapping[int, int]) -> None:
        """Where to look first: a solution known already, whole or in part."""
        self._proto.solution_hint.vars.extend(list(values.keys()))
        self._proto.solution_hint.values.extend(list(values.values()))

    def solve(self, seconds: float, workers: int = WORKERS, **parameters: Any) -> Solution:
        """The cheapest solution found in so many seconds of wall-clock time."""
        terms = {variable: each for variable, each in self._cost.items() if each}
        self._proto.objective.vars.extend(list(terms.keys()))
        self._proto.objective.coeffs.extend(list(terms.values()))
        chosen = _solver().SatParameters()
        chosen.num_workers, chosen.max_time_in_seconds = workers, max(SHORTEST, seconds)
        for name, value in parameters.items():
            setattr(chosen, name, value)
        wrapper = _solver().SolveWrapper()
        wrapper.set_parameters(chosen)
        return self._read(wrapper.solve(self._proto))

    def _read(self, answer: Any) -> Solution:
        status, of = answer.status, _solver().CpSolverStatus
        if status == of.MODEL_INVALID:
            wrong = _solver().CpSatHelper.validate_model(self._proto)
            if "overflow" not in wrong:
                raise ValueError(wrong)
            return Solution(None, 0, LEAST, False)
        if status not in (of.OPTIMAL, of.FEASIBLE):
            return Solution(None, 0, LEAST, status == of.INFEASIBLE)
        values = list(answer.solution)
        cost = self._constant + sum(each * values[variable] for variable, each in self._cost.items())
        bound = cost if status == of.OPTIMAL else self._constant + round(answer.best_objective_bound)
        return Solution(values, cost, bound, status == of.OPTIMAL)
