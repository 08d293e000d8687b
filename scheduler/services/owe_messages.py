"""Write down what a patient is owed when visits are booked, moved or cancelled, in the caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Message, VisitType
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.reminders import OwedMessage, VisitFacts, owed
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.reach import reach_of
from scheduler.services.supersede import news_to_write

Why = Literal["booked", "changed", "cancelled", "restored"]
NEWS: Mapping[str, MessageKind] = {
    "booked": MessageKind.CONFIRMATION, "changed": MessageKind.CHANGE, "cancelled": MessageKind.CANCELLATION,
}


@dataclass(frozen=True)
class OwedRow:
    """One message as a page shows it: what, how, when, and why it does not go out where `state` is skipped.

    `message_id` is None in a preview, where `appointment_id` is the key that the visit was given.
    """

    message_id: int | None
    kind: MessageKind
    channel: Channel
    state: MessageState
    due_at: datetime
    rule: str
    reason: str
    series_id: int | None
    appointment_id: int | None


def owe_messages(session: Session, *, clinic_id: int, patient_id: int, appointment_ids: Sequence[int],
                 series_id: int | None, now: datetime, why: Why) -> tuple[OwedRow, ...]:
    """Supersede what is no longer true of these visits, write what is owed instead, and give the new rows by date.

    Call it after the appointments are flushed as they now stand, with every visit that the act touched at once: the
    patient gets one letter about them all. What will not go out is written too, skipped, with its reason. A visit that
    has begun, or is only held, owes nothing new; its messages step aside all the same. `restored` is for visits that
    are put back before anybody was told: their reminders are owed again, and nothing is news. One that was called off
    owes none.
    """
    session.flush()
    visits = session.execute(
        select(Appointment.id, Appointment.version, Appointment.starts_at, Appointment.status, VisitType.kind)
        .join(VisitType, VisitType.id == Appointment.visit_type_id)
        .where(Appointment.clinic_id == clinic_id, Appointment.patient_id == patient_id,
               Appointment.id.in_(appointment_ids)).order_by(Appointment.starts_at, Appointment.id)).all()
    if not visits:
        return ()
    kind = NEWS.get(why, MessageKind.CHANGE)
    news, about_all = news_to_write(session, [visit.id for visit in visits], series_id, kind, now)
    coming = [visit for visit in visits if visit.starts_at > now and (why != "cancelled" or news)
              and visit.status != AppointmentStatus.HELD]
    if why == "restored":
        news, coming = None, [visit for visit in coming if visit.status == AppointmentStatus.BOOKED]
    facts = [VisitFacts(visit.id, visit.kind, visit.starts_at) for visit in coming]
    plan = owed(facts, reach_of(session, patient_id, now=now).recipient(), now, news)
    versions = {visit.id: visit.version for visit in coming}
    written = [(message, _row(message, clinic_id, patient_id, series_id, versions, now, about_all)) for message in plan]
    session.add_all(row for _, row in written)
    session.flush()
    by_rule = {(message.rule, message.visit): row.id for message, row in written}
    for message, row in written:
        if message.merged_into is not None:
            row.merged_into_id = by_rule[message.merged_into]
    session.flush()
    return tuple(row_of(row) for _, row in written)


def preview_messages(session: Session, *, patient_id: int, visits: Sequence[VisitFacts],
                     now: datetime) -> tuple[OwedRow, ...]:
    """Every message that booking these visits would cause, by date; nothing is written."""
    plan = owed(visits, reach_of(session, patient_id, now=now).recipient(), now)
    return tuple(OwedRow(None, message.kind, message.channel, message.state, message.due_at, message.rule,
                         message.reason, None, message.visit) for message in plan)


def row_of(message: Message) -> OwedRow:
    """A message as a frozen row."""
    return OwedRow(message.id, message.kind, message.channel, message.state, message.due_at, message.rule,
                   message.reason, message.series_id, message.appointment_id)


def _row(message: OwedMessage, clinic_id: int, patient_id: int, series_id: int | None, versions: dict[int, int],
         now: datetime, about_all: bool) -> Message:
    is_news = message.kind in NEWS.values()
    visit = None if is_news and about_all else message.visit
    if visit is None and series_id is None:
        visit = next(iter(versions))
    return Message(
        clinic_id=clinic_id, patient_id=patient_id, series_id=series_id, appointment_id=visit,
        appointment_version=None if is_news or visit is None else versions[visit], kind=message.kind,
        channel=message.channel, rule=message.rule, state=message.state, reason=message.reason, due_at=message.due_at,
        expires_at=message.expires_at, key=secrets.token_hex(16), created_at=now)
