"""Let go of what has no use any more: messages whose time has passed, and links that ended long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Message, PatientLink
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.services.messages.message_state import move
from scheduler.services.messages.supersede import free_merged

BATCH = 500
LINKS_ARE_KEPT = timedelta(days=30)
TOO_LATE = "Its time passed before it could be sent."


def expire_messages(session: Session, *, now: datetime) -> int:
    """Skip the messages whose time has passed, whether or not there is a way out; gives how many.

    Two of them at once are harmless: a message in another's hands is passed over.
    """
    stale = session.scalars(
        select(Message).where(
            Message.expires_at <= now,
            Message.state.in_(OUTGOING) | ((Message.state == MessageState.CLAIMED) & (Message.claimed_until <= now)))
        .order_by(Message.id).limit(BATCH).with_for_update(skip_locked=True)).all()
    for message in stale:
        ended = MessageState.PARKED if message.state == MessageState.FAILED else MessageState.SKIPPED
        move(message, ended, f"{TOO_LATE} {message.reason}", now=now)
        message.claimed_by = message.claimed_until = None
    free_merged(session, [message.id for message in stale], now=now)
    return len(stale)


def forget_links(session: Session, *, now: datetime) -> int:
    """Delete links that ended a month ago; gives how many. Twice at once deletes them once."""
    return session.execute(delete(PatientLink).where(PatientLink.expires_at <= now - LINKS_ARE_KEPT)).rowcount
