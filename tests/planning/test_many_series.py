"""Many series at once: never below the true optimum, `optimal` only at it, never dearer than one after another."""

from __future__ import annotations

import json

import pytest

from scheduler.planning.many.alone import each_alone
from scheduler.planning.many.cells import Cells
from scheduler.planning.many.greedy import one_after_another
from scheduler.planning.many.joint import Joint
from scheduler.planning.many.time_left import endless
from scheduler.planning.plans import SeriesPlan
from scheduler.planning.reading import read
from scheduler.planning.scenario import Scenario
from scheduler.planning.series_planner import placed_fixed
from scheduler.planning.several import index_of, plan_all
from tests.planning import tiny
from tests.planning.brute_force_many import TooMuch, optimum_of_many
from tests.planning.example_files import BEST, example
from tests.planning.planned import plan_of
from tests.planning.tiny import disruption

SEEDS = range(15)


def greedy_cost(made: dict) -> int:
    """What planning one after another costs."""
    scenario = read(json.dumps(made))
    assert isinstance(scenario, Scenario)
    bare = index_of(scenario).also(one for series in scenario.series for one in placed_fixed(series))
    alone = each_alone(scenario, bare, endless)
    results = one_after_another(scenario, Cells(scenario, bare), alone, endless)
    return sum(
        one.cost.total if isinstance(one, SeriesPlan) else scenario.weights.unplanned for one in results.values()
    )


@pytest.mark.parametrize("first", SEEDS[::5])
def test_nothing_costs_less_than_what_is_called_optimal(first):
    for seed in range(first, first + 5):
        made = disruption(seed)
        plan = plan_of(made, seconds=2)
        assert plan["cost"] <= greedy_cost(made), f"seed {seed}"
        try:
            least = optimum_of_many(made)
        except TooMuch:
            continue
        assert plan["cost"] >= least, f"seed {seed}"
        if plan["optimal"]:
            assert plan["cost"] == least, f"seed {seed}"


@pytest.mark.parametrize("seed", range(30))
def test_the_joint_model_costs_what_the_search_finds(seed):
    scenario = read(json.dumps(tiny.scenario(seed)))
    assert isinstance(scenario, Scenario)
    bare = index_of(scenario).also(one for series in scenario.series for one in placed_fixed(series))
    joint = Joint(scenario, bare, scenario.series, {}).solve(20)
    schedule = plan_all(scenario, index_of(scenario))
    assert (joint.cost, joint.proved) == (schedule.cost, True)


def test_the_nurse_s_day_off_is_planned_at_the_proved_cost():
    plan = plan_of(example("disruption-nurse-day"), seconds=20)
    assert (plan["cost"], plan["optimal"]) == (BEST["disruption-nurse-day"]["cost"], True)


def test_a_part_of_the_closed_day_costs_less_than_one_after_another():
    made = example("disruption-closed-day")
    made["series"] = made["series"][::4]
    plan = plan_of(made, seconds=3)
    assert plan["cost"] < greedy_cost(made)


def test_what_is_left_out_is_named_with_the_reason():
    made = example("tight-same-therapist")
    twin = json.loads(json.dumps(made["series"][0])) | {"id": "twin", "patient": "other"}
    made["series"].append(twin)
    for one in made["resources"]:
        if one["kind"] == "chair":
            one["away"] = [["2020-01-01T00:00", "2040-01-01T00:00"]]
    plan = plan_of(made, seconds=10)
    assert plan["unplanned"] == ["s1", "twin"]
    assert "chair" in plan["unplanned_because"]["twin"]
