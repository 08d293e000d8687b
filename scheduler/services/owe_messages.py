"""Write down what a patient is owed when visits are booked, moved or cancelled, in the caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from sqlalchemy.orm import Session

from models import Appointment, Message
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.reminders import OwedMessage, VisitFacts, owed
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.message_rules import rules_of
from scheduler.queries.reach import reach_of
from scheduler.queries.visit_facts import visits_to_tell
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


@dataclass(frozen=True)
class About:
    """What written messages are about; `versions` of the visits by id. `all_at_once`: the news is about the series."""

    clinic_id: int
    patient_id: int
    series_id: int | None
    versions: Mapping[int, int]
    all_at_once: bool = False
    series: Mapping[int, int | None] = field(default_factory=dict)
    """The series of single visits, where it is not `series_id`."""


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
    visits = visits_to_tell(
        session, clinic_id, Appointment.patient_id == patient_id, Appointment.id.in_(appointment_ids))
    if not visits:
        return ()
    kind = NEWS.get(why, MessageKind.CHANGE)
    news, about_all = news_to_write(session, [visit.facts.key for visit in visits], series_id, kind, now)
    coming = [visit for visit in visits if visit.facts.starts_at > now and (why != "cancelled" or news)
              and visit.status != AppointmentStatus.HELD]
    if why == "restored":
        news, coming = None, [visit for visit in coming if visit.status == AppointmentStatus.BOOKED]
    plan = owed([visit.facts for visit in coming], reach_of(session, patient_id, now=now).recipient(), now, news,
                rules_of(session, clinic_id))
    versions = {visit.facts.key: visit.version for visit in coming}
    about = About(clinic_id, patient_id, series_id, versions, about_all)
    return tuple(row_of(row) for row in write_down(session, plan, about, now))


def write_down(session: Session, plan: Sequence[OwedMessage], about: About, now: datetime,
               there: Mapping[tuple[str, int | None], int] = MappingProxyType({})) -> list[Message]:
    """Write what is owed, each message that is merged pointing at the one that says it, new or already `there`."""
    rows = [_row(message, about, now) for message in plan]
    session.add_all(rows)
    session.flush()
    by_rule = {**there} | {(message.rule, message.visit): row.id for message, row in zip(plan, rows, strict=True)}
    for message, row in zip(plan, rows, strict=True):
        if message.merged_into is not None:
            row.merged_into_id = by_rule[message.merged_into]
    session.flush()
    return rows


def preview_messages(session: Session, *, clinic_id: int, patient_id: int, visits: Sequence[VisitFacts],
                     now: datetime) -> tuple[OwedRow, ...]:
    """Every message that booking these visits would cause, by date; nothing is written."""
    plan = owed(visits, reach_of(session, patient_id, now=now).recipient(), now, rules=rules_of(session, clinic_id))
    return tuple(OwedRow(None, message.kind, message.channel, message.state, message.due_at, message.rule,
                         message.reason, None, message.visit) for message in plan)


def row_of(message: Message) -> OwedRow:
    """A message as a frozen row."""
    return OwedRow(message.id, message.kind, message.channel, message.state, message.due_at, message.rule,
                   message.reason, message.series_id, message.appointment_id)


def _row(message: OwedMessage, about: About, now: datetime) -> Message:
    is_news = message.kind in NEWS.values()
    visit = None if is_news and about.all_at_once else message.visit
    if visit is None and about.series_id is None:
        visit = next(iter(about.versions))
    series = about.series_id if visit is None else about.series.get(visit, about.series_id)
    return Message(
        clinic_id=about.clinic_id, patient_id=about.patient_id, series_id=series, appointment_id=visit,
        appointment_version=None if is_news or visit is None else about.versions[visit], kind=message.kind,
        channel=message.channel, rule=message.rule, state=message.state, reason=message.reason, due_at=message.due_at,
        expires_at=message.expires_at, condition=message.condition, key=secrets.token_hex(16), created_at=now)
