"""Write down what a patient said on the telephone about a day's visits: they come, or they cannot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.words import CallResult
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.by_link.answer_link import Answer
from scheduler.services.patients.record_call import Called, RecordCall, record_call, take_back_call
from scheduler.services.refusal import NotFound, Refused

NOTES = {Answer.CONFIRM: "Will come", Answer.CANNOT_COME: "Cannot come"}


@dataclass(frozen=True)
class ToldUs:
    """The answer for every visit of that day: people come once."""

    appointment_id: int
    answer: Answer


@dataclass(frozen=True)
class Told:
    """The answer is on file, with the call that brought it; `call_id` takes both back."""

    appointment_id: int
    call_id: int
    initials: str


@dataclass(frozen=True)
class NotAwaited:
    """The visit is over, under way or called off."""

    sentence: str = "This visit is no longer to come, so there is nothing to confirm."


def answer_by_telephone(session: Session, command: ToldUs, *, by: Viewer, now: datetime) -> Told | Refused | NotFound:
    """Write the answer and the call. "Cannot come" calls nothing off: the visit goes on the list of those to move."""
    day = _day(session, command.appointment_id, by, now)
    if isinstance(day, NotFound | Refused):
        return day
    for visit in day:
        visit.confirmed_at = now if command.answer == Answer.CONFIRM else None
        visit.cannot_come_at = now if command.answer == Answer.CANNOT_COME else None
        audit.record(session, by=by, verb=command.answer, subject="appointment", subject_id=visit.id,
                     patient_id=visit.patient_id, now=now, detail={"by": "telephone"})
    call = record_call(session, RecordCall(day[0].patient_id, CallResult.REACHED, NOTES[command.answer]), by=by,
                       now=now)
    assert isinstance(call, Called)
    return Told(command.appointment_id, call.call_id, call.initials)


def take_back_answer(session: Session, appointment_id: int, call_id: int, *, by: Viewer,
                     now: datetime) -> None | Refused | NotFound:
    """Undo a slip: nobody has answered, and the call was not made."""
    day = _day(session, appointment_id, by, now)
    if isinstance(day, NotFound | Refused):
        return day
    gone = take_back_call(session, call_id, by=by, now=now)
    if isinstance(gone, NotFound):
        return gone
    for visit in day:
        visit.confirmed_at = visit.cannot_come_at = None
        audit.record(session, by=by, verb=Answer.TAKE_BACK, subject="appointment", subject_id=visit.id,
                     patient_id=visit.patient_id, now=now, detail={"by": "telephone"})
    return None


def _day(session: Session, appointment_id: int, by: Viewer, now: datetime) -> list[Appointment] | Refused | NotFound:
    """The visit and the others of its patient on that day, locked; those to come alone."""
    patient_id = session.scalar(select(Appointment.patient_id).where(
        Appointment.id == appointment_id, Appointment.clinic_id == by.clinic_id))
    if patient_id is None:
        return NotFound("appointment")
    lock_patients(session, by.clinic_id, [patient_id])
    own = session.get_one(Appointment, appointment_id, populate_existing=True)
    if own.status != AppointmentStatus.BOOKED or own.starts_at <= now:
        return Refused((NotAwaited(),))
    return list(session.scalars(select(Appointment).where(
        Appointment.clinic_id == by.clinic_id, Appointment.patient_id == patient_id,
        Appointment.starts_on == own.starts_on, Appointment.status == AppointmentStatus.BOOKED,
        Appointment.starts_at > now).order_by(Appointment.starts_at)))
