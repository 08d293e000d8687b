"""Write down what came of handing a message over, if it is still ours to write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message
from scheduler.messaging.ports import Accepted, NotDeliverable, Outcome, Unreachable
from scheduler.planning.lifecycle import MessageState
from scheduler.services.message_state import move
from scheduler.services.supersede import free_merged
from scheduler.services.take_message import ToSend, failed


def acknowledge_message(session: Session, taken: ToSend, outcome: Outcome, *, now: datetime) -> MessageState | None:
    """Record the outcome and give the new state; None where another clock has taken the message meanwhile.

    A message that was superseded while it was on its way stays superseded; that it was sent is noted on it.
    """
    message = session.scalar(select(Message).where(Message.id == taken.message_id).with_for_update())
    if message is None or message.claimed_by != taken.claim:
        return None
    if message.state == MessageState.CLAIMED:
        _record(session, message, outcome, taken.under, now)
    elif isinstance(outcome, Accepted):
        message.sent_at, message.gateway_reference = now, outcome.reference
    message.claimed_by = message.claimed_until = None
    return message.state


def _record(session: Session, message: Message, outcome: Outcome, under: str, now: datetime) -> None:
    if isinstance(outcome, Accepted):
        move(message, MessageState.SENT, under, now=now)
        message.sent_at, message.gateway_reference = now, outcome.reference
    elif isinstance(outcome, Unreachable):
        move(message, MessageState.PLANNED, outcome.reason, now=now)
        message.attempts -= 1
    elif isinstance(outcome, NotDeliverable):
        move(message, MessageState.PARKED, outcome.reason, now=now)
        free_merged(session, [message.id], now=now)
    else:
        failed(session, message, outcome.reason, now, outcome.retry_after)
