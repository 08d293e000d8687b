"""Take the next due message out of the outbox, under a lease, and decide what is to be done with it now."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message
from scheduler.messaging.ports import Letter, Text
from scheduler.planning.back_off import BACK_OFF, after_failure
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.send_decisions import Decision, Expire, Park, Send, Shift, Skip
from scheduler.planning.words import Channel
from scheduler.queries.message_now import EVERY_WAY, is_due, standing_of
from scheduler.services.message_state import move
from scheduler.services.supersede import free_merged
from scheduler.services.write_letter import write_words

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""How long a clock may take to hand a message over before another one may take it."""
LAPSED = "Whoever had taken it never came back."
ENDLESS = "The clock took it up again and again and never came back. Look into it, or call."


@dataclass(frozen=True)
class ToSend:
    """A letter or a text to hand over now. `claim` is the fence: whoever acknowledges must still hold it."""

    message_id: int
    claim: str
    words: Letter | Text
    under: str = ""
    """The rule of sending that lets it out, to be written down with it."""


@dataclass(frozen=True)
class Settled:
    """The message does not go out now; its state says what became of it."""

    message_id: int
    state: MessageState


def take_next(session: Session, *, base_url: str, now: datetime,
              ways: frozenset[Channel] = EVERY_WAY) -> ToSend | Settled | None:
    """The message that has been due longest, claimed; None where nothing is due that goes by one of `ways`.

    Of two clocks one gets it: the row is locked (PostgreSQL passes over it, SQLite lets one writer in). A clock that
    dies keeps its claim until the lease ends; then the message goes to the next one, with the same key.
    """
    message = session.scalar(
        select(Message).where(is_due(Message, now, ways)).order_by(Message.due_at, Message.id).limit(1)
        .with_for_update(skip_locked=True))
    if message is None:
        return None
    lapsed = message.state == MessageState.CLAIMED
    if lapsed:
        move(message, MessageState.PLANNED, LAPSED, now=now)
    move(message, MessageState.CLAIMED, now=now)
    message.attempts += 1
    message.claimed_by, message.claimed_until = secrets.token_hex(16), now + LEASE
    if lapsed and message.attempts > len(BACK_OFF) + 1:
        return _settled(session, message, Park(ENDLESS), now)
    try:
        with session.begin_nested():
            return _decided(session, message, base_url, now)
    except Exception as wrong:
        log.error("message %s could not be written: %s", message.id, type(wrong).__name__)
        return failed(session, message, "This message could not be written.", now)


def failed(session: Session, message: Message, reason: str, now: datetime,
           retry_after: timedelta | None = None) -> Settled:
    """Note a failed attempt: another one later, or a person has to see to it."""
    next_step = after_failure(message.attempts, now, message.expires_at, retry_after)
    if isinstance(next_step, Park):
        return _settled(session, message, Park(f"{reason} {next_step.reason}"), now)
    move(message, MessageState.FAILED, reason, now=now)
    message.due_at = next_step.at
    return _let_go(message)


def _decided(session: Session, message: Message, base_url: str, now: datetime) -> ToSend | Settled:
    standing = standing_of(session, message, now=now)
    decision = standing.decision(now)
    if isinstance(decision, Send):
        words = write_words(session, standing, base_url=base_url, now=now)
        session.flush()
        return ToSend(message.id, message.claimed_by or "", words, decision.reason)
    message.attempts -= 1
    return _settled(session, message, decision, now)


def _settled(session: Session, message: Message, decision: Decision, now: datetime) -> Settled:
    assert isinstance(decision, Shift | Park | Skip | Expire)
    if isinstance(decision, Shift):
        move(message, MessageState.SHIFTED, decision.reason, now=now)
        message.due_at = decision.until
    else:
        parked = isinstance(decision, Park)
        move(message, MessageState.PARKED if parked else MessageState.SKIPPED, decision.reason, now=now)
        free_merged(session, [message.id], now=now)
    return _let_go(message)


def _let_go(message: Message) -> Settled:
    message.claimed_by = message.claimed_until = None
    return Settled(message.id, message.state)
