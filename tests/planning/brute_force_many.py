"""The optimum of a tiny scenario of several series: every plan of each, put together from the cheapest sum up."""

from __future__ import annotations

import heapq

from tests.planning.brute_force import Trial, choices_of
from tests.planning.reckoning import series_cost
from tests.planning.referee import judge

Plan = tuple[int, dict[str, dict] | None]
"""What it costs and where the unfixed steps are; None: not planned."""
MOST_PLANS, MOST_TRIED = 2_000, 1_000


class TooMuch(Exception):
    """There is too much to try."""


class _Every(Trial):
    """Collects every placement instead of the cheapest."""

    def __init__(self, scenario: dict, choices: dict) -> None:
        super().__init__(scenario, choices)
        self.met: list[Plan] = []

    def _meet(self, places: dict[str, dict]) -> None:
        own = {name: where for name, where in places.items() if name not in self.fixed}
        self.met.append((series_cost(self.scenario, self.series, places), own))
        if len(self.met) > MOST_PLANS:
            raise TooMuch


def optimum_of_many(scenario: dict) -> int:
    """The least that all series can cost; raises TooMuch."""
    plans = [_plans(scenario, series) for series in scenario["series"]]
    heap = [(sum(own[0][0] for own in plans), (0,) * len(plans))]
    seen = {heap[0][1]}
    for _ in range(MOST_TRIED):
        cost, chosen = heapq.heappop(heap)
        if _stands(scenario, [own[number] for own, number in zip(plans, chosen, strict=True)]):
            return cost
        for place, number in enumerate(chosen):
            after = (*chosen[:place], number + 1, *chosen[place + 1 :])
            if number + 1 < len(plans[place]) and after not in seen:
                seen.add(after)
                heapq.heappush(heap, (cost + plans[place][number + 1][0] - plans[place][number][0], after))
    raise TooMuch


def _plans(scenario: dict, series: dict) -> list[Plan]:
    alone = {**scenario, "series": [series]}
    trial = _Every(alone, choices_of(alone))
    trial.best()
    return sorted([*trial.met, (scenario["weights"]["unplanned"], None)], key=lambda plan: plan[0])


def _stands(scenario: dict, chosen: list[Plan]) -> bool:
    pairs = list(zip(scenario["series"], chosen, strict=True))
    entries = [
        {"id": series["id"], "visits": [{"step": name, **where} for name, where in places.items()]}
        for series, (_, places) in pairs if places is not None
    ]
    unplanned = [series["id"] for series, (_, places) in pairs if places is None]
    return judge(scenario, {"series": entries, "unplanned": unplanned})[0] == []
