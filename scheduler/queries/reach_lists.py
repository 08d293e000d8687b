"""Whom the desk must reach: who has not confirmed, whom nothing reaches, and who asked to move."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Message, Patient, VisitType
from scheduler.planning.instants import zone
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.reminder_rules import ReminderRule
from scheduler.planning.sending_hours import SendingHours
from scheduler.planning.words import Channel, Condition, InboundMeaning, VisitKind
from scheduler.queries.call_list import CallMade, calls_made
from scheduler.queries.inbound_rows import InboundRow, waiting_texts
from scheduler.queries.message_rules import rules_of
from scheduler.queries.patient_details import initials
from scheduler.queries.reach import standing_consents, why_unreachable

AHEAD = timedelta(days=8)
"""How far ahead visits are read; a rule that asks for a person earlier than that is cut off here."""
ON_TELEPHONE = "Asked to be telephoned, and no number is on file."


@dataclass(frozen=True)
class ToReach:
    """One patient, the visit it is about, why, and the newest call. `visits`: how many on that day."""

    patient_id: int
    patient_name: str = field(repr=False)
    initials: str = field(repr=False)
    telephone: str | None = field(repr=False)
    appointment_id: int
    starts_at: datetime
    why: str
    visits: int = 1
    last_call: CallMade | None = None


@dataclass(frozen=True)
class AskedToMove:
    """Who cannot come to a visit, by a link or on the telephone, and the texts that ask for another time."""

    visits: tuple[ToReach, ...]
    texts: tuple[InboundRow, ...]
    meant: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    """By text the visit that it is about, where there is one to come: its id and start."""

    def __len__(self) -> int:
        return len(self.visits) + len(self.texts)


def task_rules(session: Session, clinic_id: int) -> tuple[ReminderRule, ...]:
    """The clinic's rules that leave an unconfirmed visit to a person; none where it has switched them off."""
    return tuple(rule for rule in rules_of(session, clinic_id)
                 if rule.is_task and rule.active and rule.condition == Condition.UNCONFIRMED)


def unconfirmed(session: Session, clinic_id: int, *, now: datetime) -> tuple[ToReach, ...]:
    """Visits whose rule says by now that a person asks, the soonest first: one row for each patient and day.

    Five queries, however many visits.
    """
    rules, hours = task_rules(session, clinic_id), _hours(session, clinic_id)
    found = [row for row in _coming(session, clinic_id, now) if row.visit.starts_at <= now + AHEAD
             and row.visit.confirmed_at is None and row.visit.cannot_come_at is None
             and any(_asks(rule, row.kind, row.visit, hours, now) for rule in rules)]
    return _with_calls(session, _by_day(found))


def unreachable(session: Session, clinic_id: int, *, now: datetime) -> tuple[ToReach, ...]:
    """Patients with a visit to come whom nothing that goes out by itself can reach; by that visit. Four queries.

    Who asked to be telephoned is reached that way, as long as there is a number.
    """
    clinic = session.get_one(Clinic, clinic_id)
    coming: dict[int, _Coming] = {}
    for row in _coming(session, clinic_id, now):
        coming.setdefault(row.patient.id, row)
    consents = standing_consents(session, coming)
    rows = []
    for patient_id, row in coming.items():
        why = why_unreachable(row.patient, clinic, consents[patient_id])
        if why and row.patient.preferred_channel == Channel.CALL:
            why = "" if row.patient.telephone else ON_TELEPHONE
        if why:
            rows.append(_to_reach(row, why))
    return _with_calls(session, rows)


def asked_to_move(session: Session, clinic_id: int, *, now: datetime) -> AskedToMove:
    """Booked visits to come that the patient cannot come to, and texts that ask to move. Four queries."""
    found = [row for row in _coming(session, clinic_id, now) if row.visit.cannot_come_at is not None]
    rows = _with_calls(session, (
        _to_reach(row, "Cannot come to this visit.") for row in found))
    texts = waiting_texts(session, clinic_id, (InboundMeaning.MOVE,))
    return AskedToMove(rows, texts, meant_visits(session, clinic_id, texts, now=now))


def meant_visits(session: Session, clinic_id: int, texts: Collection[InboundRow], *,
                 now: datetime) -> dict[int, tuple[int, datetime]]:
    """By text the visit that a wish to move is about: that of the message it answers, else their next. Two queries."""
    told = {message_id: visit_id for message_id, visit_id in session.execute(
        select(Message.id, Message.appointment_id).where(
            Message.clinic_id == clinic_id, Message.id.in_([text.message_id for text in texts if text.message_id])))}
    coming: dict[int, dict[int, datetime]] = {}
    for visit_id, patient_id, starts_at in session.execute(
            select(Appointment.id, Appointment.patient_id, Appointment.starts_at).where(
                Appointment.clinic_id == clinic_id, Appointment.status == AppointmentStatus.BOOKED,
                Appointment.starts_at > now,
                Appointment.patient_id.in_([text.whose[0].patient_id for text in texts if len(text.whose) == 1]))
            .order_by(Appointment.starts_at, Appointment.id)):
        coming.setdefault(patient_id, {})[visit_id] = starts_at
    found = {}
    for text in texts:
        theirs = coming.get(text.whose[0].patient_id, {}) if len(text.whose) == 1 else {}
        asked = told.get(text.message_id) if text.message_id else None
        if theirs:
            visit_id = asked if asked in theirs else next(iter(theirs))
            found[text.id] = (visit_id, theirs[visit_id])
    return found


@dataclass(frozen=True)
class _Coming:
    visit: Appointment
    patient: Patient
    kind: VisitKind


def _coming(session: Session, clinic_id: int, now: datetime) -> list[_Coming]:
    return [_Coming(*row) for row in session.execute(
        select(Appointment, Patient, VisitType.kind).join(Patient, Patient.id == Appointment.patient_id)
        .join(VisitType, VisitType.id == Appointment.visit_type_id)
        .where(Appointment.clinic_id == clinic_id, Appointment.status == AppointmentStatus.BOOKED,
               Appointment.starts_at > now).order_by(Appointment.starts_at, Appointment.id))]


def _hours(session: Session, clinic_id: int) -> SendingHours:
    clinic = session.get_one(Clinic, clinic_id)
    return SendingHours(zone(clinic.timezone), clinic.messages_from, clinic.messages_until, None, None)


def _asks(rule: ReminderRule, kind: VisitKind, visit: Appointment, hours: SendingHours, now: datetime) -> bool:
    due = rule.moment.due(visit.starts_at, visit.booked_at or now, hours)
    return kind in rule.visits and due <= now < visit.starts_at + rule.useful_until


def _by_day(found: Collection[_Coming]) -> list[ToReach]:
    rows: dict[tuple, ToReach] = {}
    for row in found:
        key = row.patient.id, row.visit.starts_on
        rows[key] = (replace(rows[key], visits=rows[key].visits + 1) if key in rows
                     else _to_reach(row, "Has not said that they come."))
    return list(rows.values())


def _to_reach(row: _Coming, why: str) -> ToReach:
    patient = row.patient
    return ToReach(patient.id, f"{patient.given_name} {patient.family_name}",
                   initials(patient.given_name, patient.family_name), patient.telephone, row.visit.id,
                   row.visit.starts_at, why)


def _with_calls(session: Session, rows: Iterable[ToReach]) -> tuple[ToReach, ...]:
    rows = list(rows)
    calls = calls_made(session, {row.patient_id for row in rows})
    return tuple(replace(row, last_call=next(iter(calls[row.patient_id]), None)) for row in rows)
