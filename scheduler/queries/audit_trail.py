"""Who did what to which, when: the audit trail of a clinic, newest first, by pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, StaffMember

PAGE = 50


@dataclass(frozen=True)
class TrailFilter:
    """What to look for; None looks for everything. `since` and `until` bound the instant, half-open."""

    staff_id: int | None = None
    verb: str | None = None
    subject: str | None = None
    patient_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class TrailRow:
    """One entry: ids, and the name of the staff member alone."""

    id: int
    at: datetime
    actor: str
    staff_name: str | None = field(repr=False)
    verb: str
    subject: str
    subject_id: int | None
    patient_id: int | None
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class TrailPage:
    """One page; `older` is the key of the next page, None at the end."""

    rows: tuple[TrailRow, ...]
    older: int | None
    verbs: tuple[str, ...]
    subjects: tuple[str, ...]


def audit_trail(session: Session, clinic_id: int, wanted: TrailFilter, *, before: int | None = None) -> TrailPage:
    """A page of entries older than the entry `before` (the newest page without it). Three queries."""
    ours = AuditEntry.clinic_id == clinic_id
    conditions = [ours, *_conditions(wanted), *([AuditEntry.id < before] if before else [])]
    found = session.execute(
        select(AuditEntry, StaffMember.name).outerjoin(StaffMember, StaffMember.id == AuditEntry.staff_id)
        .where(*conditions).order_by(AuditEntry.id.desc()).limit(PAGE + 1)).all()
    rows = tuple(
        TrailRow(one.id, one.at, one.actor, name, one.verb, one.subject_type, one.subject_id, one.patient_id,
                 one.detail) for one, name in found[:PAGE])
    return TrailPage(
        rows, rows[-1].id if len(found) > PAGE else None,
        tuple(session.scalars(select(AuditEntry.verb).where(ours).distinct().order_by(AuditEntry.verb))),
        tuple(session.scalars(select(AuditEntry.subject_type).where(ours).distinct().order_by(AuditEntry.subject_type))))


def _conditions(wanted: TrailFilter) -> list[Any]:
    pairs = [(AuditEntry.staff_id, wanted.staff_id), (AuditEntry.verb, wanted.verb),
             (AuditEntry.subject_type, wanted.subject), (AuditEntry.patient_id, wanted.patient_id)]
    exact = [column == value for column, value in pairs if value is not None]
    since = [AuditEntry.at >= wanted.since] if wanted.since else []
    until = [AuditEntry.at < wanted.until] if wanted.until else []
    return [*exact, *since, *until]
