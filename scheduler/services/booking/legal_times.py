"""The times among which one visit of a plan can be set by hand: every rule kept, and the rest still fits around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from scheduler.access import Viewer
from scheduler.planning.legal_starts import legal_starts
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.offers import LegalTime, PlanSeries
from scheduler.services.booking.plan_series import after, ask, off_grid
from scheduler.services.booking.series_problem import Asked, problem_for
from scheduler.services.refusal import NotFound, Refused

SECONDS = 4.0
LONGEST_LOOK = timedelta(days=31)


@dataclass(frozen=True)
class LegalTimes:
    """When the visit `step` of a plan could be, from one day to another, both inclusive (a month at most).

    Other visits that the plan has set by hand stay where they are; a time set for this one is forgotten.
    """

    plan: PlanSeries
    step: str
    first_on: date
    last_on: date


def legal_times(session: Session, command: LegalTimes, *, by: Viewer,
                now: datetime) -> tuple[LegalTime, ...] | Refused | NotFound:
    """Every legal time, in order; its cost is that of one whole plan around it."""
    clinic = clinic_row(session, by.clinic_id)
    by_hand = tuple(one for one in command.plan.by_hand if one.step != command.step)
    asked = ask(session, clinic, replace(command.plan, by_hand=by_hand))
    if not isinstance(asked, Asked):
        return asked
    problem = problem_for(session, clinic, asked, now=now)
    if stands := off_grid(problem):
        return Refused(stands)
    if command.step not in {step.id for step in problem.series.steps}:
        return NotFound("step")
    last_on = min(command.last_on, command.first_on + LONGEST_LOOK)
    found = legal_starts(problem.index, problem.series, problem.calendar.weights, command.step, command.first_on,
                         last_on, restrict=problem.restrict, late=after(SECONDS))
    return tuple(LegalTime(one.start, one.cost) for one in found)
