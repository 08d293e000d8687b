"""The series that are running for a patient: what a booking desk must see before it books another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models import Appointment, Series, VisitKind, VisitType
from scheduler.planning.lifecycle import OCCUPYING, RUNNING, AppointmentStatus, SeriesStatus


@dataclass(frozen=True)
class RunningSeries:
    """One running series: from when until when, and how many of its infusions were given."""

    id: int
    status: SeriesStatus
    first_on: date | None
    last_on: date | None
    given: int
    infusions: int


def running_series(session: Session, clinic_id: int, patient_id: int) -> tuple[RunningSeries, ...]:
    """The running series of a patient of the clinic, by their first day. One query."""
    given = case(((VisitType.kind == VisitKind.INFUSION) & (Appointment.status == AppointmentStatus.FULFILLED), 1),
                 else_=0)
    rows = session.execute(
        select(Series.id, Series.status, Series.infusions, func.min(Appointment.starts_on).label("first_on"),
               func.max(Appointment.starts_on).label("last_on"), func.coalesce(func.sum(given), 0).label("given"))
        .outerjoin(Appointment, (Appointment.series_id == Series.id) & Appointment.status.in_(OCCUPYING))
        .outerjoin(VisitType, VisitType.id == Appointment.visit_type_id)
        .where(Series.clinic_id == clinic_id, Series.patient_id == patient_id, Series.status.in_(RUNNING))
        .group_by(Series.id, Series.status, Series.infusions).order_by(func.min(Appointment.starts_on), Series.id))
    return tuple(RunningSeries(row.id, row.status, row.first_on, row.last_on, int(row.given), row.infusions)
                 for row in rows)
