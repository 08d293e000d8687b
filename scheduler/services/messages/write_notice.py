"""Write the answer to a text, or the alert to somebody of the clinic, as it goes out."""

from __future__ import annotations

from datetime import datetime, time
from html import escape
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import Appointment, AppointmentRequest, Clinic, InboundText, Notice, Patient
from scheduler.messaging.catalogue import locale_for, sentence
from scheduler.messaging.letters import LetterFacts, write
from scheduler.messaging.ports import Letter, Text
from scheduler.messaging.texts import TextFacts, write_text
from scheduler.planning.words import Channel, Discretion, NoticeKind

INBOUND_PATH = "/texts"
"""Where the desk sees a text that came in, by its number."""
SUBJECTS = {NoticeKind.ALERT: "A text needs a person now"}
NOON = time(12)


def write_notice(session: Session, notice: Notice, *, base_url: str, now: datetime) -> Letter | Text:
    """The words: in the reader's language and as discreet as they want; an alert says nothing of whom it is about."""
    clinic = session.get_one(Clinic, notice.clinic_id)
    inbound = session.get(InboundText, notice.inbound_text_id) if notice.inbound_text_id else None
    about = inbound.patient_id if inbound is not None and notice.staff_id is None else None
    patient = session.get(Patient, about) if about else None
    visit = session.get(Appointment, notice.appointment_id) if notice.appointment_id else None
    locale = locale_for(_language(session, notice, patient), clinic.locale)
    if notice.kind == NoticeKind.REQUEST and notice.channel == Channel.EMAIL:
        return _request_letter(session, notice, clinic, locale)
    words = write_text(TextFacts(
        kind=notice.kind, short_name=clinic.short_name, telephone=clinic.telephone, region=clinic.region,
        timezone=clinic.timezone, locale=locale,
        discretion=patient.discretion if patient else Discretion.CLINIC_AND_TIME,
        times=(visit.starts_at,) if visit else (), crisis_text=clinic.crisis_text,
        link=f"{base_url}{INBOUND_PATH}/{inbound.id}" if inbound and notice.kind == NoticeKind.ALERT else None,
        reader_timezone=patient.timezone if patient else None))
    if notice.channel == Channel.TEXT:
        return Text(key=notice.key, to=notice.address, sender=clinic.text_number or "", body=words,
                    asked_before=notice.created_at if notice.attempts > 1 or notice.lapses else None)
    subject = sentence(locale, SUBJECTS[notice.kind])
    return Letter(key=notice.key, to=notice.address, sender_name=clinic.name, subject=subject, text=f"{words}\n",
                  html=f"<p>{escape(words)}</p>")


def _request_letter(session: Session, notice: Notice, clinic: Clinic, locale: str) -> Letter:
    """A request is here: by when it is answered, if the clinic promises that, and that it is no appointment yet."""
    by = session.get_one(AppointmentRequest, notice.request_id).answer_by
    written = write(LetterFacts(
        kind=notice.kind, clinic_name=clinic.name, telephone=clinic.telephone, region=clinic.region,
        timezone=clinic.timezone, locale=locale, times=(), visits=1, link=None,
        until=datetime.combine(by, NOON, ZoneInfo(clinic.timezone)) if by else None))
    return Letter(key=notice.key, to=notice.address, sender_name=clinic.name, subject=written.subject,
                  text=written.text, html=written.html)


def _language(session: Session, notice: Notice, patient: Patient | None) -> str:
    if patient is not None:
        return patient.language
    request = session.get(AppointmentRequest, notice.request_id) if notice.request_id else None
    return request.language if request is not None else ""
