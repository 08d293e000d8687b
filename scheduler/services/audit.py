"""Write down who did what to which, when: ids and words of the house, never a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import AuditEntry
from scheduler.access import Viewer


def record(session: Session, *, by: Viewer, verb: str, subject: str, subject_id: int | None, now: datetime,
           patient_id: int | None = None, detail: dict[str, Any] | None = None) -> None:
    """Add one audit entry to the transaction of `session`."""
    session.add(AuditEntry(
        clinic_id=by.clinic_id, at=now, actor=by.actor, staff_id=by.staff_id, verb=verb, subject_type=subject,
        subject_id=subject_id, patient_id=patient_id, detail=detail or {}))
