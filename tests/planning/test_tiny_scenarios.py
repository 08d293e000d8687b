"""The planner against trying everything, on tiny random scenarios with every feature of the format.

Gaps that are no chain, visits of one series that collide on a resource, units, `same`, weeks in which clocks change,
bookings off the grid, fixed steps, steps that are booked now, interrupted hours, weights of a thousand million.
"""

from __future__ import annotations

import math

import pytest

from tests.planning.brute_force import choices_of, optimum
from tests.planning.planned import plan_of
from tests.planning.tiny import scenario

SEEDS = range(160)
TOO_MANY = 12_000


@pytest.mark.parametrize("first", SEEDS[::20])
def test_no_plan_costs_less_than_the_one_found(first):
    for seed in range(first, first + 20):
        compare(scenario(seed), seed)


@pytest.mark.parametrize("first", range(1000, 1080, 20))
def test_nor_where_hardly_any_gap_keeps_the_visits_apart(first):
    for seed in range(first, first + 20):
        compare(scenario(seed, gaps=0.1), seed)


def compare(made: dict, seed: int) -> None:
    """Plan a scenario, and try everything, unless that is too much."""
    choices = choices_of(made)
    if math.prod(max(1, len(some)) for some in choices.values()) > TOO_MANY:
        return
    least, unplanned = optimum(made, choices), made["weights"]["unplanned"]
    plan = plan_of(made)
    assert plan["optimal"] is True, f"seed {seed}"
    assert plan["cost"] == (unplanned if least is None else min(least, unplanned)), f"seed {seed}"


def test_the_random_scenarios_are_of_every_sort():
    made = [scenario(seed) for seed in SEEDS]
    series = [one["series"][0] for one in made]
    steps = [step for one in series for step in one["steps"]]
    assert sum(any(step.get("fixed") for step in one["steps"]) for one in series) > 15
    assert sum("current" in step and not step.get("fixed") for step in steps) > 30
    assert sum(len(step.get("gaps", [])) > 1 for step in steps) > 15
    assert sum("same" in one for one in series) > 30
    assert sum(resource.get("capacity", 1) > 1 for one in made for resource in one["resources"]) > 150
    assert sum(int(b["start"][-2:]) % one["clinic"]["grid_minutes"] > 0 for one in made for b in one["bookings"]) > 80
