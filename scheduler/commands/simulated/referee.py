"""What must be true of a year's messages, looked at from outside: written anew, sharing no rule with what sent them.

Answers to texts and offers of freed times are looked at in `scheduler.commands.simulated.referee_of_answers`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Consent, Message, MessageMove, Patient
from scheduler.commands.simulated.ports import Sent, Wished
from scheduler.commands.simulated.referee_of_answers import look_at_answers
from scheduler.planning.lifecycle import MESSAGE_MOVES, AppointmentStatus
from scheduler.planning.words import Channel

EARLIEST, LATEST = time(8), time(20)
WAITING = ("planned", "shifted", "failed", "claimed")
ROUND = timedelta(seconds=10)
"""Within one round the clock goes on by itself, and the test clock hops from where it began."""
TELLTALE = re.compile(r"ketamin|infus|depress|psych|therap|terap|dose|dosis|score|puntaje|mental|treatment|tratamiento",
                      re.IGNORECASE)
CLOCK = re.compile(r"\d:\d\d")
WEEK = timedelta(days=7)
LEFT = timedelta(hours=13)
"""Longer than a night: what was due before that and still waits is lost."""


@dataclass(frozen=True)
class Found:
    """The verdict: what was counted, and every breach in a sentence."""

    counted: Counter[str]
    breaches: tuple[str, ...]


def look(session: Session, clinic_id: int, sent: Sequence[Sent], ended: datetime,
         wished: Mapping[int, Sequence[Wished]] = MappingProxyType({})) -> Found:
    """Every breach of the promises about messages in a finished year; `wished` by patients who changed their wishes."""
    messages = {row.key: row for row in session.scalars(select(Message).where(Message.clinic_id == clinic_id))}
    patients = {row.id: row for row in session.scalars(select(Patient).where(Patient.clinic_id == clinic_id))}
    clinic = session.get_one(Clinic, clinic_id)
    everything, sent = sent, [one for one in sent if one.key in messages]
    breaches = [*_hours(sent, messages, patients, clinic, wished), *_caps(session, sent, messages, patients, clinic),
                *_twice(sent, messages), *_lost(messages, sent, ended), *_lives(session, messages),
                *_owed(session, clinic_id, messages), *_discretion(sent, messages, patients, clinic, wished),
                *look_at_answers(session, clinic_id, everything, ended)]
    counted = Counter({f"messages {row.state.value}": 0 for row in messages.values()})
    counted.update(f"messages {row.state.value}" for row in messages.values())
    counted["messages"], counted["letters out"] = len(messages), sum(one.channel == Channel.EMAIL for one in sent)
    counted["texts out"] = sum(one.channel == Channel.TEXT for one in sent)
    counted["answers and alerts out"] = len(everything) - len(sent)
    return Found(counted, tuple(breaches))


def _hours(sent: Sequence[Sent], messages: dict[str, Message], patients: dict[int, Patient],
           clinic: Clinic, wished: Mapping[int, Sequence[Wished]]) -> Iterator[str]:
    for one in sent:
        patient = patients[messages[one.key].patient_id]
        clock = one.at.astimezone(ZoneInfo(patient.timezone or clinic.timezone)).time()
        if not max(EARLIEST, clinic.messages_from) <= clock < min(LATEST, clinic.messages_until):
            yield f"message {messages[one.key].id} went out at {clock} of the patient"
        wish = _as_of(patient, one.at, wished)
        since, until = wish.quiet_from, wish.quiet_until
        if since and until and (since <= clock < until if since < until else clock >= since or clock < until):
            yield f"message {messages[one.key].id} went out in the patient's own quiet hours, at {clock}"


def _discretion(sent: Sequence[Sent], messages: dict[str, Message], patients: dict[int, Patient],
                clinic: Clinic, wished: Mapping[int, Sequence[Wished]]) -> Iterator[str]:
    """Nothing says what somebody is treated for; a text says no more than the patient wanted it to."""
    for one in sent:
        row = messages[one.key]
        if TELLTALE.search(one.words):
            yield f"message {row.id} says what somebody is treated for"
        patient = patients[row.patient_id]
        if one.channel == Channel.EMAIL:
            continue
        discretion = _as_of(patient, one.at, wished).discretion
        if discretion != "clinic and time" and clinic.short_name in one.words:
            yield f"text {row.id} names the clinic, which its patient does not want"
        if discretion == "link alone" and CLOCK.search(one.words):
            yield f"text {row.id} names an hour, which its patient does not want"


def _as_of(patient: Patient, at: datetime, wished: Mapping[int, Sequence[Wished]]) -> Patient | Wished:
    """What the patient wished at that instant."""
    return next((one for one in reversed(wished.get(patient.id, ())) if one.since <= at), patient)


def _caps(session: Session, sent: Sequence[Sent], messages: dict[str, Message], patients: dict[int, Patient],
          clinic: Clinic) -> Iterator[str]:
    consents = session.scalars(select(Consent).where(Consent.channel == Channel.TEXT)).all()
    days = defaultdict(list)
    for one in sent:
        if one.channel == Channel.TEXT:
            patient = patients[messages[one.key].patient_id]
            days[patient.id].append((one.at.astimezone(ZoneInfo(patient.timezone or clinic.timezone)).date(), one.at))
            if len(one.words) > 160:
                yield f"message {messages[one.key].id} has {len(one.words)} characters"
    for patient_id, texts in days.items():
        on = [day for day, _ in texts]
        for day in set(on):
            last = max(at for other, at in texts if 0 <= (other - day).days < 7)
            a_day, a_week = _caps_at(patient_id, last, consents, clinic)
            if on.count(day) > a_day:
                yield f"patient {patient_id} had {on.count(day)} texts on {day}"
            week = sum(0 <= (other - day).days < 7 for other in on)
            if week > a_week:
                yield f"patient {patient_id} had {week} texts in the seven days from {day}"


def _caps_at(patient_id: int, at: datetime, consents: Sequence[Consent], clinic: Clinic) -> tuple[int, int]:
    """How many texts a day and a week the patient had agreed to when the last one of a week went out."""
    mine = [one for one in consents if one.patient_id == patient_id and one.granted_at <= at]
    more = any(one.beyond_caps and (one.withdrawn_at is None or one.withdrawn_at > at - WEEK) for one in mine)
    return (clinic.agreed_texts_a_day or 1, clinic.agreed_texts_a_week or 3) if more else (1, 3)


def _twice(sent: Sequence[Sent], messages: dict[str, Message]) -> Iterator[str]:
    for key, times in Counter(one.key for one in sent).items():
        if times > 1:
            yield f"message {messages[key].id} went out {times} times"
    said = Counter((row.appointment_id, row.appointment_version, row.rule) for one in sent
                   if (row := messages[one.key]).appointment_version is not None and row.kind != "offer")
    for (visit, version, rule), times in said.items():
        if times > 1:
            yield f"visit {visit} as of version {version} was told by the rule “{rule}” {times} times"


def _lost(messages: dict[str, Message], sent: Sequence[Sent], ended: datetime) -> Iterator[str]:
    out = {one.key for one in sent}
    for row in messages.values():
        if row.state.value in WAITING and row.due_at < ended - LEFT:
            yield f"message {row.id} was due at {row.due_at} and still waits"
        if (row.sent_at is not None) != (row.key in out):
            yield f"message {row.id} is written down as {'sent' if row.sent_at else 'not sent'}, which is not so"
        if row.state.value in ("skipped", "merged", "parked", "failed") and not row.reason:
            yield f"message {row.id} is {row.state.value} and nobody knows why"


def _lives(session: Session, messages: dict[str, Message]) -> Iterator[str]:
    moves = defaultdict(list)
    for move in session.scalars(select(MessageMove).order_by(MessageMove.id)):
        moves[move.message_id].append(move)
    for row in messages.values():
        life = moves[row.id]
        if not life or life[-1].state != row.state:
            yield f"message {row.id} is {row.state.value}, and its life does not end so"
        for before, after in zip(life, life[1:], strict=False):
            if after.state not in MESSAGE_MOVES[before.state] or after.at < before.at - ROUND:
                yield f"message {row.id} went from {before.state.value} to {after.state.value}"


def _owed(session: Session, clinic_id: int, messages: dict[str, Message]) -> Iterator[str]:
    """Every visit that took place was owed its reminders, sent or with a reason."""
    kinds = defaultdict(set)
    for row in messages.values():
        if row.state.value != "superseded" or row.sent_at:
            kinds[row.appointment_id].add(row.kind.value)
    given = session.scalars(select(Appointment.id).where(
        Appointment.clinic_id == clinic_id, Appointment.status == AppointmentStatus.FULFILLED))
    for visit in given:
        for kind in {"three days before", "one day before"} - kinds[visit]:
            yield f"visit {visit} was never owed “{kind}”"
