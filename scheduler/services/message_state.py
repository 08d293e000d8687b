"""The only way a message changes its state: along the table of moves, each move written down with its reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import object_session

from models import Message, MessageMove
from scheduler.planning.lifecycle import MessageState, refusal

LONGEST_REASON = 400


def move(message: Message, wanted: MessageState, reason: str | None = None, *, now: datetime) -> None:
    """Move a message, with the reason where there is one to tell; a move that the table lacks is a bug (ValueError)."""
    refused = refusal(message.state, wanted)
    if refused is not None:
        raise ValueError(refused.sentence)
    message.state = wanted
    if reason is not None:
        message.reason = reason.strip()[:LONGEST_REASON]
    session = object_session(message)
    assert session is not None, "a message that no session knows has no life yet"
    session.add(MessageMove(clinic_id=message.clinic_id, message_id=message.id, state=wanted,
                            reason=(reason or "").strip()[:LONGEST_REASON], at=now))
