"""Take a batch back in one step: every visit of every course stands where it stood, or none does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Batch, BatchPart, Change
from scheduler.access import Viewer
from scheduler.planning.batches import PartState
from scheduler.queries.changes import against_undoing, visits_of
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.changing.undo_change import put_back, taken_back
from scheduler.services.conflicts import NotAsked
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole


@dataclass(frozen=True)
class UndoBatch:
    """Put everything back where it stood before the batch."""

    batch_id: int


@dataclass(frozen=True)
class BatchUndone:
    """How many visits stand where they stood."""

    batch_id: int
    visits: int


@whole
def undo_batch(session: Session, command: UndoBatch, *, by: Viewer, now: datetime) -> BatchUndone | Refused | NotFound:
    """All of it, or nothing, as long as nobody was told and nothing was changed. Use it inside `booking(…)`."""
    batch = session.scalar(select(Batch).where(Batch.id == command.batch_id, Batch.clinic_id == by.clinic_id))
    if batch is None:
        return NotFound("batch")
    patients = session.scalars(select(BatchPart.patient_id).where(BatchPart.batch_id == batch.id)).all()
    lock_patients(session, by.clinic_id, patients)
    session.refresh(batch)
    changes = session.scalars(
        select(Change).join(BatchPart, BatchPart.change_id == Change.id)
        .where(BatchPart.batch_id == batch.id, BatchPart.state == PartState.APPLIED).order_by(Change.id)
        .execution_options(populate_existing=True)).all()
    if stands := why_not_undo(session, batch, changes):
        return Refused((NotAsked("undo", stands),))
    if conflicts := put_back(session, changes, by, now):
        return Refused(conflicts)
    taken_back(session, changes, by, now)
    batch.undone_at, batch.undone_by = now, by.staff_id
    visits = [id_ for change in changes for id_ in visits_of(change)]
    audit.record(session, by=by, verb="undo reschedule", subject="batch", subject_id=batch.id, now=now,
                 detail={"back": visits})
    session.flush()
    return BatchUndone(batch.id, len(visits))


def why_not_undo(session: Session, batch: Batch, changes: Sequence[Change]) -> str:
    """Why a batch can no longer be taken back as a whole; empty where it can."""
    if batch.undone_at is not None:
        return "This plan has been taken back already."
    if not changes:
        return "Nothing of this plan was moved by the desk."
    told: Mapping[str, int] = {}
    for stands in against_undoing(session, changes):
        told = {**told, stands: told.get(stands, 0) + 1} if stands else told
    if not told:
        return ""
    count = sum(told.values())
    return (f"{'1 course' if count == 1 else f'{count} courses'} of this plan can no longer be put back: "
            f"{next(iter(told))[0].lower()}{next(iter(told))[1:]} Undo the others one by one on their own pages.")
