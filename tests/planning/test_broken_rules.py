"""A hand-picked time says which rules it would break, each in a sentence; those that are set aside keep the order."""

from __future__ import annotations

from datetime import datetime

import pytest

from scheduler.planning.broken_rules import Rule, Spaced, broken_gaps, broken_wish, without_broken
from scheduler.planning.course import PlanGap
from scheduler.planning.scenario import Preference

ZONE = "America/New_York"
STEPS = (
    Spaced("prep", "the preparation", False, ()),
    Spaced("inf-1", "infusion 1 of 2", True, (PlanGap("prep", min_days=1, max_days=7),)),
    Spaced("inf-2", "infusion 2 of 2", True, (PlanGap("inf-1", min_days=2, max_days=4, target_days=3),)),
    Spaced("int-2", "the integration of infusion 2 of 2", False, (PlanGap("inf-2", min_hours=20, max_hours=72),)),
)
STARTS = {"prep": datetime(2027, 4, 1, 9), "inf-1": datetime(2027, 4, 5, 9), "inf-2": datetime(2027, 4, 8, 9),
          "int-2": datetime(2027, 4, 9, 9)}


def said(step: str, start: datetime, **more: datetime) -> list[tuple[Rule, str]]:
    found = broken_gaps(STEPS, {**STARTS, **more, step: start}, step, ZONE)
    return [(one.rule, one.sentence) for one in found]


def test_where_every_visit_keeps_its_distance_nothing_is_broken() -> None:
    assert said("inf-2", datetime(2027, 4, 8, 12)) == []


def test_a_gap_between_infusions_is_named_in_days() -> None:
    assert said("inf-1", datetime(2027, 4, 7, 9)) == [
        (Rule.GAP, "Infusion 2 of 2 would begin 1 day after infusion 1 of 2: the protocol asks for 2 to 4 days.")]


def test_a_pairing_is_named_in_hours() -> None:
    assert said("int-2", datetime(2027, 4, 8, 15, 30)) == [
        (Rule.PAIRING, "The integration of infusion 2 of 2 would begin 6 h 30 min after infusion 2 of 2: "
                       "the protocol asks for 20 to 72 hours.")]


def test_hours_that_are_not_whole_are_written_with_minutes() -> None:
    gap = PlanGap("inf-2", min_hours=24.9166, max_hours=72.9167)
    broken, = broken_gaps((STEPS[2], Spaced("int-2", "the integration", False, (gap,))), STARTS, "int-2", ZONE)
    assert broken.sentence == ("The integration would begin 24 hours after infusion 2 of 2: "
                               "the protocol asks for 24 h 55 min to 72 h 55 min.")


def test_a_visit_that_would_overtake_another_breaks_the_order() -> None:
    assert said("inf-2", datetime(2027, 4, 10, 9)) == [
        (Rule.GAP, "Infusion 2 of 2 would begin 5 days after infusion 1 of 2: the protocol asks for 2 to 4 days."),
        (Rule.ORDER, "Infusion 2 of 2 would come after the integration of infusion 2 of 2: "
                     "the visits of a course keep their order.")]


@pytest.mark.parametrize("hour, broken", [(9, False), (8, True)])
def test_hours_are_those_that_pass_across_a_clock_change(hour: int, broken: bool) -> None:
    """On 14 March 2027 the clocks go forward in the night: from 13 March, 12:00, only 20 hours pass until 9:00."""
    starts = {"inf-2": datetime(2027, 3, 13, 12), "int-2": datetime(2027, 3, 14, hour)}
    assert bool(broken_gaps(STEPS[2:], starts, "int-2", ZONE)) == broken


def test_what_suits_is_named() -> None:
    prefer = Preference(frozenset({0, 2}), 540, 720)
    assert broken_wish(prefer, datetime(2027, 4, 5, 11, 55), "inf-1", "Infusion 1 of 2") == ()
    broken, = broken_wish(prefer, datetime(2027, 4, 6, 9), "inf-1", "Infusion 1 of 2")
    assert broken.sentence == ("Infusion 1 of 2 would lie outside what suits the patient: "
                               "Monday, Wednesday, from 09:00, until 12:00.")


def test_a_gap_that_is_set_aside_keeps_the_order_alone() -> None:
    broken = broken_gaps(STEPS, {**STARTS, "inf-1": datetime(2027, 4, 7, 9)}, "inf-1", ZONE)
    assert without_broken(STEPS[2].gaps, "inf-2", broken) == (PlanGap("inf-1"),)
    assert without_broken(STEPS[1].gaps, "inf-1", broken) == STEPS[1].gaps
