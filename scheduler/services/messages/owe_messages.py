"""Write down what a patient is owed when visits are booked, moved or cancelled, in the caller's transaction."""

from __future__ import annotations

import secrets
from collections import defaultdict
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
from scheduler.queries.reach import reach_of, reaches_of
from scheduler.queries.visit_facts import VisitToTell, visits_to_tell
from scheduler.services.messages.supersede import OldNews, news_to_write

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


@dataclass(frozen=True)
class ToTell:
    """Every visit of one patient that an act touched; `series_id`: the series that the news is about, where one is."""

    patient_id: int
    appointment_ids: Sequence[int]
    series_id: int | None = None


def owe_messages(session: Session, *, clinic_id: int, patient_id: int, appointment_ids: Sequence[int],
                 series_id: int | None, now: datetime, why: Why) -> tuple[OwedRow, ...]:
    """Supersede what is no longer true of these visits, write what is owed instead, and give the new rows by date.

    Call it after the appointments are flushed as they now stand, with every visit that the act touched at once: the
    patient gets one letter about them all. What will not go out is written too, skipped, with its reason. A visit that
    has begun, or is only held, owes nothing new; its messages step aside all the same. `restored` is for visits that
    are put back before anybody was told: their reminders are owed again, and nothing is news. One that was called off
    owes none.
    """
    return owe_many(session, [ToTell(patient_id, appointment_ids, series_id)], clinic_id=clinic_id, now=now, why=why)[0]


def owe_many(session: Session, told: Sequence[ToTell], *, clinic_id: int, now: datetime,
             why: Why) -> list[tuple[OwedRow, ...]]:
    """The same for many patients, each named once: as many queries as for one."""
    session.flush()
    own = _by_patient(session, clinic_id, told)
    kind = NEWS.get(why, MessageKind.CHANGE)
    news = news_to_write(session, [
        OldNews([visit.facts.key for visit in visits], one.series_id if visits else None)
        for one, visits in zip(told, own, strict=True)], kind, now)
    reaches = reaches_of(session, [one.patient_id for one in told], now=now)
    rules = rules_of(session, clinic_id)
    plans = []
    for one, visits, (tells, about_all) in zip(told, own, news, strict=True):
        coming = [visit for visit in visits if visit.facts.starts_at > now and (why != "cancelled" or tells)
                  and visit.status != AppointmentStatus.HELD]
        if why == "restored":
            tells, coming = None, [visit for visit in coming if visit.status == AppointmentStatus.BOOKED]
        about = About(clinic_id, one.patient_id, one.series_id,
                      {visit.facts.key: visit.version for visit in coming}, about_all,
                      {visit.facts.key: visit.series_id for visit in coming})
        facts = [visit.facts for visit in coming]
        plans.append((owed(facts, reaches[one.patient_id].recipient(), now, tells, rules) if facts else (), about))
    return [tuple(row_of(row) for row in rows) for rows in write_many(session, plans, now)]


def _by_patient(session: Session, clinic_id: int, told: Sequence[ToTell]) -> list[list[VisitToTell]]:
    found: dict[int, list[VisitToTell]] = defaultdict(list)
    for visit in visits_to_tell(session, clinic_id,
                                Appointment.id.in_([id_ for one in told for id_ in one.appointment_ids])):
        found[visit.patient_id].append(visit)
    return [found[one.patient_id] for one in told]


def write_down(session: Session, plan: Sequence[OwedMessage], about: About, now: datetime,
               there: Mapping[tuple[str, int | None], int] = MappingProxyType({})) -> list[Message]:
    """Write what is owed, each message that is merged pointing at the one that says it, new or already `there`."""
    return write_many(session, [(plan, about)], now, there)[0]


def write_many(session: Session, plans: Sequence[tuple[Sequence[OwedMessage], About]], now: datetime,
               there: Mapping[tuple[str, int | None], int] = MappingProxyType({})) -> list[list[Message]]:
    """The same for many patients, each visit being one patient's; one writing for all of them."""
    written = [[_row(message, about, now) for message in plan] for plan, about in plans]
    session.add_all(row for rows in written for row in rows)
    session.flush()
    for (plan, _), rows in zip(plans, written, strict=True):
        by_rule = {**there} | {(message.rule, message.visit): row.id for message, row in zip(plan, rows, strict=True)}
        for message, row in zip(plan, rows, strict=True):
            if message.merged_into is not None:
                row.merged_into_id = by_rule[message.merged_into]
    session.flush()
    return written


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
