"""Write down that somebody came in, went out, or tried to: ids alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.access import Viewer
from scheduler.queries.viewers import clinics_of
from scheduler.services.audit import record


def note_sign_in(session: Session, verb: str, *, staff_id: int, now: datetime, clinic_id: int | None = None) -> None:
    """One audit entry in every clinic of the staff member (or in the one they look at)."""
    clinics = [clinic_id] if clinic_id else [each for each, _ in clinics_of(session, staff_id)]
    for each in clinics:
        record(session, by=Viewer(clinic_id=each, staff_id=staff_id), verb=verb, subject="account",
               subject_id=staff_id, now=now)
