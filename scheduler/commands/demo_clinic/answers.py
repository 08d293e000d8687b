"""How a patient of the demo answers by a link: for the day, as its page shows it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, PatientLink
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.queries.patient_page import mark_of
from scheduler.services.by_link.answer_link import Answer, Answered, AnswerVisit, answer_link


def answer_by(session: Session, link_id: int, answer: Answer, *, now: datetime) -> bool:
    """Answer a visit's link; whether the answer was taken."""
    link = session.get_one(PatientLink, link_id)
    own = session.get_one(Appointment, link.appointment_id)
    day = session.execute(select(Appointment.id, Appointment.version).where(
        Appointment.patient_id == own.patient_id, Appointment.clinic_id == own.clinic_id,
        Appointment.starts_on == own.starts_on, Appointment.status == AppointmentStatus.BOOKED,
        Appointment.starts_at > now)).all()
    shown = mark_of((row.id, row.version) for row in day)
    return isinstance(answer_link(session, AnswerVisit(link_id, shown, answer), now=now), Answered)
