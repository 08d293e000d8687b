"""The search along a spine against the search in layers, which knows of no spine: the same least cost, and a real plan.

Random courses of main visits that follow one another, with talks between them and around them, who hands over to whom
and at what price being drawn too.
"""

from __future__ import annotations

import json
from random import Random

import pytest

from scheduler.planning.costs import cost_of
from scheduler.planning.plans import Restriction
from scheduler.planning.reading import read
from scheduler.planning.search.bounds import bounds_of
from scheduler.planning.search.build import build
from scheduler.planning.search.layers import Layers
from scheduler.planning.search.shape import shape_of
from scheduler.planning.search.spine import spine_of
from scheduler.planning.search.sweep import Sweep
from scheduler.planning.search.tracing import trace
from scheduler.planning.series_planner import read_visits, with_fixed
from scheduler.planning.several import index_of
from tests.planning.tiny import scenario

WEEK = {day: [["08:00", "13:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}


def course(seed: int) -> dict:
    """A scenario whose course has a spine of main visits, and talks that hang on them."""
    dice, made = Random(seed), scenario(seed)
    made["clinic"] |= {"open": WEEK, "grid_minutes": 30, "closed": []}
    made["visit_types"] = {
        "main": {"phases": [{"minutes": 60, "needs": {"room": 1, "nurse": 1}}]},
        "talk": {"phases": [{"minutes": 30, "needs": {"helper": 1} | dice.choice([{}, {}, {"nurse": 1}])}]}}
    made["resources"] = [
        {"id": f"{kind}-{number}", "kind": kind, "away": _away(dice, made)}
        for kind in ("room", "nurse", "helper") for number in range(dice.choice([1, 2, 3]))]
    made["bookings"] = []
    (series,), steps = made["series"], []
    for number in range(dice.choice([2, 3, 4])):
        gaps = [{"after": f"main-{number - 1}", "min_days": 1, "max_days": dice.choice([2, 3]),
                 "target_days": dice.choice([1, 2])}] if number else []
        if number and dice.random() < 0.7:
            hours = {"min_hours": dice.choice([2, 20]), "max_hours": dice.choice([30, 72])}
            steps.append({"id": f"talk-{number}", "visit_type": "talk",
                          "gaps": [{"after": f"main-{number - 1}", **hours}]})
            gaps.append({"after": f"talk-{number}", "min_hours": 1})
        if not number and dice.random() < 0.5:
            steps.append({"id": "first", "visit_type": "talk"})
            gaps.append({"after": "first", "min_days": 0, "target_days": 1} if dice.random() < 0.5 else
                        {"after": "first", "min_hours": 1})
        steps.append({"id": f"main-{number}", "visit_type": "main", "gaps": gaps})
    if dice.random() < 0.5:
        steps.append({"id": "last", "visit_type": "talk", "gaps": [
            {"after": steps[-1]["id"], "min_hours": 1} | dice.choice([{}, {"target_days": 1}, {"max_days": 2}])]})
    series |= {"steps": steps, "latest": series["earliest"][:8] + f"{int(series['earliest'][8:]) + 8:02}"
               if int(series["earliest"][8:]) < 20 else series["latest"]}
    series.pop("finish", None)
    series["same"] = dice.choice([[], [], ["helper"], ["nurse"]])
    series["unavailable"] = []
    made["weights"]["handover"] = {kind: dice.choice([0, 2, 9, 20]) for kind in ("room", "nurse", "helper")}
    return made


def _away(dice: Random, made: dict) -> list:
    first, found = made["series"][0]["earliest"], []
    for _ in range(dice.choice([0, 2, 5])):
        day, hour = int(first[8:]) + dice.randrange(8), dice.randrange(8, 12)
        if day <= 28:
            until = hour + dice.choice([1, 2, 3])
            found.append([f"{first[:8]}{day:02}T{hour:02}:00", f"{first[:8]}{day:02}T{until:02}:00"])
    return found


def compared(seed: int) -> bool:
    """Whether a course had a spine and a plan; both searches are asked, and must agree."""
    given = read(json.dumps(course(seed)).encode())
    (series,), index = given.series, index_of(given)
    problem = build(with_fixed(index, series), series, given.weights, Restriction())
    spine = spine_of(problem)
    if spine is None or not problem.possible:
        return False
    kind = problem.same[0] if problem.same else None
    usual = Layers(bounds_of(problem, shape_of(problem), kind), problem.never, lambda: None).cheapest()
    sweep = Sweep(bounds_of(problem, spine.shape, kind), spine)
    found = trace(sweep.along(problem.never))
    assert (found is None) == (usual is None), f"seed {seed}"
    if found is None:
        return False
    assert found.cost == usual.cost, f"seed {seed}"
    assert cost_of(index, series, given.weights, read_visits(problem, found)).total == found.cost, f"seed {seed}"
    assert trace(sweep.along(found.cost - problem.constant)) is None, f"seed {seed}"
    assert trace(sweep.along(found.cost - problem.constant + 1)).cost == found.cost, f"seed {seed}"
    narrow = sweep.along(problem.never, 2)
    assert not narrow.joints or narrow.least + problem.constant >= found.cost, f"seed {seed}"
    return True


@pytest.mark.parametrize("first", range(0, 100, 50))
def test_both_searches_find_the_same_least_cost(first):
    assert sum(compared(seed) for seed in range(first, first + 50)) > 15
