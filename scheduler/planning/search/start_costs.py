"""What a start costs with its cheapest resources, by position; steps and cases that are alike share the arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from scheduler.planning.search.problem import Problem


class StartCosts:
    """Worked out when first asked for and kept as long as this lives; problems that differ a little share the rest."""

    def __init__(self) -> None:
        self._known: dict[tuple, np.ndarray] = {}
        self._alive: list[Any] = []

    def cheapest(self, problem: Problem, variable: int, kind: str) -> np.ndarray:
        """By position: the cost of the cheapest resource that fits, or `never`."""
        choice = problem.choices[variable][kind]
        return self._once(("cheapest",), (choice,), lambda: problem.cheapest_of(choice))

    def own(self, problem: Problem, variable: int, without: tuple[str, ...] = ()) -> np.ndarray:
        """By position: the start's cost and the cheapest resource of each kind (but some); `never` where one lacks."""
        start = problem.start_cost[variable]
        kinds = [kind for kind in problem.kinds[variable] if kind not in without]
        choices = tuple(problem.choices[variable][kind] for kind in kinds)

        def work() -> np.ndarray:
            total = start
            for kind in kinds:
                total = np.minimum(total + self.cheapest(problem, variable, kind), problem.never)
            return total

        return self._once(("own",), (start, *choices), work)

    def by_day(self, problem: Problem, variable: int) -> np.ndarray:
        """By day: the cost of the cheapest start."""
        axis, own = problem.axis, self.own(problem, variable)
        return self._once(
            ("day",), (own,), lambda: own.reshape(axis.days, axis.per_day).min(axis=1, initial=problem.never)
        )

    def by_row_and_day(self, problem: Problem, variable: int, kind: str) -> np.ndarray:
        """By row of a kind and day: the cost of the cheapest start with that resource."""
        choice, axis = problem.choices[variable][kind], problem.axis
        rest = self.own(problem, variable, (kind,))

        def work() -> np.ndarray:
            price = rest[None, :]
            if choice.cost.any():
                price = np.minimum(price + choice.cost[:, None], problem.never)
            table = np.where(choice.fits & choice.allowed[:, None], price, problem.never)
            return table.reshape(len(table), axis.days, axis.per_day).min(axis=2, initial=problem.never)

        return self._once(("rows", kind), (rest, choice), work)

    def _once(self, what: tuple, of: tuple, work: Callable[[], np.ndarray]) -> np.ndarray:
        """The array kept under a name and the identity of what it was made of, which is kept alive too."""
        key = (*what, *map(id, of))
        if key not in self._known:
            self._known[key] = work()
            self._alive.append(of)
        return self._known[key]
