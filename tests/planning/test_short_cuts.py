"""Where the search of one series takes short cuts, against trying everything: cases at once, sets of resources.

The random scenarios are those of `tiny`, bent so that the short cuts are taken and matter: resources that differ in
what they cost, handovers that nothing else outweighs, steps that no gap ties to one another.
"""

from __future__ import annotations

import math
from random import Random

import pytest

from tests.planning.brute_force import choices_of, optimum
from tests.planning.planned import plan_of
from tests.planning.tiny import scenario

TOO_MANY = 10_000
KINDS = ("room", "nurse", "helper")


def bent(seed: int) -> dict:
    """A tiny scenario with `same` kinds that cost differently, or handovers and nothing that likes one resource."""
    made, dice = scenario(seed, gaps=0.5), Random(seed)
    (series,), weights = made["series"], made["weights"]
    for kind in KINDS:
        made["resources"].append({"id": f"{kind}-more", "kind": kind, "capacity": dice.choice([1, 2])})
    if seed % 2:
        series["same"] = dice.sample(KINDS, dice.choice([1, 1, 2]))
        weights |= {"reassigned": dice.choice([1, 7]), "moved": dice.choice([0, 4]), "gap_day": 15}
    else:
        series.pop("same", None)
        series["steps"] = [
            {key: value for key, value in step.items() if key != "current" or step.get("fixed")}
            for step in series["steps"]
        ]
        weights["handover"] = {kind: dice.choice([1, 9]) for kind in KINDS}
        weights["crowding"] = {}
    return made


@pytest.mark.parametrize("first", range(5000, 5120, 20))
def test_short_cuts_miss_nothing(first):
    compared = 0
    for seed in range(first, first + 20):
        made = bent(seed)
        choices = choices_of(made)
        if math.prod(max(1, len(some)) for some in choices.values()) > TOO_MANY:
            continue
        least, unplanned = optimum(made, choices), made["weights"]["unplanned"]
        assert plan_of(made)["cost"] == (unplanned if least is None else min(least, unplanned)), f"seed {seed}"
        compared += least is not None
    assert compared


def test_a_dearer_resource_tried_first_does_not_hide_a_cheaper_one():
    """Found by chance: the first nurse's early starts must not stand for those of the nurse who costs less later on."""
    made = {
        "format": 1,
        "clinic": {"timezone": "Europe/Berlin", "grid_minutes": 30, "open": {"fri": [["08:00", "11:00"]]}},
        "resources": [{"id": name, "kind": "nurse"} for name in ("first", "second", "third")],
        "visit_types": {"talk": {"phases": [{"minutes": 30, "needs": {"nurse": 1}}]}},
        "bookings": [],
        "series": [{
            "id": "x", "patient": "p", "earliest": "2027-03-12", "latest": "2027-03-12", "same": ["nurse"],
            "steps": [
                {"id": "one", "visit_type": "talk"},
                {"id": "two", "visit_type": "talk", "gaps": [{"after": "one"}],
                 "current": {"start": "2027-03-12T09:00", "resources": {"nurse": "third"}}},
            ]}],
        "weights": {"unplanned": 1000, "reassigned": 1, "moved": 4, "gap_day": 15},
    }
    plan = plan_of(made)
    assert plan["cost"] == 0
    assert {visit["resources"]["nurse"] for visit in plan["series"][0]["visits"]} == {"third"}
