"""The life of messages: every state that each of them came into, when, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models import Appointment, Message, MessageMove
from scheduler.planning.life_words import STEPS, WhyOrWhyNot, why_or_why_not
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.rule_words import NAMES
from scheduler.planning.words import Channel


@dataclass(frozen=True)
class LifeStep:
    """One step: when, its word, and the reason that was written down with it."""

    at: datetime
    state: MessageState
    word: str
    reason: str


@dataclass(frozen=True)
class MessageLife:
    """One message from its first plan to now. `starts_at` is its visit's; None: it is about several."""

    id: int
    name: str
    channel: Channel
    state: MessageState
    rule: str
    starts_at: datetime | None
    answer: WhyOrWhyNot
    steps: tuple[LifeStep, ...]


def lives_of_visit(session: Session, clinic_id: int, appointment_id: int) -> tuple[MessageLife, ...]:
    """Every message that a visit has had, by date; those that stepped aside too. Two queries."""
    return _lives(session, Message.clinic_id == clinic_id, Message.appointment_id == appointment_id)


def lives_of_series(session: Session, clinic_id: int, series_id: int) -> dict[int, MessageLife]:
    """The same of a series, by the messages' ids. Two queries."""
    found = _lives(session, Message.clinic_id == clinic_id, Message.series_id == series_id)
    return {one.id: one for one in found}


def _lives(session: Session, *which: ColumnElement[bool]) -> tuple[MessageLife, ...]:
    rows = session.execute(
        select(Message, Appointment.starts_at).outerjoin(Appointment, Appointment.id == Message.appointment_id)
        .where(*which).order_by(Message.due_at, Message.id)).all()
    steps: dict[int, list[LifeStep]] = defaultdict(list)
    for move in session.scalars(
            select(MessageMove).join(Message, Message.id == MessageMove.message_id).where(*which)
            .order_by(MessageMove.id)):
        steps[move.message_id].append(LifeStep(move.at, move.state, STEPS[move.state], move.reason))
    return tuple(
        MessageLife(one.id, NAMES.get(one.kind, str(one.kind)), one.channel, one.state, one.rule, starts_at,
                    why_or_why_not(one.state, one.due_at, one.sent_at, one.reason), tuple(steps[one.id]))
        for one, starts_at in rows)
