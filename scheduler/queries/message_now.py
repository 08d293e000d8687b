"""A message and what it is about, as both stand at this moment, and what is to be done with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import BindParameter, Boolean, ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Message, Patient
from models.outgoing import Outgoing
from models.types import UtcDateTime
from scheduler.planning.lifecycle import OUTGOING, AppointmentStatus, MessageState
from scheduler.planning.reminder_rules import ReminderRule
from scheduler.planning.send_decisions import Decision, MessageNow, VisitNow, decide_at_send
from scheduler.planning.words import Channel
from scheduler.queries.message_rules import rules_of
from scheduler.queries.reach import Reach, reaches_of

RULES = "rules of sending"
Row = TypeVar("Row", Clinic, Patient)


@dataclass(frozen=True)
class Standing:
    """The live rows around one message. `visits` are those it is about; `coming` all the patient's visits to come."""

    message: Message
    clinic: Clinic
    patient: Patient
    visits: tuple[Appointment, ...]
    merged: tuple[Appointment, ...]
    coming: tuple[Appointment, ...]
    reach: Reach
    instead: Channel | None = None
    """Where it goes as a text that finds no room under the caps."""

    def decision(self, now: datetime) -> Decision:
        """Send, or the reason not to."""
        message = self.message
        return decide_at_send(
            MessageNow(message.kind, message.channel, message.due_at, message.expires_at, message.appointment_version,
                       message.condition, self.instead),
            [VisitNow(visit.status, visit.starts_at, visit.version, visit.cannot_come_at is not None,
                      visit.confirmed_at is not None)
             for visit in self.visits],
            self.reach.patient_now(message.channel, _held(message)), now)


@dataclass(frozen=True)
class DueMessage:
    """What would become of one message at an instant; ids and words of the house alone."""

    message_id: int
    patient_id: int
    kind: str
    channel: str
    decision: Decision


IDS = bindparam("ids", expanding=True)
_VISITS = select(Appointment).order_by(Appointment.starts_at, Appointment.id)
OWN = _VISITS.where(Appointment.id.in_(IDS))
OF_SERIES = _VISITS.where(
    Appointment.patient_id.in_(IDS), Appointment.series_id.in_(bindparam("series", expanding=True))
    | (Appointment.series_id.is_(None) & bindparam("alone", type_=Boolean)))
MERGED_INTO = _VISITS.join(Message, Message.appointment_id == Appointment.id).with_only_columns(
    Message.merged_into_id, Appointment).where(
        Message.merged_into_id.in_(IDS), Message.state == MessageState.MERGED,
        Message.appointment_version == Appointment.version, Appointment.status == AppointmentStatus.BOOKED)
TO_COME = _VISITS.where(
    Appointment.patient_id.in_(IDS), Appointment.status == AppointmentStatus.BOOKED,
    Appointment.starts_at > bindparam("now", type_=UtcDateTime))
"""Put together once: a clock asks these for every message, and putting them together took longer than the answer."""


def standing_of(session: Session, message: Message, *, now: datetime) -> Standing:
    """Read everything that a message is about, as it stands."""
    return standings_of(session, [message], now=now)[message.key]


def standings_of(session: Session, messages: Sequence[Message], *, now: datetime) -> dict[str, Standing]:
    """The same for several, by the messages' keys. Eight queries, however many messages, and a clinic's rules."""
    patients = _by_id(session, Patient, {message.patient_id for message in messages})
    clinics = _by_id(session, Clinic, {message.clinic_id for message in messages})
    reaches = reaches_of(session, list(patients), now=now)
    about = {message.appointment_id for message in messages if message.appointment_id is not None}
    own = {visit.id: visit for visit in session.scalars(OWN, {"ids": about})} if about else {}
    series: defaultdict[tuple[int, int | None], list[Appointment]] = defaultdict(list)
    several = {message.series_id for message in messages if message.appointment_id is None}
    if several:
        asked = {"ids": patients, "series": several - {None}, "alone": None in several}
        for visit in session.scalars(OF_SERIES, asked):
            series[visit.patient_id, visit.series_id].append(visit)
    merged: defaultdict[int | None, list[Appointment]] = defaultdict(list)
    for keeper, visit in session.execute(MERGED_INTO, {"ids": [message.id for message in messages]}):
        merged[keeper].append(visit)
    coming: defaultdict[tuple[int, int], list[Appointment]] = defaultdict(list)
    for visit in session.scalars(TO_COME, {"ids": patients, "now": now}):
        coming[visit.patient_id, visit.clinic_id].append(visit)
    return {message.key: Standing(
        message, clinics[message.clinic_id], patients[message.patient_id],
        _own(message, own, series),
        tuple(merged[message.id]), tuple(coming[message.patient_id, message.clinic_id]), reaches[message.patient_id],
        _instead(session, message, reaches[message.patient_id]))
        for message in messages}


