"""Find times for the steps that a decision has added to a series, show them, and book them as they were shown."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Gate, Series
from scheduler.access import Viewer
from scheduler.planning.gates import Decision
from scheduler.planning.instants import wall
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.planning.plans import SeriesPlan
from scheduler.planning.series_planner import plan_series
from scheduler.services import audit
from scheduler.services.booking.gate_holds import wait_again
from scheduler.services.booking.legality import refuse_rules, refuse_shape
from scheduler.services.booking.locked import appointments_of, clinic_row, locked_series
from scheduler.services.booking.offered_plans import offered_plan
from scheduler.services.booking.offers import OfferedPlan
from scheduler.services.booking.ordered import left_on_order
from scheduler.services.booking.plan_series import BEST, SECONDS, after
from scheduler.services.booking.promises import Owner, VisitPlace, promise
from scheduler.services.booking.series_problem import Asked, problem_for
from scheduler.services.booking.series_state import settle
from scheduler.services.booking.standing import Movable, asked_of
from scheduler.services.conflicts import MoreThanOrdered, NotAsked, PlanChanged
from scheduler.services.messages.owe_messages import OwedRow, owe_messages
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole

NOTHING = "Every visit of this series has been placed. Cancelled and missed ones are given new times on its page."
NO_ROOM = ("No times keep every rule for the added visits. Move one of the last visits, or have the further infusions "
           "booked as a series of their own.")


@dataclass(frozen=True)
class AddedTimes:
    """The times for the added steps. `fingerprint` goes back with `BookAdded`."""

    series_id: int
    plan: OfferedPlan
    fingerprint: str


@dataclass(frozen=True)
class BookAdded:
    """Book the added steps at these places, as they were shown."""

    series_id: int
    places: tuple[VisitPlace, ...]
    fingerprint: str


@dataclass(frozen=True)
class Added:
    """The new appointments, and the messages owed now."""

    series_id: int
    appointment_ids: tuple[int, ...]
    messages: tuple[OwedRow, ...]


def added_times(session: Session, series_id: int, *, by: Viewer, now: datetime) -> AddedTimes | Refused | NotFound:
    """Where the added steps could be, while every other visit of the series stays. Writes nothing."""
    series = session.scalar(select(Series).where(Series.id == series_id, Series.clinic_id == by.clinic_id))
    if series is None:
        return NotFound("series")
    asked = _asked(session, series, now)
    if isinstance(asked, Refused):
        return asked
    problem = problem_for(session, clinic_row(session, by.clinic_id), asked, now=now)
    plan = plan_series(problem.index, problem.series, problem.calendar.weights, restrict=problem.restrict,
                       late=after(SECONDS))
    if not isinstance(plan, SeriesPlan):
        return Refused((NotAsked("place", NO_ROOM),))
    offered = offered_plan(problem, plan, BEST, "")
    added = _unplaced(series, appointments_of(session, series.id))
    order = [step["id"] for step in series.steps]
    visits = tuple(replace(visit, ordinal=order.index(visit.step) + 1) for visit in offered.visits
                   if visit.step in added)
    return AddedTimes(series.id, replace(offered, visits=visits), _fingerprint(session, series))


@whole
def book_added(session: Session, command: BookAdded, *, by: Viewer, now: datetime) -> Added | Refused | NotFound:
    """Book them on the order that the decision came with. Use it inside `booking(database, now=…)`."""
    series = locked_series(session, by.clinic_id, command.series_id)
    if isinstance(series, NotFound):
        return series
    asked = _asked(session, series, now)
    if isinstance(asked, Refused):
        return asked
    if _fingerprint(session, series) != command.fingerprint:
        return Refused((PlanChanged(),))
    clinic = clinic_row(session, by.clinic_id)
    if refused := (_order_stands(session, series, command)
                   or refuse_shape(clinic, asked.terms, command.places, now=now, standing=asked.standing)):
        return refused
    owner = Owner(series.patient_id, AppointmentStatus.BOOKED, series_id=series.id, order_id=_order_of(session, series))
    promised = promise(session, clinic, command.places, owner, by=by, now=now)
    if promised.conflicts:
        return Refused(promised.conflicts)
    if refused := refuse_rules(session, clinic, series.patient_id, asked.terms, command.places, now=now,
                               standing=asked.standing):
        return refused
    series.latest_on = max([series.latest_on, *(row.starts_on for row in promised.appointments)])
    wait_again(session, promised.appointments, now)
    settle(session, series.id, now=now)
    ids = tuple(row.id for row in promised.appointments)
    messages = owe_messages(session, clinic_id=clinic.id, patient_id=series.patient_id, appointment_ids=ids,
                            series_id=series.id, now=now, why="booked")
    audit.record(session, by=by, verb="book", subject="series", subject_id=series.id, patient_id=series.patient_id,
                 now=now, detail={"order": owner.order_id, "visits": len(ids), "added": True})
    return Added(series.id, ids, messages)


def _asked(session: Session, series: Series, now: datetime) -> Asked | Refused:
    rows = appointments_of(session, series.id)
    added = _unplaced(series, rows)
    if not added:
        return Refused((NotAsked("place", NOTHING),))
    if series.status not in (SeriesStatus.ACTIVE, SeriesStatus.COMPLETED):
        return Refused((NotAsked("place", "This series does not run. Resume it, or take the stop back, first."),))
    clinic = clinic_row(session, series.clinic_id)
    until = wall(now, clinic.timezone).date() + timedelta(days=clinic.latest_days)
    return asked_of(session, clinic, series, rows, Movable(added, frozenset()), now=now, latest_on=until,
                    notice=timedelta(hours=clinic.notice_hours))


def _unplaced(series: Series, rows: list[Appointment]) -> frozenset[str]:
    return frozenset(step["id"] for step in series.steps) - {row.step for row in rows if row.step}


def _order_of(session: Session, series: Series) -> int | None:
    return session.scalar(select(Gate.order_id).where(
        Gate.series_id == series.id, Gate.decision == Decision.EXTEND).order_by(Gate.number.desc()).limit(1))


def _order_stands(session: Session, series: Series, command: BookAdded) -> Refused | None:
    order_id = _order_of(session, series)
    kinds = {step["id"]: step["kind"] for step in series.steps}
    wanted = sum(kinds.get(place.step or "") == "infusion" for place in command.places)
    if order_id is None:
        return Refused((NotAsked("place", NOTHING),))
    left = left_on_order(session, order_id)
    if wanted <= left.left:
        return None
    return Refused((MoreThanOrdered(order_id, left.ordered, left.booked, wanted),))


def _fingerprint(session: Session, series: Series) -> str:
    facts = [series.id, [step["id"] for step in series.steps],
             *([row.id, row.version, str(row.status)] for row in appointments_of(session, series.id))]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]
