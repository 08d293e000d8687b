"""Record a clinician's order for a number of infusions, as it was signed on paper or in the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Appointment, Membership, Order, StaffMember
from scheduler.access import Viewer
from scheduler.planning.instants import wall
from scheduler.planning.words import Role
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.locked import clinic_row
from scheduler.services.refusal import Conflict, NotFound, Refused
from scheduler.services.whole import whole

FEWEST, MOST = 1, 60
LONGEST_NOTE = 500


@dataclass(frozen=True)
class RecordOrder:
    """Who ordered how many infusions for whom, and on which clinic-local day."""

    patient_id: int
    ordered_by: int
    infusions: int
    ordered_on: date
    note: str = ""


@dataclass(frozen=True)
class Recorded:
    """The order. `again`: the very same one stood there unused, so no second one was written."""

    order_id: int
    again: bool = False


@dataclass(frozen=True)
class NotOrdering:
    """The person named is no clinician of this clinic."""

    staff_id: int
    sentence: str = "Only an active clinician of this clinic can order. Choose one of the list."


@dataclass(frozen=True)
class WrongCount:
    """An order is for one infusion up to sixty."""

    infusions: int
    sentence: str = f"An order is for {FEWEST} to {MOST} infusions. Ask the clinician if more are meant."


@dataclass(frozen=True)
class OrderedLater:
    """An order that is signed on a day to come."""

    ordered_on: date
    sentence: str = "The order's date lies in the future. Enter the day on which it was signed."


@whole
def record_order(session: Session, command: RecordOrder, *, by: Viewer, now: datetime) -> Recorded | Refused | NotFound:
    """Write an order down. One that repeats an unused order of the same day gives that order: a form sent twice."""
    clinic = clinic_row(session, by.clinic_id)
    if not lock_patients(session, clinic.id, [command.patient_id]):
        return NotFound("patient")
    if stands := tuple(_stands(session, command, by, wall(now, clinic.timezone).date())):
        return Refused(stands)
    if (unused := _unused_twin(session, command, by.clinic_id)) is not None:
        return Recorded(unused, again=True)
    order = Order(clinic_id=clinic.id, patient_id=command.patient_id, ordered_by=command.ordered_by,
                  ordered_on=command.ordered_on, infusions=command.infusions,
                  note=command.note.strip()[:LONGEST_NOTE], recorded_at=now, recorded_by=by.staff_id)
    session.add(order)
    session.flush()
    audit.record(session, by=by, verb="record", subject="order", subject_id=order.id, patient_id=order.patient_id,
                 now=now, detail={"infusions": order.infusions, "ordered_by": order.ordered_by})
    return Recorded(order.id)


def _stands(session: Session, command: RecordOrder, by: Viewer, today: date) -> list[Conflict]:
    found: list[Conflict] = []
    clinician = session.scalar(
        select(StaffMember.id).join(Membership).where(
            StaffMember.id == command.ordered_by, StaffMember.active, Membership.clinic_id == by.clinic_id,
            Membership.role == Role.CLINICIAN))
    if clinician is None:
        found.append(NotOrdering(command.ordered_by))
    if not FEWEST <= command.infusions <= MOST:
        found.append(WrongCount(command.infusions))
    if command.ordered_on > today:
        found.append(OrderedLater(command.ordered_on))
    return found


def _unused_twin(session: Session, command: RecordOrder, clinic_id: int) -> int | None:
    used = select(func.count(Appointment.id)).where(Appointment.order_id == Order.id).scalar_subquery()
    return session.scalar(select(Order.id).where(
        Order.clinic_id == clinic_id, Order.patient_id == command.patient_id, Order.ordered_by == command.ordered_by,
        Order.infusions == command.infusions, Order.ordered_on == command.ordered_on, used == 0,
        Order.withdrawn_at.is_(None))
        .order_by(Order.id.desc()).limit(1))
