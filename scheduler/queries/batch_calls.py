"""Courses of a closure whose patients somebody has to telephone: they said no, did not answer, or have no letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models import Appointment, Batch, BatchPart
from scheduler.planning.batches import NEEDS_CALL, PartState
from scheduler.queries.hit_visits import hits


@dataclass(frozen=True)
class PartToCall:
    """One course to telephone about; `starts_at` is the first visit of it that is to move."""

    part_id: int
    patient_id: int
    since: datetime
    starts_at: datetime


def parts_to_call(session: Session, clinic_id: int, *, now: datetime) -> dict[int, PartToCall]:
    """By part, of each course the newest alone. Twelve queries, however many.

    Kept times that no letter tells of; and visits that still stand where they do not fit: where they were moved since,
    or nothing is out any more, there is nothing to call about.
    """
    newest = select(func.max(BatchPart.id)).where(BatchPart.clinic_id == clinic_id).group_by(
        BatchPart.series_id, BatchPart.appointment_id)
    rows = session.execute(
        select(BatchPart, Batch.made_at).join(Batch, Batch.id == BatchPart.batch_id).where(
            BatchPart.id.in_(newest), Batch.undone_at.is_(None),
            or_(BatchPart.state.in_(NEEDS_CALL),
                and_(BatchPart.state == PartState.OPEN, BatchPart.message_id.is_(None)))).order_by(BatchPart.id)).all()
    if not rows:
        return {}
    still = hits(session, clinic_id, now=now)
    starts = {row.id: row.starts_at for row in session.execute(select(Appointment.id, Appointment.starts_at).where(
        Appointment.id.in_([id_ for part, _ in rows for id_, *_ in part.moved])))}
    found = {}
    for part, made_at in rows:
        ids = [id_ for id_, *_ in part.moved if id_ in starts]
        about = ids if part.state == PartState.OPEN else [id_ for id_ in ids if id_ in still]
        if about:
            found[part.id] = PartToCall(part.id, part.patient_id, part.ended_at or made_at,
                                        min(starts[id_] for id_ in about))
    return found
