"""The steps of a course, in the planner's terms, from an adopted protocol and the number of infusions ordered.

How windows become gaps. Published windows are hours after the *end* of an infusion; the planner measures hours from
start to start. With E the minutes from the start of the infusion visit to the end of its infusion phase, a window of
`opens` to `closes` hours becomes min_hours = opens + E/60 and max_hours = closes + E/60. Hours that are no decimal
fraction are written with four places, the minimum rounded down and the maximum up, which on a grid of whole minutes is
the same window. A window is clamped to before the next infusion by a gap that puts that infusion after the session; the
patient, who is never in two visits at once, has then left the session before the infusion begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from scheduler.planning.course import Course, InfusionVisit, PlanGap, PlanStep, StepKind
from scheduler.planning.protocol_checks import wrong_settings
from scheduler.planning.protocol_settings import Missing, Wrong, missing_settings, observation_minutes
from scheduler.planning.protocols import AdoptedProtocol, CourseStart, TherapyCourse

THERAPIST = "therapist"
NO_INFUSION_PHASE = (
    "The visit type of an infusion has no phase called “infusion”, so nothing can be counted from its end. "
    "Give the phase in which the drug is given that name."
)


@dataclass(frozen=True)
class WrongNumber:
    """An order that the protocol gives no days for."""

    infusions: int
    fewest: int
    most: int

    @property
    def sentence(self) -> str:
        """How many infusions this protocol is for."""
        many = f"{self.most}" if self.fewest == self.most else f"{self.fewest} to {self.most}"
        return f"This protocol is for {many} infusions; {self.infusions} cannot be booked with it."


Conflict = Missing | Wrong | WrongNumber


@dataclass(frozen=True)
class NotReady:
    """Why no course can be planned yet."""

    conflicts: tuple[Conflict, ...]

    @property
    def sentence(self) -> str:
        """All the reasons, one after another."""
        return " ".join(conflict.sentence for conflict in self.conflicts)


def steps_for(adopted: AdoptedProtocol, infusions: int, visit: InfusionVisit | None) -> Course | NotReady:
    """The course of `infusions` infusions, or everything that stands in the way.

    `visit` is the shape of the clinic's infusion visit type, as `infusion_visit` reads it from its phases.
    """
    stands = tuple(_stands(adopted, infusions, visit))
    if stands or visit is None:
        return NotReady(stands)
    steps = (
        *_preparation(adopted),
        *_infusions(adopted, infusions, visit.ends_minutes),
        *_therapy_course(adopted, infusions),
    )
    has_therapy = any(step.kind != StepKind.INFUSION for step in steps)
    same = (THERAPIST,) if has_therapy and adopted.settings.same_therapist else ()
    return Course(steps, f"inf-{infusions}", same)


def _stands(adopted: AdoptedProtocol, infusions: int, visit: InfusionVisit | None) -> Iterator[Conflict]:
    yield from missing_settings(adopted.published, adopted.settings)
    yield from wrong_settings(adopted)
    if not adopted.fewest <= infusions <= adopted.most:
        yield WrongNumber(infusions, adopted.fewest, adopted.most)
    if visit is None:
        if adopted.settings.visit_types.infusion is not None:
            yield Missing("visit_types.infusion", NO_INFUSION_PHASE)
        return
    stays, wanted = visit.leaves_minutes - visit.ends_minutes, observation_minutes(adopted)
    if wanted is not None and stays < wanted:
        yield Wrong(
            "observation_minutes",
            f"The infusion's visit type keeps the patient {stays} minutes after the infusion; {wanted} are asked for. "
            "Lengthen the visit type's recovery.",
        )


def _preparation(adopted: AdoptedProtocol) -> Iterator[PlanStep]:
    settings = adopted.settings
    for number in range(1, (settings.preparation.count or 0) + 1):
        gaps = (PlanGap(f"prep-{number - 1}", min_days=settings.preparation.apart_min_days),) if number > 1 else ()
        yield PlanStep(f"prep-{number}", StepKind.PREPARATION, str(settings.visit_types.preparation), gaps)


def _before_first(adopted: AdoptedProtocol) -> tuple[PlanGap, ...]:
    preparation = adopted.settings.preparation
    low, high, count = preparation.lead_min_days, preparation.lead_max_days, preparation.count or 0
    if count == 0:
        return ()
    if count == 1:
        return (PlanGap("prep-1", min_days=low, max_days=high),)
    return (PlanGap("prep-1", max_days=high), PlanGap(f"prep-{count}", min_days=low))


def _infusions(adopted: AdoptedProtocol, infusions: int, ends_minutes: int) -> Iterator[PlanStep]:
    settings, days = adopted.settings, adopted.published.schedule.gaps
    minus, plus = settings.minus_days or 0, settings.plus_days or 0
    gaps = _before_first(adopted)
    for number in range(1, infusions + 1):
        here = f"inf-{number}"
        yield PlanStep(here, StepKind.INFUSION, str(settings.visit_types.infusion), gaps)
        if number < infusions:
            target = days[number - 1]
            gaps = (PlanGap(here, min_days=target - minus, max_days=target + plus, target_days=target),)
        wanted = settings.integration
        if wanted is not None and (wanted.after is None or number in wanted.after):
            opens = Fraction(60 * (wanted.opens_hours or 0) + ends_minutes, 60)
            closes = Fraction(60 * (wanted.closes_hours or 0) + ends_minutes, 60)
            window = PlanGap(here, min_hours=_hours(opens, floor), max_hours=_hours(closes, ceil))
            yield PlanStep(f"int-{number}", StepKind.INTEGRATION, str(settings.visit_types.integration), (window,))
            gaps = (*gaps, PlanGap(f"int-{number}"))


def _therapy_course(adopted: AdoptedProtocol, infusions: int) -> Iterator[PlanStep]:
    course = adopted.settings.course
    for number in range(1, course.sessions + 1 if course else 1):
        gaps = _course_gaps(course, number, infusions)
        yield PlanStep(f"session-{number}", StepKind.COURSE, str(adopted.settings.visit_types.course), gaps)


def _course_gaps(course: TherapyCourse, number: int, infusions: int) -> tuple[PlanGap, ...]:
    if number == 1:
        anchor = "inf-1" if course.start == CourseStart.WITH_FIRST else f"inf-{infusions}"
        return (PlanGap(anchor, min_days=course.first_min_days, max_days=course.first_max_days),)
    apart = PlanGap(f"session-{number - 1}", course.apart_min_days, course.apart_max_days, course.apart_target_days)
    if number < course.sessions:
        return (apart,)
    return (apart, PlanGap("session-1", max_days=7 * course.weeks))


def _hours(exact: Fraction, to_whole: Any) -> float | int:
    if exact.denominator == 1:
        return int(exact)
    return to_whole(exact * 10_000) / 10_000
