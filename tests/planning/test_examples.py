"""The example scenarios: best-known cost, proved, and every plan judged by the referee."""

from __future__ import annotations

import pytest

from tests.planning.example_files import BEST, example
from tests.planning.planned import plan_of

ONE_SERIES = [name for name, best in BEST.items() if best["exit"] != 2 and not name.startswith("disruption")]


@pytest.mark.parametrize("name", ONE_SERIES)
def test_one_series_is_planned_at_the_best_known_cost_and_proved(name):
    plan = plan_of(example(name))
    assert plan["cost"] == BEST[name]["cost"]
    assert plan["optimal"] is True
    assert plan["unplanned"] == (["s1"] if BEST[name]["exit"] == 3 else [])


@pytest.mark.parametrize(
    ("name", "days"),
    [("published-murrough-2013", [0, 2, 4, 7, 9, 11]), ("published-twice-weekly-therapy", [0, 3, 7, 10, 14, 17])],
)
def test_published_courses_fall_on_their_published_days(name, days):
    plan = plan_of(example(name))
    starts = [visit["start"][:10] for visit in plan["series"][0]["visits"] if visit["step"].startswith("inf")]
    first = int(starts[0][-2:])
    month_lengths = {"2027-04": 30, "2027-02": 28}
    ahead = [
        int(start[-2:]) - first + (0 if start[:7] == starts[0][:7] else month_lengths[starts[0][:7]])
        for start in starts
    ]
    assert ahead == days
