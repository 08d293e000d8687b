"""Hit visits are ranked by the course: the day of breach first, then how early the course is, then time."""

from __future__ import annotations

from datetime import date, datetime

from scheduler.planning.course import PlanGap
from scheduler.planning.urgency import HitFacts, last_moment, ranked

TODAY = date(2027, 4, 5)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2027, 4, day, hour)


def test_whoever_breaches_a_greatest_distance_first_stands_first() -> None:
    later = HitFacts(1, at(7), (PlanGap("inf-1", max_days=5),), {"inf-1": at(5)}, 1, 6)
    sooner = HitFacts(2, at(9), (PlanGap("inf-1", max_days=3),), {"inf-1": at(5)}, 5, 6)
    assert [(one.visit_id, one.breach_on, one.days_left) for one in ranked([later, sooner], TODAY)] == [
        (2, date(2027, 4, 8), 3), (1, date(2027, 4, 10), 5)]


def test_hours_are_a_distance_too_and_the_tightest_counts() -> None:
    facts = HitFacts(1, at(6), (PlanGap("inf-1", max_hours=48, max_days=7), PlanGap("prep", max_days=1)),
                     {"inf-1": at(5, 9), "prep": at(6)})
    assert last_moment(facts) == at(7, 9)


def test_a_distance_to_a_visit_that_moves_as_well_presses_nobody() -> None:
    facts = HitFacts(1, at(6), (PlanGap("inf-1", max_days=3),), {})
    assert last_moment(facts) is None
    assert ranked([facts], TODAY)[0].days_left is None


def test_among_the_unbound_the_earlier_course_stands_first() -> None:
    far = HitFacts(1, at(6), given=4, infusions=6)
    early = HitFacts(2, at(8), given=0, infusions=6)
    alone = HitFacts(3, at(5))
    assert [one.visit_id for one in ranked([alone, far, early], TODAY)] == [2, 1, 3]


def test_equals_stand_by_time_and_then_by_number() -> None:
    assert [one.visit_id for one in ranked([HitFacts(9, at(7)), HitFacts(4, at(7)), HitFacts(5, at(6))], TODAY)] == [
        5, 4, 9]


def test_urgency_is_said_in_words() -> None:
    bound = {"inf-1": at(4)}
    said = [ranked([HitFacts(1, at(6), (PlanGap("inf-1", max_days=days),), bound, given, 6)], TODAY)[0].sentence
            for days, given in ((0, 0), (1, 1), (2, 2), (4, 3))]
    assert said == ["Has to be by 04 Apr: no day is left. Nothing given yet.",
                    "Has to be by 05 Apr: today is the last day. 1 of 6 given.",
                    "Has to be by 06 Apr: 1 day is left. 2 of 6 given.",
                    "Has to be by 08 Apr: 3 days are left. 3 of 6 given."]
