"""End the offer of a batch part: answered, withdrawn, run out, or no longer possible."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import BatchPart, Message
from scheduler.access import Viewer
from scheduler.planning.batches import PART_MOVES, PartState
from scheduler.queries.hit_visits import hits
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.let_go import let_go
from scheduler.services.messages.owe_messages import owe_messages

BATCH = 50
STAYS = "It is not out after all: the visits stay where they are."


def end_part(session: Session, part: BatchPart, state: PartState, *, by: Viewer, now: datetime) -> None:
    """End an open part: what was kept for it goes, and so does a letter that has not left. The patient is locked."""
    assert state in PART_MOVES[part.state]
    hold_id, part.hold_id = part.hold_id, None
    part.state, part.ended_at = state, now
    session.flush()
    let_go(session, hold_id, part.message_id, answered=state in (PartState.ACCEPTED, PartState.DECLINED), now=now)
    audit.record(session, by=by, verb=f"new times {state}", subject="batch", subject_id=part.batch_id,
                 patient_id=part.patient_id, now=now, detail={"part": part.id, "moved": part.moved})
    session.flush()


def open_parts(session: Session, clinic_id: int) -> list[BatchPart]:
    """Every part of the clinic whose new times are offered and not answered."""
    return list(session.scalars(select(BatchPart).where(
        BatchPart.clinic_id == clinic_id, BatchPart.state == PartState.OPEN)
        .order_by(BatchPart.patient_id, BatchPart.id).execution_options(populate_existing=True)))


def end_needless(session: Session, *, by: Viewer, now: datetime) -> list[BatchPart]:
    """End the open parts whose visits all fit again where they stand; gives them. Their patients are locked."""
    parts = open_parts(session, by.clinic_id)
    still = hits(session, by.clinic_id, now=now) if parts else {}
    needless = [part for part in parts if not any(id_ in still for id_, *_ in part.moved)]
    for part in needless:
        part.why = STAYS
        end_part(session, part, PartState.WITHDRAWN, by=by, now=now)
    return needless


def tell_they_stay(session: Session, part: BatchPart, *, now: datetime) -> bool:
    """Where new times have been written of: one letter with all the visits, at the times that they keep."""
    message = session.get(Message, part.message_id) if part.message_id else None
    if message is None or message.sent_at is None:
        return False
    return bool(owe_messages(
        session, clinic_id=part.clinic_id, patient_id=part.patient_id, series_id=part.series_id, now=now, why="booked",
        appointment_ids=[id_ for id_, *_ in part.moved]))


def expire_parts(session: Session, *, now: datetime) -> int:
    """End the offers whose time has passed; gives how many. Two of them at once are harmless: under the patient's lock
    the second one finds them ended."""
    due = session.execute(
        select(BatchPart.id, BatchPart.clinic_id, BatchPart.patient_id)
        .where(BatchPart.state == PartState.OPEN, BatchPart.expires_at <= now)
        .order_by(BatchPart.expires_at, BatchPart.id).limit(BATCH)).all()
    for row in sorted(due, key=lambda row: row.patient_id):
        lock_patients(session, row.clinic_id, [row.patient_id])
    ended = 0
    for row in due:
        part = session.get_one(BatchPart, row.id, populate_existing=True)
        if part.state == PartState.OPEN:
            end_part(session, part, PartState.EXPIRED, by=Viewer(clinic_id=row.clinic_id, actor="clock"), now=now)
            ended += 1
    return ended
