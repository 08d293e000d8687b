"""What was decided about a course, when, by whom and why: read from the audit trail, for the series' page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models import Appointment, AuditEntry, StaffMember

OF_SERIES = ("pause", "undo pause", "resume", "undo resume", "stop", "undo stop", "decide", "undo decide", "release")
OF_VISIT = ("defer", "omit", "cease", "undo set aside")


@dataclass(frozen=True)
class CourseAct:
    """One decision. `step` names the visit that it was about, `by` is empty for the clock and a patient's link."""

    at: datetime
    verb: str
    by: str
    appointment_id: int | None
    reason: str = field(repr=False)
    decision: str = ""
    not_before: date | None = None


def course_history(session: Session, clinic_id: int, series_id: int) -> tuple[CourseAct, ...]:
    """The decisions about one series and its steps, the newest first. One query."""
    of_series = and_(AuditEntry.subject_type == "series", AuditEntry.subject_id == series_id,
                     AuditEntry.verb.in_(OF_SERIES))
    own = select(Appointment.id).where(Appointment.series_id == series_id)
    of_visit = and_(AuditEntry.subject_type == "appointment", AuditEntry.subject_id.in_(own),
                    AuditEntry.verb.in_(OF_VISIT))
    rows = session.execute(
        select(AuditEntry, StaffMember.name).outerjoin(StaffMember, StaffMember.id == AuditEntry.staff_id)
        .where(AuditEntry.clinic_id == clinic_id, or_(of_series, of_visit))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc()))
    return tuple(_act(entry, name or "") for entry, name in rows)


def _act(entry: AuditEntry, by: str) -> CourseAct:
    until = entry.detail.get("not_before")
    return CourseAct(
        entry.at, entry.verb, by, entry.subject_id if entry.subject_type == "appointment" else None,
        entry.detail.get("reason", ""), entry.detail.get("decision", ""),
        date.fromisoformat(until) if until else None)
