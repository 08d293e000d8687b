"""Plan a series for the desk: the best plan and up to two alternatives, or why nothing fits and what would."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Hold, Series
from scheduler.access import Viewer
from scheduler.planning.lifecycle import RUNNING, SeriesStatus
from scheduler.planning.plans import SeriesPlan
from scheduler.planning.series_planner import plan_series as place
from scheduler.queries.planning_calendar import Without
from scheduler.services.booking.alternatives import alternatives
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.no_room import no_room
from scheduler.services.booking.offered_plans import offered_plan
from scheduler.services.booking.offers import NoPlan, PlanOffer, PlanSeries
from scheduler.services.booking.ordered import left_on_order
from scheduler.services.booking.series_problem import Asked, Problem, problem_for
from scheduler.services.booking.terms import Terms, terms_for
from scheduler.services.conflicts import MoreThanOrdered, PhaseOffGrid, SeriesRunning
from scheduler.services.refusal import Conflict, NotFound, Refused

BEST = "best"
SECONDS = 8.0
"""How long the best plan may take before the best so far is offered, not proved."""
SECONDS_MORE = 1.5
"""How long all the alternatives may take together."""
SECONDS_OUT = 5.0
"""How long the ways out may take together: without one the desk is left with nothing."""
TOO_LONG = "No plan was found in the time there is. Ask for fewer days, or for a therapist, and plan again."


def plan_series(session: Session, command: PlanSeries, *, by: Viewer,
                now: datetime) -> PlanOffer | NoPlan | Refused | NotFound:
    """Plan, and write nothing. The command in the answer has every default filled in."""
    clinic = clinic_row(session, by.clinic_id)
    asked = ask(session, clinic, command)
    if not isinstance(asked, Asked):
        return asked
    problem = problem_for(session, clinic, asked, now=now)
    if stands := off_grid(problem):
        return Refused(stands)
    command = PlanSeries(command.patient_id, command.order_id, command.protocol_id, asked.terms.wishes,
                         command.by_hand, command.instead_of)
    warnings = running(session, clinic.id, command.patient_id)
    best = place(problem.index, problem.series, problem.calendar.weights, restrict=problem.restrict,
                 late=after(SECONDS))
    if not isinstance(best, SeriesPlan):
        if not best.proved:
            return NoPlan(command, TOO_LONG, None, (), warnings)
        return no_room(session, clinic, command, problem, asked, warnings, now=now, late=after(SECONDS_OUT))
    others = alternatives(problem, best, late=after(SECONDS_MORE))
    return PlanOffer(command, (
        offered_plan(problem, best, BEST, "", command.by_hand),
        *(offered_plan(problem, one.plan, one.name, one.gives_up, command.by_hand) for one in others)), warnings)


def ask(session: Session, clinic: Clinic, command: PlanSeries) -> Asked | Refused | NotFound:
    """What the command asks for, checked against the order, the protocol and the clinic's rows."""
    terms = terms_for(session, clinic, command)
    if not isinstance(terms, Terms):
        return terms
    left = left_on_order(session, terms.order_id)
    if terms.wishes.infusions > left.left:
        return Refused((MoreThanOrdered(left.order_id, left.ordered, left.booked, terms.wishes.infusions),))
    if command.instead_of is not None and session.scalar(select(Hold.id).where(
            Hold.id == command.instead_of, Hold.patient_id == command.patient_id)) is None:
        return Asked(command.patient_id, terms, command.by_hand)
    return Asked(command.patient_id, terms, command.by_hand, without=Without(hold_id=command.instead_of))


def off_grid(problem: Problem) -> tuple[PhaseOffGrid, ...]:
    """Visit types of the series whose phases the clinic's grid cannot hold."""
    grid = problem.calendar.clinic.grid_minutes
    used = {step.visit_type_id: problem.calendar.shapes[step.visit_type_id] for step in problem.terms.steps}
    return tuple(PhaseOffGrid(shape.name, grid) for shape in used.values()
                 if any(phase.minutes % grid for phase in shape.phases))


def running(session: Session, clinic_id: int, patient_id: int) -> tuple[Conflict, ...]:
    """A warning for every series that the patient is in already."""
    rows = session.execute(
        select(Series.id, func.min(Appointment.starts_on), func.max(Appointment.starts_on))
        .join(Appointment, Appointment.series_id == Series.id)
        .where(Series.clinic_id == clinic_id, Series.patient_id == patient_id,
               Series.status.in_([*RUNNING, SeriesStatus.PROPOSED])).group_by(Series.id).order_by(Series.id))
    return tuple(SeriesRunning(*row) for row in rows)


def after(seconds: float) -> Callable[[], bool]:
    """A watch that says when so many seconds have passed."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
