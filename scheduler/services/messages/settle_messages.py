"""Write down what was decided of claimed rows, and hand on those that go out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message
from models.outgoing import Outgoing
from scheduler.messaging.ports import Letter, Text
from scheduler.planning.back_off import after_failure
from scheduler.planning.lifecycle import LIVE_MESSAGE, MessageState
from scheduler.planning.send_decisions import Decision, Expire, Instead, Park, Send, Shift, Skip
from scheduler.planning.words import Channel
from scheduler.services.messages.claim_messages import Claimed
from scheduler.services.messages.message_state import move
from scheduler.services.messages.prepare_messages import Prepared
from scheduler.services.messages.supersede import free_merged


@dataclass(frozen=True)
class ToSend:
    """A letter or a text to hand over now."""

    claimed: Claimed
    words: Letter | Text
    under: str = ""
    """The rule of sending that lets it out, to be written down with it."""


@dataclass(frozen=True)
class Settled:
    """The message does not go out now; its state says what became of it."""

    message_id: int
    state: MessageState


def settle_prepared(session: Session, prepared: Sequence[Prepared], *, now: datetime) -> tuple[ToSend | Settled, ...]:
    """Store the links, and what calendars are told, of what goes out, and the new state of what does not.

    What is no longer held is left alone.
    """
    rows: dict[tuple[type[Outgoing], int], Outgoing] = {}
    for table in {one.claimed.table for one in prepared}:
        ids = [one.claimed.message_id for one in prepared if one.claimed.table is table]
        rows.update({(table, row.id): row for row in session.scalars(
            select(table).where(table.id.in_(ids)).order_by(table.id).with_for_update())})
    done = []
    for one in prepared:
        row = rows.get((one.claimed.table, one.claimed.message_id))
        if row is not None and row.claimed_by == one.claimed.claim:
            done.append(_settle(session, row, one, now))
    return tuple(done)


def failed(session: Session, row: Outgoing, reason: str, now: datetime,
           retry_after: timedelta | None = None) -> Settled:
    """Note a failed attempt: another one later, or a person has to see to it."""
    next_step = after_failure(row.attempts, now, row.expires_at, retry_after)
    if isinstance(next_step, Park):
        return _settled(session, row, Park(f"{reason} {next_step.reason}"), now)
    move(row, MessageState.FAILED, reason, now=now)
    row.due_at = next_step.at
    return _let_go(row)


def _settle(session: Session, row: Outgoing, one: Prepared, now: datetime) -> ToSend | Settled:
    if row.state != MessageState.CLAIMED:
        return _let_go(row)
    if one.failed:
        return failed(session, row, one.failed, now)
    if isinstance(one.decision, Send):
        assert one.words is not None
        session.add_all(one.rows)
        return ToSend(one.claimed, one.words, one.decision.reason)
    assert one.decision is not None
    if not one.claimed.endless:
        row.attempts -= 1
    return _settled(session, row, one.decision, now)


def _settled(session: Session, row: Outgoing, decision: Decision, now: datetime) -> Settled:
    assert isinstance(decision, Shift | Park | Skip | Expire | Instead)
    if isinstance(decision, Instead) and isinstance(row, Message) and _says_it(session, row, decision.channel):
        decision = Skip("The cap on texts is reached, and there is an e-mail that says the same.")
    if isinstance(decision, Instead):
        move(row, MessageState.PLANNED, decision.reason, now=now)
        row.channel = decision.channel
    elif isinstance(decision, Shift):
        move(row, MessageState.SHIFTED, decision.reason, now=now)
        row.due_at = decision.until
    else:
        parked = isinstance(decision, Park)
        move(row, MessageState.PARKED if parked else MessageState.SKIPPED, decision.reason, now=now)
        if isinstance(row, Message):
            free_merged(session, [row.id], now=now)
    return _let_go(row)


def _says_it(session: Session, row: Message, channel: Channel) -> bool:
    """Whether there is a live message of the same kind about the same already that goes this way."""
    about = (Message.appointment_id == row.appointment_id if row.appointment_id is not None
             else Message.appointment_id.is_(None) & (Message.series_id == row.series_id))
    found = session.scalar(select(Message.id).where(
        about, Message.kind == row.kind, Message.channel == channel, Message.state.in_(LIVE_MESSAGE)).limit(1))
    return found is not None


def _let_go(row: Outgoing) -> Settled:
    row.claimed_by = row.claimed_until = None
    return Settled(row.id, row.state)
