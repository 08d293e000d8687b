"""Take a text that came in: answer it where a program may, and hand everything else to a person, with a clock.

What a text is answered with is a row of the outbox like any other, due at once; caps and quiet hours do not bind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, Closure, InboundText, Message, OpeningHours, Patient
from scheduler.access import Viewer
from scheduler.planning.answer_clock import answer_by, business_days_after
from scheduler.planning.inbound_words import Reading, read_text
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel, InboundMeaning, InboundState, NoticeKind
from scheduler.services import audit
from scheduler.services.messages.alert import alert_next
from scheduler.services.messages.confirm_by_text import confirm_by_text
from scheduler.services.messages.owe_notice import owe_notice
from scheduler.services.messages.stop_texts import stop_texts, was_told

TEXT = "text"
"""Who acts, in the audit trail, where a patient's text does."""
LONGEST = 1600
ANSWERABLE = timedelta(days=8)
"""How long after a text was sent another one may be its answer."""
GONE = (MessageState.SENT, MessageState.DELIVERED, MessageState.ANSWERED, MessageState.SUPERSEDED)
M = InboundMeaning


@dataclass(frozen=True)
class TextIn:
    """A text as the gateway hands it over. Numbers are E.164; `reference` is the gateway's own name for it."""

    reference: str
    number: str = field(repr=False)
    to: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True)
class TakenIn:
    """The rows written for it, one a clinic that it concerns; none where it had been taken already."""

    inbound_ids: tuple[int, ...]
    meaning: InboundMeaning


def take_text(session: Session, text: TextIn, *, now: datetime) -> TakenIn | None:
    """Write it down and do what it says, once, however often the gateway tells of it; None: no clinic has that number.

    A STOP concerns every clinic that texts from that number and every patient whose number it came from; anything
    else the clinic that texted last.
    """
    clinics = session.scalars(
        select(Clinic).where(Clinic.text_number == text.to).order_by(Clinic.id).with_for_update()).all()
    if not clinics:
        return None
    reading = read_text(text.body)
    told = session.scalar(select(InboundText.id).where(
        InboundText.clinic_id.in_([clinic.id for clinic in clinics]), InboundText.reference == text.reference).limit(1))
    if told is not None:
        return TakenIn((), reading.meaning)
    patients = session.scalars(select(Patient).where(
        Patient.clinic_id.in_([clinic.id for clinic in clinics]), Patient.telephone == text.number)
        .order_by(Patient.id).with_for_update()).all()
    last = _last_text(session, patients, now)
    concerned = _concerned(clinics, patients, last, reading)
    rows = [_write(session, text, clinic, patients, last, reading, now) for clinic in concerned]
    _act(session, rows, text, patients, last, reading, now)
    for row in rows:
        audit.record(session, by=Viewer(clinic_id=row.clinic_id, actor=TEXT), verb=f"text: {row.meaning}",
                     subject="inbound text", subject_id=row.id, patient_id=row.patient_id, now=now)
    return TakenIn(tuple(row.id for row in rows), reading.meaning)


def _act(session: Session, rows: Sequence[InboundText], text: TextIn, patients: Sequence[Patient],
         last: Message | None, reading: Reading, now: datetime) -> None:
    row = rows[0]
    if reading.stops:
        if not was_told(session, [one.clinic_id for one in rows], text.number, now=now):
            owe_notice(session, row, NoticeKind.STOPPED, now=now)
        stop_texts(session, patients, now=now)
    if reading.meaning == M.CRISIS:
        owe_notice(session, row, NoticeKind.CRISIS, now=now)
        alert_next(session, row, now=now)
    elif reading.meaning == M.HELP:
        owe_notice(session, row, NoticeKind.HELP, now=now)
        row.state, row.due_at = InboundState.ANSWERED, None
    elif reading.meaning == M.CONFIRM and last is not None:
        visit = confirm_by_text(session, last, by=Viewer(clinic_id=row.clinic_id, actor=TEXT), now=now)
        if visit is not None:
            owe_notice(session, row, NoticeKind.CONFIRMED, appointment_id=visit.id, now=now)
            row.state, row.due_at = InboundState.ANSWERED, None
    elif reading.meaning == M.MOVE and row.patient_id is not None:
        owe_notice(session, row, NoticeKind.MOVING, now=now)


def _last_text(session: Session, patients: Sequence[Patient], now: datetime) -> Message | None:
    """The text that was last sent to this number: it is what an answer is about, whoever else shares the telephone."""
    return session.scalar(select(Message).where(
        Message.patient_id.in_([patient.id for patient in patients]), Message.channel == Channel.TEXT,
        Message.state.in_(GONE), Message.sent_at > now - ANSWERABLE)
        .order_by(Message.sent_at.desc(), Message.id.desc()).limit(1))


def _concerned(clinics: Sequence[Clinic], patients: Sequence[Patient], last: Message | None,
               reading: Reading) -> list[Clinic]:
    theirs = {patient.clinic_id for patient in patients}
    if reading.stops and theirs:
        return [clinic for clinic in clinics if clinic.id in theirs]
    wanted = last.clinic_id if last is not None else min(theirs, default=clinics[0].id)
    return [clinic for clinic in clinics if clinic.id == wanted]


def _write(session: Session, text: TextIn, clinic: Clinic, patients: Sequence[Patient], last: Message | None,
           reading: Reading, now: datetime) -> InboundText:
    here = [patient.id for patient in patients if patient.clinic_id == clinic.id]
    about = last if last is not None and last.clinic_id == clinic.id else None
    patient_id = about.patient_id if about is not None else here[0] if len(here) == 1 else None
    row = InboundText(
        clinic_id=clinic.id, patient_id=patient_id, message_id=about.id if about else None, reference=text.reference,
        number=text.number, body=text.body[:LONGEST], received_at=now, meaning=reading.meaning,
        state=InboundState.OPEN, due_at=_due(session, clinic, reading, now), alerted=0, note="")
    session.add(row)
    session.flush()
    return row


def _due(session: Session, clinic: Clinic, reading: Reading, now: datetime) -> datetime:
    """By when a person has to have seen to it."""
    if reading.meaning == M.CRISIS:
        return now + timedelta(minutes=clinic.on_call_minutes)
    zone = ZoneInfo(clinic.timezone)
    wall = now.astimezone(zone).replace(tzinfo=None)
    if reading.meaning == M.STOP:
        return datetime.combine(business_days_after(wall.date()), time(), tzinfo=zone)
    hours: dict[int, list[tuple[time, time]]] = {}
    for row in session.scalars(select(OpeningHours).where(OpeningHours.clinic_id == clinic.id)):
        hours.setdefault(row.weekday, []).append((row.opens, row.closes))
    return answer_by(wall, clinic.answer_minutes, hours, _closed(session, clinic.id, wall.date())).replace(tzinfo=zone)


def _closed(session: Session, clinic_id: int, since: date) -> set[date]:
    days: set[date] = set()
    for closure in session.scalars(select(Closure).where(Closure.clinic_id == clinic_id, Closure.last_on >= since)):
        first = max(closure.starts_on, since)
        days.update(first + timedelta(days=ahead) for ahead in range(min((closure.last_on - first).days, 60) + 1))
    return days
