"""Let messages step aside that are no longer true, and free those that were merged into them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Message
from scheduler.planning.lifecycle import LIVE_MESSAGE, OUTGOING, MessageState
from scheduler.planning.words import MessageKind
from scheduler.services.messages.message_state import move

SLIP = timedelta(minutes=10)
"""How soon after booking a cancellation is the desk's correction of itself."""
WHY_ASIDE = {
    MessageKind.CONFIRMATION: "The visits were booked anew.", MessageKind.CHANGE: "The visits it told of have changed.",
    MessageKind.CANCELLATION: "The visit it told of was cancelled.",
}
UNSENT = OUTGOING | {MessageState.CLAIMED}


@dataclass(frozen=True)
class OldNews:
    """Where one patient's messages are looked for that may no longer be true: these visits, and the series' news."""

    appointment_ids: Sequence[int]
    series_id: int | None


def news_to_write(session: Session, asked: Sequence[OldNews], kind: MessageKind,
                  now: datetime) -> list[tuple[MessageKind | None, bool]]:
    """Supersede what was owed for these visits; for each the news to write, and whether it is about the whole series.

    Where the confirmation has not left yet, a change needs no letter: the confirmation will tell the new times. Where
    an older change has not left yet, one letter tells of both. A booking taken back within minutes, before its
    confirmation has left, was a slip of the desk: the patient is not told of it.
    """
    by_visit, by_series = _standing(session, asked, kind)
    found, aside = [], []
    for one in asked:
        own = [message for id_ in one.appointment_ids for message in by_visit[id_]]
        visits = set(one.appointment_ids)
        others = [] if one.series_id is None else [
            message for message in by_series[one.series_id] if message.appointment_id not in visits]
        unsent = [message for message in own + others if message.kind == MessageKind.CONFIRMATION
                  and message.state in OUTGOING]
        slip = kind == MessageKind.CANCELLATION and any(message.created_at > now - SLIP for message in unsent)
        kept = {message.id for message in unsent} if kind == MessageKind.CHANGE else set()
        waiting = [message for message in others if message.kind == kind and message.state in UNSENT]
        same = [message for message in others if message.kind == kind and message.appointment_id is None
                and message not in waiting]
        aside += [message for message in own if message.id not in kept] + waiting + same
        found.append((None if kept or slip else kind, bool(waiting)))
    supersede(session, aside, now=now, reason=WHY_ASIDE[kind])
    return found


def _standing(session: Session, asked: Sequence[OldNews],
              kind: MessageKind) -> tuple[dict[int, list[Message]], dict[int, list[Message]]]:
    """The live messages of these visits, by visit; and the news of these series, by series. One query."""
    visits = [id_ for one in asked for id_ in one.appointment_ids]
    series = [one.series_id for one in asked if one.series_id is not None]
    news = (kind, MessageKind.CONFIRMATION)
    by_visit, by_series = defaultdict(list), defaultdict(list)
    for message in session.scalars(
            select(Message).where(Message.state.in_(LIVE_MESSAGE), or_(
                Message.appointment_id.in_(visits), Message.series_id.in_(series) & Message.kind.in_(news)))
            .order_by(Message.id).with_for_update()):
        if message.appointment_id is not None:
            by_visit[message.appointment_id].append(message)
        if message.series_id is not None and message.kind in news:
            by_series[message.series_id].append(message)
    return by_visit, by_series


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
