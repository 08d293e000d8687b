"""Every message about a series, or a visit: what goes out and when, and what does not and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models import Appointment, Message
from scheduler.planning.lifecycle import LIVE_MESSAGE, OUTGOING, MessageState
from scheduler.planning.words import Channel, MessageKind

STAYS = frozenset({MessageState.SKIPPED, MessageState.MERGED})
UNSENT = OUTGOING | STAYS
RHYTHM = (MessageKind.NO_ANSWER, MessageKind.WEEK_BEFORE, MessageKind.THREE_DAYS, MessageKind.ONE_DAY,
          MessageKind.PREPARATION, MessageKind.AFTER_VISIT)


@dataclass(frozen=True)
class MessageRow:
    """One message: what it is, about which visit (None: the whole series), when it goes, and why not if it does not."""

    id: int
    kind: MessageKind
    channel: Channel
    state: MessageState
    due_at: datetime
    reason: str
    appointment_id: int | None
    visit_at: datetime | None

    @property
    def goes(self) -> bool:
        """Whether it goes out by itself, or went."""
        return self.state not in STAYS


@dataclass(frozen=True)
class SeriesMessages:
    """The live messages of one series, or of a single visit, by date."""

    all: tuple[MessageRow, ...]

    @property
    def kinds(self) -> tuple[MessageKind, ...]:
        """The kinds of message that single visits have, in the order in which they come."""
        found = {one.kind for one in self.all if one.appointment_id is not None}
        return tuple(sorted(found, key=lambda kind: (RHYTHM.index(kind) if kind in RHYTHM else -1, kind)))

    @property
    def about_all(self) -> tuple[MessageRow, ...]:
        """The messages about the whole series."""
        return tuple(one for one in self.all if one.appointment_id is None)

    def of(self, appointment_id: int, kind: MessageKind) -> tuple[MessageRow, ...]:
        """The messages of one kind about one visit."""
        return tuple(one for one in self.all if one.appointment_id == appointment_id and one.kind == kind)

    @property
    def going(self) -> tuple[MessageRow, ...]:
        """The messages that go out, or went."""
        return tuple(one for one in self.all if one.goes)

    @property
    def nothing_sent(self) -> bool:
        """Whether none has left the house, so that the booking can be taken back without a word."""
        return all(one.state in UNSENT for one in self.all)


def messages_of_series(session: Session, clinic_id: int, series_id: int) -> SeriesMessages:
    """The messages of a series of the clinic. One query."""
    return _messages(session, clinic_id, Message.series_id == series_id)


def messages_of_visit(session: Session, clinic_id: int, appointment_id: int) -> SeriesMessages:
    """The messages about one visit of the clinic. One query."""
    return _messages(session, clinic_id, Message.appointment_id == appointment_id)


def _messages(session: Session, clinic_id: int, about: ColumnElement[bool]) -> SeriesMessages:
    rows = session.execute(
        select(Message, Appointment.starts_at).outerjoin(Appointment, Appointment.id == Message.appointment_id)
        .where(Message.clinic_id == clinic_id, about, Message.state.in_(LIVE_MESSAGE))
        .order_by(Message.due_at, Message.id))
    return SeriesMessages(tuple(
        MessageRow(one.id, one.kind, one.channel, one.state, one.due_at, one.reason, one.appointment_id, visit_at)
        for one, visit_at in rows))
