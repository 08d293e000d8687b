"""Take a patient's answer from the page behind a link: I will come, I cannot come, or neither after all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Message, PatientLink
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus, MessageState, allowed
from scheduler.queries.patient_links import VISIT, VISITS
from scheduler.queries.patient_page import mark_of
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.messages.message_state import move
from scheduler.services.refusal import Refused

PATIENT_LINK = "patient link"


class Answer(StrEnum):
    """What a patient can say about a visit."""

    CONFIRM = "confirm"
    CANNOT_COME = "say cannot come"
    TAKE_BACK = "take answer back"


@dataclass(frozen=True)
class AnswerVisit:
    """An answer given on the page of a link; `shown` is the mark of what the page showed."""

    link_id: int
    shown: str
    answer: Answer
    appointment_id: int | None = None
    """Which visit, where the link is for all of them; None: the one that the link is about."""
    proven: bool = False
    """Whether the date of birth was given: then any visit of the patient can be answered, by any link."""


@dataclass(frozen=True)
class Answered:
    """The answer is written; `changed` is False where it had been given before."""

    changed: bool


@dataclass(frozen=True)
class LinkOver:
    """The link does not hold any more, or is for something else."""

    sentence: str = "This link no longer works. Please call us."


@dataclass(frozen=True)
class VisitMoved:
    """The visits of that day are others than the page showed."""

    sentence: str = "Your visit has just changed. Please look at the new time before you answer."


@dataclass(frozen=True)
class VisitOver:
    """There is nothing to answer: the visit is cancelled, under way or past."""

    sentence: str = "This visit can no longer be answered here. Please call us."


def answer_link(session: Session, command: AnswerVisit, *, now: datetime) -> Answered | Refused:
    """Write the answer, once: the same answer again changes nothing. "I cannot come" cancels nothing: the desk calls.

    The last answer holds, so confirming takes back "I cannot come" and the other way round. It is for every visit of
    that day: people come once.
    """
    link = session.get(PatientLink, command.link_id)
    asked = _asked(link, command)
    if link is None or link.expires_at <= now or asked is None:
        return Refused((LinkOver(),))
    lock_patients(session, link.clinic_id, [link.patient_id])
    own = session.get(Appointment, asked)
    if own is None or own.patient_id != link.patient_id or own.clinic_id != link.clinic_id:
        return Refused((VisitOver(),))
    day = session.scalars(
        select(Appointment).where(
            Appointment.patient_id == own.patient_id, Appointment.clinic_id == own.clinic_id,
            Appointment.starts_on == own.starts_on, Appointment.status == AppointmentStatus.BOOKED,
            Appointment.starts_at > now)
        .order_by(Appointment.id)).all()
    if own not in day:
        return Refused((VisitOver(),))
    if mark_of((visit.id, visit.version) for visit in day) != command.shown:
        return Refused((VisitMoved(),))
    changed = [visit for visit in day if _write(visit, command.answer, now)]
    if not changed:
        return Answered(changed=False)
    message = session.get(Message, link.message_id) if link.message_id else None
    if message is not None and command.answer != Answer.TAKE_BACK and allowed(message.state, MessageState.ANSWERED):
        move(message, MessageState.ANSWERED, now=now)
    for visit in changed:
        audit.record(session, by=Viewer(clinic_id=link.clinic_id, actor=PATIENT_LINK), verb=command.answer,
                     subject="appointment", subject_id=visit.id, patient_id=visit.patient_id, now=now,
                     detail={"link": link.id})
    return Answered(changed=True)


def _asked(link: PatientLink | None, command: AnswerVisit) -> int | None:
    """The visit that this answer may be about."""
    if link is None:
        return None
    own = link.appointment_id if link.purpose == VISIT else None
    if command.appointment_id in (None, own):
        return own
    return command.appointment_id if command.proven or link.purpose == VISITS else None


def _write(visit: Appointment, answer: Answer, now: datetime) -> bool:
    before = (visit.confirmed_at is not None, visit.cannot_come_at is not None)
    wanted = (answer == Answer.CONFIRM, answer == Answer.CANNOT_COME)
    if before == wanted:
        return False
    visit.confirmed_at = now if wanted[0] else None
    visit.cannot_come_at = now if wanted[1] else None
    return True
