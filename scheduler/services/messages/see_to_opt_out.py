"""The desk has seen to a consent that a patient took back, or takes that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import OptOut
from scheduler.access import Viewer
from scheduler.services import audit
from scheduler.services.refusal import NotFound


def finish_opt_out(session: Session, opt_out_id: int, *, by: Viewer, now: datetime) -> int | NotFound:
    """It is honoured everywhere; twice is once. Gives the patient's id."""
    row = _locked(session, opt_out_id, by)
    if row is None:
        return NotFound("opt-out")
    if row.done_at is None:
        row.done_at, row.done_by = now, by.staff_id
        _note(session, row, "finish opt-out", by, now)
    return row.patient_id


def reopen_opt_out(session: Session, opt_out_id: int, *, by: Viewer, now: datetime) -> int | NotFound:
    """It was a slip: it waits again."""
    row = _locked(session, opt_out_id, by)
    if row is None:
        return NotFound("opt-out")
    if row.done_at is not None:
        row.done_at = row.done_by = None
        _note(session, row, "reopen opt-out", by, now)
    return row.patient_id


def _locked(session: Session, opt_out_id: int, by: Viewer) -> OptOut | None:
    return session.scalar(
        select(OptOut).where(OptOut.id == opt_out_id, OptOut.clinic_id == by.clinic_id).with_for_update())


def _note(session: Session, row: OptOut, verb: str, by: Viewer, now: datetime) -> None:
    audit.record(session, by=by, verb=verb, subject="opt-out", subject_id=row.id, patient_id=row.patient_id, now=now,
                 detail={"channels": row.channels.split(",")})
