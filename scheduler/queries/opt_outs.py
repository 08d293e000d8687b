"""Consents that patients took back on their own page: what waits for the desk, and what was seen to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models import Appointment, OptOut, Patient, StaffMember
from scheduler.planning.business_days import OPT_OUT_DAYS, business_days_after
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.words import Channel
from scheduler.queries.patient_details import initials
from scheduler.queries.reach import standing_consents

WRITTEN = frozenset({Channel.EMAIL, Channel.TEXT})


@dataclass(frozen=True)
class OptOutRow:
    """What one patient stopped. `nothing_left`: neither letters nor texts go out to them any more."""

    id: int
    patient_id: int
    name: str = field(repr=False)
    initials: str = field(repr=False)
    telephone: str | None = field(repr=False)
    channels: tuple[Channel, ...]
    opted_out_at: datetime
    next_visit_at: datetime | None
    nothing_left: bool
    done_at: datetime | None
    done_by: str

    def honour_by(self, timezone: str) -> date:
        """The last day on which it must have been honoured everywhere."""
        return business_days_after(self.opted_out_at.astimezone(ZoneInfo(timezone)).date(), OPT_OUT_DAYS)


def waiting_opt_outs(session: Session, clinic_id: int, *, now: datetime) -> tuple[OptOutRow, ...]:
    """Those that nobody has seen to, the oldest first. Two queries."""
    return _rows(session, clinic_id, now, OptOut.done_at.is_(None))


def opt_outs_done_since(session: Session, clinic_id: int, since: datetime, *, now: datetime) -> tuple[OptOutRow, ...]:
    """Those that somebody has seen to since then. Two queries."""
    return _rows(session, clinic_id, now, OptOut.done_at >= since)


def _rows(session: Session, clinic_id: int, now: datetime, *where: ColumnElement[bool]) -> tuple[OptOutRow, ...]:
    upcoming = (
        select(func.min(Appointment.starts_at)).where(
            Appointment.patient_id == OptOut.patient_id, Appointment.clinic_id == clinic_id,
            Appointment.status == AppointmentStatus.BOOKED, Appointment.starts_at > now)
        .correlate(OptOut).scalar_subquery())
    found = session.execute(
        select(OptOut, Patient, StaffMember.initials, upcoming).join(Patient, Patient.id == OptOut.patient_id)
        .outerjoin(StaffMember, StaffMember.id == OptOut.done_by)
        .where(OptOut.clinic_id == clinic_id, OptOut.taken_back_at.is_(None), *where)
        .order_by(OptOut.opted_out_at, OptOut.id)).all()
    consents = standing_consents(session, {patient.id for _, patient, _, _ in found})
    return tuple(
        OptOutRow(one.id, patient.id, f"{patient.given_name} {patient.family_name}",
                  initials(patient.given_name, patient.family_name), patient.telephone,
                  tuple(Channel(word) for word in one.channels.split(",")), one.opted_out_at, at,
                  not consents[patient.id] & WRITTEN, one.done_at, by or "")
        for one, patient, by, at in found)
