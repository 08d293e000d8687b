"""Write the answer to a text, or the alert to somebody of the clinic, as it goes out."""

from __future__ import annotations

from datetime import datetime
from html import escape

from sqlalchemy.orm import Session

from models import Appointment, Clinic, InboundText, Notice, Patient
from scheduler.messaging.catalogue import locale_for
from scheduler.messaging.ports import Letter, Text
from scheduler.messaging.texts import TextFacts, write_text
from scheduler.planning.words import Channel, Discretion, NoticeKind

INBOUND_PATH = "/texts"
"""Where the desk sees a text that came in, by its number."""
ALERT_SUBJECT = "A text needs a person now"


def write_notice(session: Session, notice: Notice, *, base_url: str, now: datetime) -> Letter | Text:
    """The words: in the patient's language and as discreet as they want; an alert says nothing of whom it is about."""
    clinic = session.get_one(Clinic, notice.clinic_id)
    inbound = session.get_one(InboundText, notice.inbound_text_id)
    patient = session.get(Patient, inbound.patient_id) if inbound.patient_id and notice.staff_id is None else None
    visit = session.get(Appointment, notice.appointment_id) if notice.appointment_id else None
    words = write_text(TextFacts(
        kind=notice.kind, short_name=clinic.short_name, telephone=clinic.telephone, region=clinic.region,
        timezone=clinic.timezone, locale=locale_for(patient.language, clinic.locale) if patient else clinic.locale,
        discretion=patient.discretion if patient else Discretion.CLINIC_AND_TIME,
        times=(visit.starts_at,) if visit else (), crisis_text=clinic.crisis_text,
        link=f"{base_url}{INBOUND_PATH}/{inbound.id}" if notice.kind == NoticeKind.ALERT else None,
        reader_timezone=patient.timezone if patient else None))
    if notice.channel == Channel.TEXT:
        return Text(key=notice.key, to=notice.address, sender=clinic.text_number or "", body=words,
                    asked_before=notice.created_at if notice.attempts > 1 else None)
    return Letter(key=notice.key, to=notice.address, sender_name=clinic.name, subject=ALERT_SUBJECT,
                  text=f"{words}\n", html=f"<p>{escape(words)}</p>")
