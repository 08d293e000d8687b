"""A person sees to a text that came in: says so, which ends the alerts, and later that it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import InboundText
from scheduler.access import Viewer
from scheduler.planning.words import InboundState
from scheduler.services import audit
from scheduler.services.refusal import NotFound, Refused


@dataclass(frozen=True)
class TakeInbound:
    """Say that one sees to it."""

    inbound_id: int


@dataclass(frozen=True)
class FinishInbound:
    """Say that it is done, with a note where there is something to say."""

    inbound_id: int
    note: str = ""


@dataclass(frozen=True)
class NothingToDo:
    """It was answered by itself, or is done."""

    sentence: str = "Nobody has to do anything about this text any more."


def take_inbound(session: Session, command: TakeInbound, *, by: Viewer, now: datetime) -> int | Refused | NotFound:
    """Note who sees to it and when, and end the alerts. Whoever takes it over from somebody else is noted instead."""
    row = _found(session, command.inbound_id, by)
    if isinstance(row, NotFound | Refused):
        return row
    row.state, row.taken_by, row.taken_at, row.alert_again_at = InboundState.TAKEN, by.staff_id, now, None
    return _noted(session, row, "take text", by, now)


def finish_inbound(session: Session, command: FinishInbound, *, by: Viewer, now: datetime) -> int | Refused | NotFound:
    """Note that it is done. What was not taken before is taken with it."""
    row = _found(session, command.inbound_id, by)
    if isinstance(row, NotFound | Refused):
        return row
    if row.taken_at is None:
        row.taken_by, row.taken_at = by.staff_id, now
    row.state, row.answered_by, row.answered_at, row.alert_again_at = InboundState.DONE, by.staff_id, now, None
    row.note = command.note.strip()[:400]
    return _noted(session, row, "finish text", by, now)


def _found(session: Session, inbound_id: int, by: Viewer) -> InboundText | NotFound | Refused:
    row = session.scalar(select(InboundText).where(
        InboundText.id == inbound_id, InboundText.clinic_id == by.clinic_id).with_for_update())
    if row is None:
        return NotFound("text")
    if row.state in (InboundState.DONE, InboundState.ANSWERED):
        return Refused((NothingToDo(),))
    return row


def _noted(session: Session, row: InboundText, verb: str, by: Viewer, now: datetime) -> int:
    audit.record(session, by=by, verb=verb, subject="inbound text", subject_id=row.id, patient_id=row.patient_id,
                 now=now)
    return row.id
