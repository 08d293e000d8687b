"""Whom the desk has to telephone today: who cannot come, whom no letter reached, and whom none can reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models import Appointment, Call, Clinic, Message, Patient, PatientLink, StaffMember
from scheduler.planning.lifecycle import OUTGOING, AppointmentStatus, MessageState
from scheduler.planning.send_decisions import COMING
from scheduler.planning.words import CallResult, MessageKind
from scheduler.queries.batch_calls import parts_to_call
from scheduler.queries.patient_details import initials
from scheduler.queries.patient_links import LOCKED_IS_NEWS_FOR
from scheduler.queries.reach import standing_consents, why_unreachable

TOLD = frozenset({CallResult.REACHED, CallResult.LEFT_WORD})
NEWS_IS_NEWS_FOR = timedelta(days=7)
TO_TELL = COMING | {MessageKind.CHANGE, MessageKind.CANCELLATION}


class CallWhy(StrEnum):
    """Why somebody is to be called."""

    CANNOT_COME = "cannot come"
    NOT_DELIVERED = "not delivered"
    UNREACHABLE = "unreachable"
    LOCKED = "locked"
    NEW_TIMES = "new times"


@dataclass(frozen=True)
class Reason:
    """One thing to talk about: the messages that did not arrive, or the visit that the patient cannot come to."""

    why: CallWhy
    since: datetime
    kinds: tuple[MessageKind, ...]
    starts_at: datetime | None
    sentence: str


@dataclass(frozen=True)
class CallMade:
    """The newest call to a patient."""

    id: int
    result: CallResult
    called_at: datetime
    by: str
    note: str = field(repr=False)


@dataclass(frozen=True)
class CallRow:
    """One patient to call, with everything there is to talk about, the soonest visit first."""

    patient_id: int
    patient_name: str = field(repr=False)
    initials: str = field(repr=False)
    telephone: str | None = field(repr=False)
    reasons: tuple[Reason, ...]
    last_call: CallMade | None

    @property
    def locked(self) -> bool:
        """Whether a link of theirs is locked."""
        return any(reason.why == CallWhy.LOCKED for reason in self.reasons)

    @property
    def soonest(self) -> datetime | None:
        """The first of the visits it is about."""
        return min((reason.starts_at for reason in self.reasons if reason.starts_at), default=None)


@dataclass(frozen=True)
class CallList:
    """Whom to call, the soonest visit first, and who has been called today."""

    to_call: tuple[CallRow, ...]
    called: tuple[CallRow, ...]


def call_list(session: Session, clinic_id: int, timezone: str, *, now: datetime) -> CallList:
    """The clinic's calls of the day (its own calendar day). A constant number of queries, however many patients.

    A reason is done once the patient was reached, or word was left, after it came up.
    """
    zone = ZoneInfo(timezone)
    day = datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone)
    reasons: dict[int, list[Reason]] = defaultdict(list)
    for patient_id, reason in (*_cannot_come(session, clinic_id, now), *_letters(session, clinic_id, now, day),
                               *_new_times(session, clinic_id, now), *_locked(session, clinic_id, now)):
        reasons[patient_id].append(reason)
    patients = {row.id: row for row in session.scalars(select(Patient).where(Patient.id.in_(reasons)))}
    why_not = _unreachable(session, clinic_id, patients.values())
    calls = calls_made(session, reasons)
    rows = []
    for patient_id, patient in patients.items():
        kept = tuple(sorted((_worded(one, why_not[patient_id]) for one in reasons[patient_id]
                             if one.why != CallWhy.UNREACHABLE or why_not[patient_id]), key=_soonest))
        told_at = max((call.called_at for call in calls[patient_id] if call.result in TOLD), default=None)
        still = _joined(one for one in kept if told_at is None or told_at < one.since)
        last = calls[patient_id][0] if calls[patient_id] else None
        rows.append((bool(still), CallRow(patient_id, f"{patient.given_name} {patient.family_name}",
                                          initials(patient.given_name, patient.family_name), patient.telephone,
                                          still or _joined(kept), last)))
    later = datetime.max.replace(tzinfo=now.tzinfo)
    ordered = sorted(rows, key=lambda row: (row[1].soonest or later, row[1].patient_id))
    return CallList(
        tuple(row for open_, row in ordered if open_),
        tuple(row for open_, row in ordered
              if not open_ and row.reasons and row.last_call and row.last_call.called_at >= day))


def _cannot_come(session: Session, clinic_id: int, now: datetime) -> Iterable[tuple[int, Reason]]:
    for visit in session.execute(
            select(Appointment.patient_id, Appointment.starts_at, Appointment.cannot_come_at).where(
                Appointment.clinic_id == clinic_id, Appointment.cannot_come_at.is_not(None),
                Appointment.status == AppointmentStatus.BOOKED, Appointment.starts_at > now)):
        yield visit.patient_id, Reason(CallWhy.CANNOT_COME, visit.cannot_come_at, (), visit.starts_at,
                                       "Cannot come to this visit.")


def _new_times(session: Session, clinic_id: int, now: datetime) -> Iterable[tuple[int, Reason]]:
    for part in parts_to_call(session, clinic_id, now=now).values():
        yield part.patient_id, Reason(CallWhy.NEW_TIMES, part.since, (), part.starts_at,
                                      "Something is out, and a new time is to be agreed.")


def _locked(session: Session, clinic_id: int, now: datetime) -> Iterable[tuple[int, Reason]]:
    """Patients behind whose link somebody has tried too many dates of birth."""
    for link in session.execute(select(PatientLink.patient_id, func.max(PatientLink.locked_at).label("since")).where(
            PatientLink.clinic_id == clinic_id, PatientLink.locked_at > now - LOCKED_IS_NEWS_FOR)
            .group_by(PatientLink.patient_id)):
        yield link.patient_id, Reason(
            CallWhy.LOCKED, link.since, (), None, "Too many wrong dates of birth were tried behind this patient's "
            "link. Ask whether it was the patient, then unlock it.")


def _letters(session: Session, clinic_id: int, now: datetime, day: datetime) -> Iterable[tuple[int, Reason]]:
    """What did not arrive, and what is owed until the end of the day to patients who may turn out unreachable."""
    useful = or_(
        (Message.kind.in_((*COMING, MessageKind.CONFIRMATION)) & (Appointment.status == AppointmentStatus.BOOKED)
         & (Appointment.starts_at > now)),
        Message.kind.in_((MessageKind.CHANGE, MessageKind.CANCELLATION)) & (Message.due_at > now - NEWS_IS_NEWS_FOR),
        (Message.kind == MessageKind.CONFIRMATION) & Message.appointment_id.is_(None) & (Message.expires_at > now))
    failed = Message.state.in_((MessageState.PARKED, MessageState.BOUNCED)) & (Message.due_at <= now)
    owed = (Message.state.in_((*OUTGOING, MessageState.SKIPPED)) & Message.kind.in_(TO_TELL)
            & (Message.due_at < day + timedelta(days=1)) & (Message.due_at >= Message.created_at))
    for row in session.execute(
            select(Message, Appointment.starts_at).outerjoin(Appointment, Appointment.id == Message.appointment_id)
            .where(Message.clinic_id == clinic_id, useful, or_(failed, owed)).order_by(Message.due_at, Message.id)):
        message, starts_at = row
        if message.state in (MessageState.PARKED, MessageState.BOUNCED):
            yield message.patient_id, Reason(CallWhy.NOT_DELIVERED, message.due_at, (message.kind,), starts_at,
                                             message.reason or "The letter came back.")
        else:
            since = message.due_at.astimezone(day.tzinfo).replace(hour=0, minute=0, second=0, microsecond=0)
            yield message.patient_id, Reason(CallWhy.UNREACHABLE, since, (message.kind,), starts_at, "")


def _unreachable(session: Session, clinic_id: int, patients: Collection[Patient]) -> dict[int, str]:
    consents = standing_consents(session, [patient.id for patient in patients])
    clinic = session.get_one(Clinic, clinic_id)
    return {patient.id: why_unreachable(patient, clinic, consents[patient.id]) for patient in patients}


def calls_made(session: Session, patient_ids: Collection[int]) -> defaultdict[int, list[CallMade]]:
    """Every call to these patients, the newest first."""
    calls: defaultdict[int, list[CallMade]] = defaultdict(list)
    for call, by in session.execute(
            select(Call, StaffMember.initials).outerjoin(StaffMember, StaffMember.id == Call.called_by)
            .where(Call.patient_id.in_(patient_ids)).order_by(Call.called_at.desc(), Call.id.desc())):
        calls[call.patient_id].append(CallMade(call.id, call.result, call.called_at, by or "", call.note))
    return calls


def _worded(reason: Reason, why_not: str) -> Reason:
    if reason.why != CallWhy.UNREACHABLE:
        return reason
    return replace(reason, sentence=why_not)


def _joined(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """One line for what is to be said of the same visit for the same reason."""
    lines: dict[tuple, Reason] = {}
    for reason in reasons:
        key = reason.why, reason.starts_at, reason.sentence
        lines[key] = replace(lines[key], kinds=lines[key].kinds + reason.kinds) if key in lines else reason
    return tuple(lines.values())


def _soonest(reason: Reason) -> tuple[bool, datetime]:
    return reason.starts_at is None, reason.starts_at or reason.since
