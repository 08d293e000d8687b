"""Book a series: its row, its appointments and claims, the messages owed and one audit entry, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Hold, Series
from scheduler.access import Viewer
from scheduler.planning.documents import to_document
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.gate_holds import make_gates
from scheduler.services.booking.hold_plan import locked_hold
from scheduler.services.booking.legality import refuse_rules, refuse_shape
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.offers import PlanSeries
from scheduler.services.booking.ordered import left_on_order
from scheduler.services.booking.promises import Owner, VisitPlace, promise
from scheduler.services.booking.terms import Terms, terms_for
from scheduler.services.conflicts import HoldGone, KeyUsed, MoreThanOrdered
from scheduler.services.messages.owe_messages import OwedRow, owe_messages
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole


@dataclass(frozen=True)
class BookHeld:
    """Book what a hold holds. The key (64 characters at most) makes a repeated submit give the same series."""

    hold_id: int
    idempotency_key: str


@dataclass(frozen=True)
class BookPlan:
    """Book a plan that is not held: imports, the demo clinic, races in tests."""

    plan: PlanSeries
    places: tuple[VisitPlace, ...]
    idempotency_key: str


@dataclass(frozen=True)
class BookedSeries:
    """The series and its appointments by ordinal. `again`: this key had been used, nothing new was written."""

    series_id: int
    appointment_ids: tuple[int, ...]
    messages: tuple[OwedRow, ...] = ()
    again: bool = False


Outcome = BookedSeries | Refused | NotFound


@whole
def book_held(session: Session, command: BookHeld, *, by: Viewer, now: datetime) -> Outcome:
    """Turn a hold's appointments into a series. Two at once with one key: both get the one series."""
    key = command.idempotency_key
    patient_id = session.scalar(select(Hold.patient_id).where(
        Hold.id == command.hold_id, Hold.clinic_id == by.clinic_id))
    if patient_id is not None:
        lock_patients(session, by.clinic_id, [patient_id])
    if (again := _booked_before(session, by.clinic_id, key, patient_id)) is not None:
        return again
    hold = locked_hold(session, by.clinic_id, command.hold_id)
    if hold is None or hold.expires_at <= now:
        return Refused((HoldGone(command.hold_id),))
    terms = Terms.from_document(hold.terms)
    if refused := _more_than_ordered(session, terms):
        return refused
    series = _series_row(session, by, hold.patient_id, terms, key, now)
    if isinstance(series, Refused):
        return series
    rows = list(session.scalars(select(Appointment).where(Appointment.hold_id == hold.id)
                                .order_by(Appointment.ordinal, Appointment.id)))
    for row in rows:
        row.status, row.hold_id, row.series_id = AppointmentStatus.BOOKED, None, series.id
        row.booked_at, row.booked_by = now, by.staff_id
    session.flush()
    session.execute(delete(Hold).where(Hold.id == hold.id), execution_options={"synchronize_session": False})
    return _finish(session, series, rows, by, now, {"hold": command.hold_id})


@whole
def book_plan(session: Session, command: BookPlan, *, by: Viewer, now: datetime) -> Outcome:
    """Book a plan directly. Use it inside `booking(database, now=…)`."""
    clinic, plan = clinic_row(session, by.clinic_id), command.plan
    if not lock_patients(session, clinic.id, [plan.patient_id]):
        return NotFound("patient")
    if (again := _booked_before(session, clinic.id, command.idempotency_key, plan.patient_id)) is not None:
        return again
    terms = terms_for(session, clinic, plan)
    if not isinstance(terms, Terms):
        return terms
    if refused := (_more_than_ordered(session, terms)
                   or refuse_shape(clinic, terms, command.places, now=now)):
        return refused
    return _book(session, clinic, command, terms, by, now)


def _book(session: Session, clinic: Clinic, command: BookPlan, terms: Terms, by: Viewer, now: datetime) -> Outcome:
    series = _series_row(session, by, command.plan.patient_id, terms, command.idempotency_key, now)
    if isinstance(series, Refused):
        return series
    owner = Owner(series.patient_id, AppointmentStatus.BOOKED, series_id=series.id, order_id=terms.order_id)
    promised = promise(session, clinic, command.places, owner, by=by, now=now)
    if promised.conflicts:
        return Refused(promised.conflicts)
    if refused := refuse_rules(session, clinic, series.patient_id, terms, command.places, now=now):
        return refused
    return _finish(session, series, promised.appointments, by, now, {})


def _booked_before(session: Session, clinic_id: int, key: str, patient_id: int | None) -> Outcome | None:
    series = session.scalar(select(Series).where(Series.clinic_id == clinic_id, Series.idempotency_key == key))
    if series is None:
        return None
    if patient_id is not None and series.patient_id != patient_id:
        return Refused((KeyUsed(key),))
    ids = session.scalars(select(Appointment.id).where(Appointment.series_id == series.id)
                          .order_by(Appointment.ordinal, Appointment.id))
    return BookedSeries(series.id, tuple(ids), again=True)


def _more_than_ordered(session: Session, terms: Terms) -> Refused | None:
    left = left_on_order(session, terms.order_id)
    if terms.wishes.infusions <= left.left:
        return None
    return Refused((MoreThanOrdered(left.order_id, left.ordered, left.booked, terms.wishes.infusions),))


def _series_row(session: Session, by: Viewer, patient_id: int, terms: Terms, key: str,
                now: datetime) -> Series | Refused:
    assert terms.wishes.latest_on is not None
    series = Series(
        clinic_id=by.clinic_id, patient_id=patient_id, protocol_version_id=terms.protocol_version_id,
        order_id=terms.order_id, status=SeriesStatus.ACTIVE, infusions=terms.wishes.infusions,
        earliest_on=terms.wishes.earliest_on, latest_on=terms.wishes.latest_on, wishes=terms.wishes.to_document(),
        steps=[to_document(step) for step in terms.steps], finish=terms.finish, same=list(terms.same),
        idempotency_key=key, booked_at=now, booked_by=by.staff_id)
    try:
        with session.begin_nested():
            session.add(series)
    except IntegrityError:
        # The key's other owner was booking another patient: ours was not locked against it.
        if _booked_before(session, by.clinic_id, key, None) is None:
            raise
        return Refused((KeyUsed(key),))
    return series


def _finish(session: Session, series: Series, rows: Sequence[Appointment], by: Viewer, now: datetime,
            detail: dict) -> BookedSeries:
    make_gates(session, series, now)
    ids = tuple(row.id for row in rows)
    messages = owe_messages(session, clinic_id=series.clinic_id, patient_id=series.patient_id, appointment_ids=ids,
                            series_id=series.id, now=now, why="booked")
    audit.record(session, by=by, verb="book", subject="series", subject_id=series.id, patient_id=series.patient_id,
                 now=now, detail={**detail, "order": series.order_id, "visits": len(ids)})
    session.flush()
    return BookedSeries(series.id, ids, messages)
