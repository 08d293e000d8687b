"""A message that did not arrive needs nobody any more: the desk lets it be, or takes that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message
from scheduler.access import Viewer
from scheduler.planning.lifecycle import MessageState
from scheduler.services import audit
from scheduler.services.conflicts import NotAsked
from scheduler.services.messages.message_state import move
from scheduler.services.refusal import NotFound, Refused

S = MessageState
LET_BE = "The desk let it be. Before: "
MOVED_ON = NotAsked("let be", "This message stands elsewhere by now. Look at it again.")


def let_message_be(session: Session, message_id: int, *, by: Viewer, now: datetime) -> int | Refused | NotFound:
    """Move a bounced or parked message to those left out, its reason kept; gives the patient's id."""
    message = _locked(session, message_id, by)
    if message is None:
        return NotFound("message")
    if message.state not in (S.BOUNCED, S.PARKED):
        return Refused((MOVED_ON,))
    reason = message.reason or "It came back."
    if message.state == S.BOUNCED:
        move(message, S.PARKED, reason, now=now)
    move(message, S.SKIPPED, f"{LET_BE}{reason}", now=now)
    _note(session, message, "let be", by, now)
    return message.patient_id


def take_message_up(session: Session, message_id: int, *, by: Viewer, now: datetime) -> int | Refused | NotFound:
    """Undo: it stands parked again, with the reason it had."""
    message = _locked(session, message_id, by)
    if message is None:
        return NotFound("message")
    if message.state != S.SKIPPED or not message.reason.startswith(LET_BE):
        return Refused((MOVED_ON,))
    reason = message.reason.removeprefix(LET_BE)
    move(message, S.PLANNED, reason, now=now)
    move(message, S.PARKED, reason, now=now)
    _note(session, message, "take up", by, now)
    return message.patient_id


def _locked(session: Session, message_id: int, by: Viewer) -> Message | None:
    return session.scalar(select(Message).where(
        Message.id == message_id, Message.clinic_id == by.clinic_id).with_for_update())


def _note(session: Session, message: Message, verb: str, by: Viewer, now: datetime) -> None:
    session.flush()
    audit.record(session, by=by, verb=verb, subject="message", subject_id=message.id, patient_id=message.patient_id,
                 now=now, detail={"kind": str(message.kind)})