def _instead(session: Session, message: Message, reach: Reach) -> Channel | None:
    """The letter, where a text's rule has one as well and nobody knows of the text yet that it may have gone."""
    if message.channel != Channel.TEXT or Channel.EMAIL not in reach.channels or may_have_gone(message):
        return None
    known: dict[int, dict[str, ReminderRule]] = session.info.setdefault(RULES, {})
    if message.clinic_id not in known:
        known[message.clinic_id] = {rule.id: rule for rule in rules_of(session, message.clinic_id)}
    rule = known[message.clinic_id].get(message.rule)
    return Channel.EMAIL if rule is not None and Channel.EMAIL in rule.channels else None


def may_have_gone(message: Message) -> bool:
    """Whether it was in a clock's hands before, which may have handed it over."""
    return (message.attempts or 0) > 1 or bool(message.lapses)


def _held(message: Message) -> tuple[datetime, int] | None:
    """Until when a clock holds a message, and its id; None while none does."""
    return (message.claimed_until, message.id) if message.claimed_until is not None else None


def _own(message: Message, own: dict[int, Appointment],
         series: dict[tuple[int, int | None], list[Appointment]]) -> tuple[Appointment, ...]:
    if message.appointment_id is not None:
        return (own[message.appointment_id],)
    return tuple(series[message.patient_id, message.series_id])


def _by_id(session: Session, kind: type[Row], ids: Collection[int]) -> dict[int, Row]:
    return {row.id: row for row in session.scalars(_rows_of(kind), {"ids": ids})}


@cache
def _rows_of(kind: type[Row]) -> Select[tuple[Row]]:
    return select(kind).where(kind.id.in_(IDS))


EVERY_WAY = frozenset({Channel.EMAIL, Channel.TEXT})
Instant = datetime | BindParameter[datetime]


def is_due(table: type[Outgoing], now: Instant, ways: frozenset[Channel] = EVERY_WAY) -> ColumnElement[bool]:
    """The condition on rows of the outbox that wait for a clock and are due at `now`.

    `ways` are those that this clock has out of the house; texts go for clinics alone that have a number for them.
    """
    return table.state.in_(OUTGOING) & (table.due_at <= now) & _has_way(table, ways)


def is_lapsed(table: type[Outgoing], now: Instant, ways: frozenset[Channel] = EVERY_WAY) -> ColumnElement[bool]:
    """The condition on rows that a clock took and never came back from."""
    return (table.state == MessageState.CLAIMED) & (table.claimed_until <= now) & _has_way(table, ways)


def _has_way(table: type[Outgoing], ways: frozenset[Channel]) -> ColumnElement[bool]:
    sends = select(Clinic.id).where(Clinic.text_number.is_not(None))
    return table.channel.in_(ways) & ((table.channel != Channel.TEXT) | table.clinic_id.in_(sends))


def due_messages(session: Session, *, now: datetime) -> tuple[DueMessage, ...]:
    """Every message that would be due at `now`, by date, with what would become of it; nothing is written."""
    taken = is_due(Message, now) | is_lapsed(Message, now)
    rows = session.scalars(select(Message).where(taken).order_by(Message.due_at, Message.id)).all()
    return tuple(
        DueMessage(row.id, row.patient_id, row.kind, row.channel, standing_of(session, row, now=now).decision(now))
        for row in rows)
