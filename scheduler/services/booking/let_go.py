"""What goes when an offer ends, whatever was offered: the times kept for it, and the letter that told of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import Message
from scheduler.planning.lifecycle import LIVE_MESSAGE, MessageState, allowed
from scheduler.services.booking.expired_holds import drop_holds
from scheduler.services.messages.message_state import move


def let_go(session: Session, hold_id: int | None, message_id: int | None, *, answered: bool, now: datetime) -> None:
    """Drop the hold, and settle the letter: answered, or taken back where it has not left. The row must be flushed."""
    if hold_id is not None:
        drop_holds(session, [hold_id])
    message = session.get(Message, message_id) if message_id else None
    if message is None or message.state not in LIVE_MESSAGE:
        return
    if answered and allowed(message.state, MessageState.ANSWERED):
        move(message, MessageState.ANSWERED, now=now)
    elif message.sent_at is None:
        move(message, MessageState.SUPERSEDED, now=now)
