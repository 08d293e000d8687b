"""Visits as the rules of messages see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from models import Appointment, Message, VisitKind, VisitType
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.reminders import VisitFacts


@dataclass(frozen=True)
class VisitToTell:
    """A visit with what the rules do not ask: `version` counts its moves."""

    facts: VisitFacts
    patient_id: int
    series_id: int | None
    version: int
    status: AppointmentStatus
    told_at: datetime
    """When its reminders were first written as it stands now, or it was booked."""


def visits_to_tell(session: Session, clinic_id: int, *which: ColumnElement[bool]) -> tuple[VisitToTell, ...]:
    """The clinic's visits that match, by date. One query."""
    other, its_type = aliased(Appointment), aliased(VisitType)
    first_of_course = (
        select(func.min(other.ordinal)).join(its_type, its_type.id == other.visit_type_id)
        .where(other.series_id == Appointment.series_id, other.step.is_not(None), its_type.kind == VisitKind.INFUSION)
        .correlate(Appointment).scalar_subquery())
    told_at = (
        select(func.min(Message.created_at))
        .where(Message.appointment_id == Appointment.id, Message.appointment_version == Appointment.version)
        .correlate(Appointment).scalar_subquery())
    rows = session.execute(
        select(Appointment.id, Appointment.patient_id, Appointment.series_id, Appointment.version, Appointment.status,
               Appointment.starts_at, Appointment.confirmed_at, Appointment.booked_at, told_at.label("told_at"),
               Appointment.ordinal, VisitType.kind,
               first_of_course.label("first"))
        .join(VisitType, VisitType.id == Appointment.visit_type_id)
        .where(Appointment.clinic_id == clinic_id, *which).order_by(Appointment.starts_at, Appointment.id))
    return tuple(
        VisitToTell(VisitFacts(row.id, row.kind, row.starts_at,
                               first=row.kind == VisitKind.INFUSION and row.ordinal == row.first,
                               confirmed=row.confirmed_at is not None),
                    row.patient_id, row.series_id, row.version, row.status, row.told_at or row.booked_at)
        for row in rows)
