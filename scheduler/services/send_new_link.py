"""Send a new link to the address on file, asked for behind one that has ended. What comes of it is never told."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message, Patient, PatientLink
from scheduler.access import Viewer
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.reach import reach_of
from scheduler.services import audit
from scheduler.services.answer_link import PATIENT_LINK
from scheduler.services.claims import lock_patients

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
    channel = Channel.EMAIL if Channel.EMAIL in reach.channels else reach.channels[0]
    message = Message(
        clinic_id=link.clinic_id, patient_id=link.patient_id, kind=MessageKind.NEW_LINK, channel=channel, rule=RULE,
        state=MessageState.PLANNED, due_at=now, expires_at=now + USEFUL_FOR, key=secrets.token_hex(16), created_at=now)
    session.add(message)
    session.flush()
    audit.record(session, by=Viewer(clinic_id=link.clinic_id, actor=PATIENT_LINK), verb="ask for link",
                 subject="patient", subject_id=link.patient_id, patient_id=link.patient_id, now=now,
                 detail={"link": link.id, "message": message.id})
