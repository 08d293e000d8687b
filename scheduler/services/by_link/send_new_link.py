"""Send a new link to the address on file: asked for behind one that has ended, where nobody is told what comes of it,
or by the desk.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message, Patient, PatientLink
from scheduler.access import Viewer
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.patient_details import initials
from scheduler.queries.reach import Reach, reach_of
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.by_link.answer_link import PATIENT_LINK
from scheduler.services.refusal import NotFound, Refused

RULE = "asked for a link"
USEFUL_FOR = timedelta(hours=2)
BETWEEN = timedelta(minutes=10)
"""At least so long between two links that one patient is sent because somebody asked."""
A_DAY = 3


def send_new_link(session: Session, *, token_hash: str = "", link_id: int | None = None, now: datetime) -> None:
    """Owe a letter (or a text, where no letter may go) with a new link, if the old one was ever real.

    One that still holds, was never made, or was forgotten (a month after its end) gives nothing; neither does a
    patient who has stopped messages, or who was sent one a moment ago. Nobody is told which.
    """
    found = select(PatientLink)
    found = found.where(PatientLink.token_hash == token_hash) if token_hash else found.where(PatientLink.id == link_id)
    link = session.scalar(found)
    if link is None:
        return
    lock_patients(session, link.clinic_id, [link.patient_id])
    asked = session.scalars(select(Message.created_at).where(
        Message.patient_id == link.patient_id, Message.kind == MessageKind.NEW_LINK,
        Message.created_at > now - timedelta(days=1))).all()
    if len(asked) >= A_DAY or any(at > now - BETWEEN for at in asked):
        return
    reach = reach_of(session, link.patient_id, now=now)
    if session.get_one(Patient, link.patient_id).preferred_channel == Channel.CALL or not reach.channels:
        return
    _owe(session, link.clinic_id, link.patient_id, reach, Viewer(clinic_id=link.clinic_id, actor=PATIENT_LINK),
         "ask for link", {"link": link.id}, now)


@dataclass(frozen=True)
class NoWay:
    """No letter and no text can go to the patient."""

    sentence: str


@dataclass(frozen=True)
class Owed:
    """A letter or a text with a new link is owed."""

    initials: str = field(repr=False)
    channel: Channel


def send_link(session: Session, patient_id: int, *, by: Viewer, now: datetime) -> Owed | Refused | NotFound:
    """The desk sends a link that the patient asked for, to the address on file; one that still waits is enough."""
    patient = session.scalar(select(Patient).where(Patient.id == patient_id, Patient.clinic_id == by.clinic_id))
    if patient is None:
        return NotFound("patient")
    lock_patients(session, by.clinic_id, [patient_id])
    reach = reach_of(session, patient_id, now=now)
    if reach.why_not or not reach.channels:
        return Refused((NoWay(f"No link can go out. {reach.why_not}".strip()),))
    waiting = session.scalar(select(Message.id).where(
        Message.patient_id == patient_id, Message.kind == MessageKind.NEW_LINK, Message.state.in_(OUTGOING)).limit(1))
    channel = _channel(reach)
    if waiting is None:
        _owe(session, by.clinic_id, patient_id, reach, by, "send link", {}, now)
    return Owed(initials(patient.given_name, patient.family_name), channel)


def _channel(reach: Reach) -> Channel:
    return Channel.EMAIL if Channel.EMAIL in reach.channels else reach.channels[0]


def _owe(session: Session, clinic_id: int, patient_id: int, reach: Reach, by: Viewer, verb: str, detail: dict,
         now: datetime) -> None:
    message = Message(
        clinic_id=clinic_id, patient_id=patient_id, kind=MessageKind.NEW_LINK, channel=_channel(reach), rule=RULE,
        state=MessageState.PLANNED, due_at=now, expires_at=now + USEFUL_FOR, key=secrets.token_hex(16), created_at=now)
    session.add(message)
    session.flush()
    audit.record(session, by=by, verb=verb, subject="patient", subject_id=patient_id, patient_id=patient_id, now=now,
                 detail={**detail, "message": message.id})
