"""Write down what came of handing a message over, if it is still ours to write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from models import Message
from models.outgoing import Outgoing
from scheduler.messaging.ports import Accepted, NotDeliverable, Outcome, Unreachable
from scheduler.planning.lifecycle import MessageState
from scheduler.services.messages.claim_messages import held
from scheduler.services.messages.message_state import move, sent_by
from scheduler.services.messages.settle_messages import ToSend, failed
from scheduler.services.messages.supersede import free_merged


def acknowledge_message(session: Session, taken: ToSend, outcome: Outcome, *, now: datetime) -> MessageState | None:
    """Record the outcome and give the new state; None where another clock has taken the message meanwhile.

    A message that was superseded while it was on its way stays superseded; that it was sent is noted on it.
    """
    if isinstance(outcome, Accepted) and acknowledge_sent(session.connection(), taken, outcome, now=now):
        return MessageState.SENT
    row = held(session, taken.claimed)
    if row is None:
        return None
    if row.state == MessageState.CLAIMED:
        _record(session, row, outcome, now)
    elif isinstance(outcome, Accepted):
        row.sent_at, row.gateway_reference = now, outcome.reference
    row.claimed_by = row.claimed_until = None
    return row.state


def acknowledge_sent(connection: Connection, taken: ToSend, outcome: Accepted, *, now: datetime) -> bool:
    """The same for one that was taken over, in the fewest statements; False where there is more to it, nothing done."""
    claimed = taken.claimed
    return sent_by(connection, claimed.table, claimed.message_id, claimed.clinic_id, claimed.claim, taken.under,
                   now=now, reference=outcome.reference)


def _record(session: Session, row: Outgoing, outcome: Outcome, now: datetime) -> None:
    assert not isinstance(outcome, Accepted)
    if isinstance(outcome, Unreachable):
        move(row, MessageState.PLANNED, outcome.reason, now=now)
        row.attempts -= 1
    elif isinstance(outcome, NotDeliverable):
        move(row, MessageState.PARKED, outcome.reason, now=now)
        if isinstance(row, Message):
            free_merged(session, [row.id], now=now)
    else:
        failed(session, row, outcome.reason, now, outcome.retry_after)
