"""A missed infusion follows the ones that were given meanwhile, and takes the distances of the place it gets."""

from __future__ import annotations

from datetime import datetime

from scheduler.planning.catching_up import caught_up
from scheduler.planning.course import PlanGap, PlanStep, StepKind

PREPARATION = PlanStep("prep-1", StepKind.PREPARATION, "therapy")


def infusion(number: int, *gaps: PlanGap) -> PlanStep:
    return PlanStep(f"inf-{number}", StepKind.INFUSION, "infusion", gaps)


def session(number: int) -> PlanStep:
    return PlanStep(f"int-{number}", StepKind.INTEGRATION, "therapy", (PlanGap(f"inf-{number}", max_days=3),))


INFUSIONS = (
    infusion(1, PlanGap("prep-1", min_days=1)),
    infusion(2, PlanGap("inf-1", min_days=2, max_days=4)),
    infusion(3, PlanGap("inf-2", min_days=3, max_days=5)),
    infusion(4, PlanGap("inf-3", min_days=6, max_days=8)),
)
COURSE = (PREPARATION, *INFUSIONS)


def days(**when: int) -> dict[str, datetime]:
    return {name.replace("_", "-"): datetime(2027, 4, day, 9) for name, day in when.items()}


def test_a_course_in_its_order_stays_as_it_is() -> None:
    assert caught_up(COURSE, days(prep_1=1, inf_1=5), {"inf-2"}) == COURSE


def test_a_missed_infusion_follows_the_one_given_after_it() -> None:
    steps = caught_up(COURSE, days(prep_1=1, inf_1=5, inf_3=10), {"inf-2"})
    assert [step.id for step in steps] == ["prep-1", "inf-1", "inf-3", "inf-2", "inf-4"]
    gaps = {step.id: step.gaps for step in steps}
    assert gaps["inf-3"] == (PlanGap("inf-1", min_days=2, max_days=4),)
    assert gaps["inf-2"] == (PlanGap("inf-3", min_days=3, max_days=5),)
    assert gaps["inf-4"] == (PlanGap("inf-2", min_days=6, max_days=8),)


def test_the_next_is_counted_from_what_was_given_last() -> None:
    steps = caught_up(COURSE, days(prep_1=1, inf_1=5, inf_2=14, inf_3=10), {"inf-4"})
    assert {step.id: step.gaps for step in steps}["inf-4"] == (PlanGap("inf-2", min_days=6, max_days=8),)


def test_a_session_held_although_its_infusion_was_missed_asks_nothing_of_it() -> None:
    paired = (PREPARATION, INFUSIONS[0], INFUSIONS[1], session(2), INFUSIONS[2])
    steps = caught_up(paired, days(prep_1=1, inf_1=5, int_2=8), {"inf-2"})
    assert {step.id: step.gaps for step in steps}["int-2"] == ()
    assert {step.id: step.gaps for step in steps}["inf-2"] == INFUSIONS[1].gaps


def test_the_next_infusion_waits_for_the_session_of_the_one_now_before_it() -> None:
    third = infusion(3, PlanGap("inf-2", min_days=3), PlanGap("int-2", min_hours=1))
    fourth = infusion(4, PlanGap("inf-3", min_days=3), PlanGap("int-3", min_hours=1))
    paired = (PREPARATION, INFUSIONS[0], INFUSIONS[1], session(2), third, session(3), fourth, session(4))
    steps = caught_up(paired, days(prep_1=1, inf_1=5, inf_3=10, int_3=11), {"inf-2"})
    gaps = {step.id: step.gaps for step in steps}
    assert gaps["inf-2"] == (PlanGap("inf-3", min_days=3), PlanGap("int-3", min_hours=1))
    assert gaps["inf-4"] == (PlanGap("inf-2", min_days=3), PlanGap("int-2", min_hours=1))
    assert gaps["int-2"] == (PlanGap("inf-2", max_days=3),)
    places = {step.id: place for place, step in enumerate(steps)}
    assert all(places[gap.after] < places[step.id] for step in steps for gap in step.gaps)


def test_a_session_that_was_given_up_is_waited_for_by_nobody() -> None:
    third = infusion(3, PlanGap("inf-2", min_days=3), PlanGap("int-2", min_hours=1))
    paired = (PREPARATION, INFUSIONS[0], INFUSIONS[1], session(2), third, infusion(4, PlanGap("inf-3", min_days=3)))
    steps = caught_up(paired, days(prep_1=1, inf_1=5, inf_3=10), {"inf-2"})
    assert {step.id: step.gaps for step in steps}["inf-2"] == (PlanGap("inf-3", min_days=3),)
