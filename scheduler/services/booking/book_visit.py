"""Book a single visit: a consultation, an extra session, a booster; by itself or beside a series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Order, Series, VisitKind, VisitType
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.free_times import ALONE, alone
from scheduler.services.booking.legality import refuse_rules, refuse_shape
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.ordered import left_on_order
from scheduler.services.booking.promises import Owner, VisitPlace, promise
from scheduler.services.booking.terms import Terms
from scheduler.services.conflicts import MoreThanOrdered, NotAsked, OrderMissing, WrongOrder
from scheduler.services.messages.owe_messages import OwedRow, owe_messages
from scheduler.services.refusal import Conflict, NotFound, Refused
from scheduler.services.whole import whole


@dataclass(frozen=True)
class BookVisit:
    """One visit at a place (`VisitPlace`, its step None). An infusion needs the order that it counts against.

    The key makes a repeated submit give the same visit.
    """

    patient_id: int
    place: VisitPlace
    idempotency_key: str
    series_id: int | None = None
    order_id: int | None = None


@dataclass(frozen=True)
class BookedVisit:
    """The appointment. `again`: this key had been used, nothing new was written."""

    appointment_id: int
    messages: tuple[OwedRow, ...] = ()
    again: bool = False


@whole
def book_visit(session: Session, command: BookVisit, *, by: Viewer, now: datetime) -> BookedVisit | Refused | NotFound:
    """Book one visit. Use it inside `booking(database, now=…)`."""
    clinic = clinic_row(session, by.clinic_id)
    if not lock_patients(session, clinic.id, [command.patient_id]):
        return NotFound("patient")
    before = session.scalar(select(Appointment.id).where(
        Appointment.clinic_id == clinic.id, Appointment.patient_id == command.patient_id,
        Appointment.idempotency_key == command.idempotency_key))
    if before is not None:
        return BookedVisit(before, again=True)
    kind = session.scalar(select(VisitType.kind).where(
        VisitType.id == command.place.visit_type_id, VisitType.clinic_id == clinic.id, VisitType.active))
    if kind is None:
        return NotFound("visit type")
    if found := _check_rows(session, clinic, command):
        return found
    if stands := _order_stands(session, command, kind):
        return Refused(stands)
    on = command.place.wall_start.date()
    terms = alone(command.patient_id, command.place.visit_type_id, on, on).terms
    pinned = replace(command.place, step=ALONE)
    if refused := refuse_shape(clinic, terms, [pinned], now=now):
        return refused
    return _book(session, clinic, command, terms, by, now)


def _book(session: Session, clinic: Clinic, command: BookVisit, terms: Terms, by: Viewer,
          now: datetime) -> BookedVisit | Refused:
    last = session.scalar(select(func.max(Appointment.ordinal)).where(Appointment.series_id == command.series_id)) \
        if command.series_id else None
    place = replace(command.place, step=None, ordinal=(last or 0) + 1)
    owner = Owner(command.patient_id, AppointmentStatus.BOOKED, series_id=command.series_id, order_id=command.order_id)
    promised = promise(session, clinic, [place], owner, by=by, now=now)
    if promised.conflicts:
        return Refused(promised.conflicts)
    pinned = replace(command.place, step=ALONE)
    if refused := refuse_rules(session, clinic, command.patient_id, terms, [pinned], now=now):
        return refused
    row = promised.appointments[0]
    row.idempotency_key = command.idempotency_key
    session.flush()
    messages = owe_messages(session, clinic_id=clinic.id, patient_id=row.patient_id, appointment_ids=[row.id],
                            series_id=row.series_id, now=now, why="booked")
    audit.record(session, by=by, verb="book", subject="appointment", subject_id=row.id, patient_id=row.patient_id,
                 now=now, detail={"series": row.series_id, "order": row.order_id})
    return BookedVisit(row.id, messages)


def _check_rows(session: Session, clinic: Clinic, command: BookVisit) -> Refused | NotFound | None:
    if command.order_id is not None:
        patient_id = session.scalar(select(Order.patient_id).where(
            Order.id == command.order_id, Order.clinic_id == clinic.id, Order.withdrawn_at.is_(None)))
        if patient_id is None:
            return NotFound("order")
        if patient_id != command.patient_id:
            return Refused((WrongOrder(command.order_id),))
    if command.series_id is not None:
        series = session.scalar(select(Series).where(
            Series.id == command.series_id, Series.clinic_id == clinic.id, Series.patient_id == command.patient_id))
        if series is None:
            return NotFound("series")
        if series.status == SeriesStatus.STOPPED:
            return Refused((NotAsked("series", "This series is stopped. Book the visit by itself."),))
    return None


def _order_stands(session: Session, command: BookVisit, kind: VisitKind) -> tuple[Conflict, ...]:
    if kind != VisitKind.INFUSION:
        return ()
    if command.order_id is None:
        return (OrderMissing(),)
    left = left_on_order(session, command.order_id)
    return () if left.left else (MoreThanOrdered(left.order_id, left.ordered, left.booked, 1),)
