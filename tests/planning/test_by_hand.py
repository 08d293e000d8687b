"""A visit set by hand: exactly the starts that leave a plan are offered, each at the least cost around it."""

from __future__ import annotations

import math
from datetime import date

import pytest

from scheduler.planning.by_hand import start_choices, with_start
from scheduler.planning.plans import UNRESTRICTED, SeriesPlan
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
            offered = start_choices(index, series, scenario.weights, name, series.earliest, series.latest)
            assert offered.complete
            plain = {choice.start.strftime("%Y-%m-%dT%H:%M"): choice.cost for choice in offered.choices}
            assert plain == by_trying(made, choices, name), f"seed {seed}, step {name}"
            compared += 1
    assert compared > 3


def test_the_rest_is_planned_around_the_start_that_is_chosen():
    scenario = read_value(example("book-small-2"))
    assert isinstance(scenario, Scenario)
    series, index = scenario.series[0], index_of(scenario)
    day = date(2026, 11, 10)
    offered = start_choices(index, series, scenario.weights, "inf-2", day, day)
    assert offered.complete
    assert offered.choices
    for choice in offered.choices[:3]:
        restrict = with_start(UNRESTRICTED, "inf-2", choice.start)
        plan = plan_series(index, series, scenario.weights, restrict=restrict)
        assert isinstance(plan, SeriesPlan)
        assert (plan.cost.total, plan.optimal) == (choice.cost, True)
        assert {visit.step: visit.start for visit in plan.visits}["inf-2"] == choice.start
        judged(scenario, plan)


def test_when_it_is_late_the_answer_says_that_it_is_not_complete():
    scenario = read_value(example("book-small-2"))
    assert isinstance(scenario, Scenario)
    series = scenario.series[0]
    offered = start_choices(
        index_of(scenario), series, scenario.weights, "inf-1", series.earliest, series.latest, late=lambda: True
    )
    assert not offered.complete


def test_a_fixed_step_has_no_starts_to_offer():
    scenario = read_value(example("cascade-1"))
    assert isinstance(scenario, Scenario)
    series = scenario.series[0]
    offered = start_choices(
        index_of(scenario), series, scenario.weights, "prep", series.earliest, series.latest
    )
    assert (offered.choices, offered.complete) == ((), True)
