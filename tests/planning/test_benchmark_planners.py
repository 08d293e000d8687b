"""The planners that the benchmark sets beside ours keep every rule, and never beat the proved optimum."""

from __future__ import annotations

import pytest

from benchmarks.planning.books import book
from benchmarks.planning.pictures import Panel, draw
from benchmarks.planning.side_by_side import FIT, PROBING, SEARCH, compare


@pytest.mark.parametrize(("load", "seed"), [(0.4, 0), (0.6, 1), (0.8, 2)])
def test_other_planners_pay_at_least_the_optimum(load, seed):
    met = compare(book(3, 4, load, seed), solver=0.0)
    assert met[SEARCH].proved
    for name in (FIT, PROBING):
        if met[name].cost is not None:
            assert met[SEARCH].cost is not None
            assert met[name].cost >= met[SEARCH].cost


def test_a_book_is_as_full_as_was_asked():
    made = book(4, 3, 0.7, 5)
    minutes = {"esketamine": 145, "infusion": 125, "injection": 30, "therapy": 0}
    taken = sum(minutes[one["visit_type"]] for one in made["bookings"])
    assert 0.67 < taken / (4 * 15 * 600) <= 0.7


def test_a_picture_has_a_line_for_each_name(tmp_path):
    lines = {"one": [(0.0, 1.0), (1.0, 100.0)], "two": [(0.0, 5.0)]}
    draw(tmp_path / "it.svg", [Panel("A < B", "x", "y", lines, log=True)])
    text = (tmp_path / "it.svg").read_text(encoding="utf-8")
    assert text.count("<text") > 6
    assert "A &lt; B" in text
    assert ">two</text>" in text
