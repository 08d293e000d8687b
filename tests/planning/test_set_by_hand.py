"""A visit set by hand: exactly the starts that leave a plan are offered, and the rest is planned around the chosen."""

from __future__ import annotations

import math
from datetime import date

import pytest

from scheduler.planning.legal_starts import legal_starts
from scheduler.planning.plans import Restriction, SeriesPlan
from scheduler.planning.reading import read_value
from scheduler.planning.scenario import Scenario
from scheduler.planning.series_planner import plan_series
from scheduler.planning.several import index_of
from tests.planning.brute_force import Choice, choices_of, optimum
from tests.planning.example_files import example
from tests.planning.raw import judged
from tests.planning.tiny import scenario as tiny

SEEDS = [seed for seed in range(300, 360) if any(not step.get("fixed") for step in tiny(seed)["series"][0]["steps"])]


def by_trying(made: dict, choices: dict[str, list[Choice]], name: str) -> dict[str, int]:
    """Start to least cost, for one step."""
    found = {}
    for start in sorted({choice.where["start"] for choice in choices[name]}):
        only = [choice for choice in choices[name] if choice.where["start"] == start]
        least = optimum(made, {**choices, name: only})
        if least is not None:
            found[start] = least
    return found


@pytest.mark.parametrize("first", range(0, 45, 15))
def test_the_starts_offered_are_those_that_trying_everything_finds(first):
    compared = 0
    for seed in SEEDS[first : first + 15]:
        made = tiny(seed)
        choices = choices_of(made)
        if math.prod(max(1, len(some)) for some in choices.values()) > 2_000:
            continue
        scenario = read_value(made)
        assert isinstance(scenario, Scenario)
        series, index = scenario.series[0], index_of(scenario)
        for name in choices:
            offered = legal_starts(index, series, scenario.weights, name, series.earliest, series.latest)
            plain = {choice.start.strftime("%Y-%m-%dT%H:%M"): choice.cost for choice in offered}
            least = by_trying(made, choices, name)
            assert plain.keys() == least.keys(), f"seed {seed}, step {name}"
            assert all(plain[start] >= cost for start, cost in least.items()), f"seed {seed}, step {name}"
            compared += 1
    assert compared > 3


def test_the_rest_is_planned_around_the_start_that_is_chosen():
    scenario = read_value(example("book-small-2"))
    assert isinstance(scenario, Scenario)
    series, index = scenario.series[0], index_of(scenario)
    day = date(2026, 11, 10)
    offered = legal_starts(index, series, scenario.weights, "inf-2", day, day)
    assert offered
    for choice in offered[:3]:
        restrict = Restriction(starts={"inf-2": frozenset({choice.start})})
        plan = plan_series(index, series, scenario.weights, restrict=restrict)
        assert isinstance(plan, SeriesPlan)
        assert plan.optimal and plan.cost.total <= choice.cost
        assert {visit.step: visit.start for visit in plan.visits}["inf-2"] == choice.start
        judged(scenario, plan)


def test_when_it_is_late_only_what_is_known_by_then_is_offered():
    scenario = read_value(example("book-small-2"))
    assert isinstance(scenario, Scenario)
    series = scenario.series[0]
    late = legal_starts(
        index_of(scenario), series, scenario.weights, "inf-1", series.earliest, series.latest, late=lambda: True
    )
    assert late == ()
