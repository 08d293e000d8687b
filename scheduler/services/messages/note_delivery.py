"""Note what the gateway says became of a text: told twice, late or out of order it changes nothing that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message, Notice
from models.outgoing import Outgoing
from scheduler.planning.lifecycle import MessageState, allowed
from scheduler.services.messages.message_state import move

S = MessageState
ARRIVED = frozenset({"delivered", "read"})
LOST = frozenset({"undelivered", "failed"})
ON_ITS_WAY = frozenset({"accepted", "scheduled", "queued", "sending", "sent"})
PROVES = "The gateway reports on it, so it has the text."


@dataclass(frozen=True)
class DeliveryNews:
    """One report: our key, the gateway's name for the text, its status, and the number of an error."""

    key: str
    reference: str
    status: str
    error: str = ""


def note_delivery(session: Session, news: DeliveryNews, *, now: datetime) -> MessageState | None:
    """Move the text along and give its state; None where there is no such text.

    A report that comes before the clock could write down that the text was taken over, or instead of it (the answer
    was lost on the wire), proves that it was: the text counts as sent and is not handed over again.
    """
    row = _found(session, news)
    if row is None:
        return None
    if news.status not in ARRIVED | LOST | ON_ITS_WAY:
        return row.state
    row.gateway_reference = row.gateway_reference or news.reference
    if row.state in (S.PLANNED, S.SHIFTED, S.FAILED):
        move(row, S.CLAIMED, now=now)
    if row.state == S.CLAIMED:
        move(row, S.SENT, PROVES, now=now)
        row.sent_at, row.claimed_by, row.claimed_until = now, None, None
    if news.status in ARRIVED and allowed(row.state, S.DELIVERED):
        move(row, S.DELIVERED, now=now)
    elif news.status in LOST and allowed(row.state, S.BOUNCED):
        number = f" (error {news.error})" if news.error.isdigit() else ""
        move(row, S.BOUNCED, f"The gateway could not deliver it{number}.", now=now)
    return row.state


def _found(session: Session, news: DeliveryNews) -> Outgoing | None:
    for table in (Message, Notice):
        row = session.scalar(select(table).where(table.key == news.key).with_for_update())
        if row is not None:
            return row if row.gateway_reference in (None, news.reference) else None
    return None
