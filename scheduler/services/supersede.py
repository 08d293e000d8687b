"""Let messages step aside that are no longer true, and free those that were merged into them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message
from scheduler.planning.lifecycle import LIVE_MESSAGE, OUTGOING, MessageState
from scheduler.planning.words import MessageKind
from scheduler.services.message_state import move

SLIP = timedelta(minutes=10)
"""How soon after booking a cancellation is the desk's correction of itself."""
WHY_ASIDE = {
    MessageKind.CONFIRMATION: "The visits were booked anew.", MessageKind.CHANGE: "The visits it told of have changed.",
    MessageKind.CANCELLATION: "The visit it told of was cancelled.",
}
UNSENT = OUTGOING | {MessageState.CLAIMED}


def news_to_write(session: Session, appointment_ids: Sequence[int], series_id: int | None, kind: MessageKind,
                  now: datetime) -> tuple[MessageKind | None, bool]:
    """Supersede what was owed for these visits; give the news to write, and whether it is about the whole series.

    Where the confirmation has not left yet, a change needs no letter: the confirmation will tell the new times. Where
    an older change has not left yet, one letter tells of both. A booking taken back within minutes, before its
    confirmation has left, was a slip of the desk: the patient is not told of it.
    """
    own = list(session.scalars(
        select(Message).where(Message.appointment_id.in_(appointment_ids), Message.state.in_(LIVE_MESSAGE))
        .order_by(Message.id).with_for_update()))
    mine = [message.id for message in own]
    others = [] if series_id is None else list(session.scalars(
        select(Message).where(Message.series_id == series_id, Message.state.in_(LIVE_MESSAGE),
                              Message.kind.in_((kind, MessageKind.CONFIRMATION)), Message.id.not_in(mine))
        .order_by(Message.id).with_for_update()))
    unsent = [message for message in own + others if message.kind == MessageKind.CONFIRMATION
              and message.state in OUTGOING]
    slip = kind == MessageKind.CANCELLATION and any(message.created_at > now - SLIP for message in unsent)
    kept = {message.id for message in unsent} if kind == MessageKind.CHANGE else set()
    waiting = [message for message in others if message.kind == kind and message.state in UNSENT]
    same = [message for message in others if message.kind == kind and message.appointment_id is None
            and message not in waiting]
    supersede(session, [message for message in own if message.id not in kept] + waiting + same, now=now,
              reason=WHY_ASIDE[kind])
    return (None if kept or slip else kind), bool(waiting)


def supersede(session: Session, messages: Sequence[Message], *, now: datetime, reason: str | None = None) -> None:
    """These step aside; what an unsent one was to say as well is owed again by itself."""
    aside = frozenset(message.id for message in messages)
    for message in messages:
        move(message, MessageState.SUPERSEDED, reason, now=now)
    free_merged(session, [message.id for message in messages if message.sent_at is None], but=aside, now=now)
    session.flush()


def free_merged(session: Session, keeper_ids: Sequence[int], but: frozenset[int] = frozenset(), *,
                now: datetime) -> None:
    """Owe by itself again what was merged into messages that will not go out.

    One that another transaction has in its hands is left to it: waiting for it could be a deadlock.
    """
    if not keeper_ids:
        return
    for message in session.scalars(select(Message).where(
            Message.merged_into_id.in_(keeper_ids), Message.state == MessageState.MERGED)
            .order_by(Message.id).with_for_update(skip_locked=True)):
        if message.id not in but:
            move(message, MessageState.PLANNED, "", now=now)
            message.merged_into_id = None
