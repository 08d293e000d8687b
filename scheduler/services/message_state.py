"""The only way a message changes its state: along the table of moves, each move written down with its reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, literal, select, update
from sqlalchemy.orm import Session, object_session

from models import Message, MessageMove
from models.outgoing import Outgoing
from scheduler.planning.lifecycle import MessageState, refusal

LONGEST_REASON = 400


def move(message: Outgoing, wanted: MessageState, reason: str | None = None, *, now: datetime) -> None:
    """Move a message, with the reason where there is one to tell; a move that the table lacks is a bug (ValueError)."""
    refused = refusal(message.state, wanted)
    if refused is not None:
        raise ValueError(refused.sentence)
    message.state = wanted
    if reason is not None:
        message.reason = reason.strip()[:LONGEST_REASON]
    if not isinstance(message, Message):
        return
    session = object_session(message)
    assert session is not None, "a message that no session knows has no life yet"
    session.add(MessageMove(clinic_id=message.clinic_id, message_id=message.id, state=wanted,
                            reason=(reason or "").strip()[:LONGEST_REASON], at=now))


def move_claimed(session: Session, table: type[Outgoing], row_id: int, claim: str, wanted: MessageState, reason: str, *,
                 now: datetime, **facts: object) -> bool:
    """The same in one statement for a row that is claimed by `claim`, which ends; False where it is not (any more)."""
    assert refusal(MessageState.CLAIMED, wanted) is None
    reason = reason.strip()[:LONGEST_REASON]
    moved = session.execute(
        update(table).where(table.id == row_id, table.claimed_by == claim, table.state == MessageState.CLAIMED)
        .values(state=wanted, reason=reason, claimed_by=None, claimed_until=None, **facts)
        .execution_options(synchronize_session=False)).rowcount
    if moved and table is Message:
        session.execute(insert(MessageMove).from_select(
            ["clinic_id", "message_id", "state", "reason", "at"],
            select(Message.clinic_id, Message.id, literal(wanted, Message.state.type), literal(reason),
                   literal(now, Message.due_at.type)).where(Message.id == row_id)))
    return bool(moved)
