"""Take a patient's C: the visits of the day that the last text was about are confirmed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Message
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus, MessageState, allowed
from scheduler.services import audit
from scheduler.services.messages.message_state import move


def confirm_by_text(session: Session, message: Message, *, by: Viewer, now: datetime) -> Appointment | None:
    """Confirm and give the visit; None where it cannot be told which is meant, or it has moved since the text.

    The caller has locked the patient. Confirming takes back an earlier "I cannot come"; twice changes nothing more.
    """
    visit = session.get(Appointment, message.appointment_id) if message.appointment_id else None
    if visit is None or visit.status != AppointmentStatus.BOOKED or visit.starts_at <= now:
        return None
    if message.appointment_version is not None and message.appointment_version != visit.version:
        return None
    if message.state == MessageState.SUPERSEDED:
        return None
    for one in session.scalars(select(Appointment).where(
            Appointment.patient_id == visit.patient_id, Appointment.clinic_id == visit.clinic_id,
            Appointment.starts_on == visit.starts_on, Appointment.status == AppointmentStatus.BOOKED,
            Appointment.starts_at > now).order_by(Appointment.id)):
        if one.confirmed_at is None or one.cannot_come_at is not None:
            one.confirmed_at, one.cannot_come_at = now, None
            audit.record(session, by=by, verb="confirm", subject="appointment", subject_id=one.id,
                         patient_id=one.patient_id, now=now, detail={"message": message.id})
    if allowed(message.state, MessageState.ANSWERED):
        move(message, MessageState.ANSWERED, now=now)
    return visit
