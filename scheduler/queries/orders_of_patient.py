"""A patient's orders with what is left of them, and the clinicians who can order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models import Appointment, Membership, Order, StaffMember
from scheduler.planning.lifecycle import OCCUPYING, AppointmentStatus
from scheduler.planning.words import Role

HELD = AppointmentStatus.HELD
COUNTED = OCCUPYING - {HELD}
"""Infusions of a plan that is only held are not counted, those that wait behind a gate of their series are."""


@dataclass(frozen=True)
class OrderRow:
    """One order: who, when, how many, and how many of them may still be booked."""

    id: int
    ordered_on: date
    ordered_by: str
    infusions: int
    left: int
    note: str = field(repr=False)


def orders_of_patient(session: Session, clinic_id: int, patient_id: int) -> tuple[OrderRow, ...]:
    """Every order of a patient of the clinic that stands, newest first. One query."""
    booked = (select(func.count(Appointment.id)).where(
        Appointment.order_id == Order.id,
        or_(Appointment.status.in_(COUNTED), Appointment.series_id.is_not(None) & (Appointment.status == HELD)),
    ).correlate(Order).scalar_subquery())
    rows = session.execute(
        select(Order, StaffMember.name, booked.label("booked")).join(StaffMember, StaffMember.id == Order.ordered_by)
        .where(Order.clinic_id == clinic_id, Order.patient_id == patient_id, Order.withdrawn_at.is_(None))
        .order_by(Order.ordered_on.desc(), Order.id.desc()))
    return tuple(OrderRow(order.id, order.ordered_on, name, order.infusions, max(order.infusions - used, 0), order.note)
                 for order, name, used in rows)


def ordering_clinicians(session: Session, clinic_id: int) -> tuple[tuple[int, str], ...]:
    """The active clinicians (id, name) of a clinic, by name."""
    rows = session.execute(
        select(StaffMember.id, StaffMember.name).join(Membership).where(
            Membership.clinic_id == clinic_id, Membership.role == Role.CLINICIAN, StaffMember.active)
        .order_by(StaffMember.name, StaffMember.id))
    return tuple((row.id, row.name) for row in rows)
