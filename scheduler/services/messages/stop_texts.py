"""Stop texts to a number at once, for every patient who has it; and begin again, by the desk with a note alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Consent, Message, Notice, Patient
from scheduler.access import Viewer
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.planning.words import Channel, NoticeKind
from scheduler.services import audit
from scheduler.services.messages.message_state import move
from scheduler.services.messages.supersede import free_merged
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue

TOLD_ONCE = timedelta(days=1)
STOPPED = "The patient, or somebody with the same number, has stopped texts."
BY_TEXT = "text"


def stop_texts(session: Session, patients: Sequence[Patient], *, now: datetime) -> int:
    """Withdraw these patients' consent to texts and take back every text that waits; gives how many patients had it."""
    ids = [patient.id for patient in patients]
    stopped = set()
    for consent in session.scalars(select(Consent).where(
            Consent.patient_id.in_(ids), Consent.channel == Channel.TEXT, Consent.withdrawn_at.is_(None))):
        consent.withdrawn_at = max(now, consent.granted_at)
        stopped.add((consent.clinic_id, consent.patient_id))
    waiting = session.scalars(select(Message).where(
        Message.patient_id.in_(ids), Message.channel == Channel.TEXT, Message.state.in_(OUTGOING))
        .order_by(Message.id).with_for_update()).all()
    for message in waiting:
        move(message, MessageState.SKIPPED, STOPPED, now=now)
    free_merged(session, [message.id for message in waiting], now=now)
    for clinic_id, patient_id in sorted(stopped):
        audit.record(session, by=Viewer(clinic_id=clinic_id, actor=BY_TEXT), verb="stop texts", subject="patient",
                     subject_id=patient_id, patient_id=patient_id, now=now)
    return len(stopped)


def was_told(session: Session, clinic_ids: Sequence[int], number: str, *, now: datetime) -> bool:
    """Whether this number was told in the last day that texts have stopped: one confirmation is all there may be."""
    return session.scalar(select(Notice.id).where(
        Notice.clinic_id.in_(clinic_ids), Notice.address == number, Notice.kind == NoticeKind.STOPPED,
        Notice.created_at > now - TOLD_ONCE).limit(1)) is not None


@dataclass(frozen=True)
class ResumeTexts:
    """Texts to a patient begin again: who agreed to it, how and when, in the desk's words."""

    patient_id: int
    note: str


def resume_texts(session: Session, command: ResumeTexts, *, by: Viewer, now: datetime) -> int | Refused | NotFound:
    """Record the new consent with its note; without one it is refused. Nobody else can begin texts again."""
    patient = session.scalar(select(Patient).where(
        Patient.id == command.patient_id, Patient.clinic_id == by.clinic_id).with_for_update())
    if patient is None:
        return NotFound("patient")
    if not command.note.strip():
        return Refused((WrongValue("note", "Write down how and when the patient agreed to texts again."),))
    newest = session.scalar(select(Consent).where(
        Consent.patient_id == patient.id, Consent.channel == Channel.TEXT)
        .order_by(Consent.granted_at.desc(), Consent.id.desc()).limit(1))
    if newest is None or newest.withdrawn_at is not None:
        session.add(Consent(clinic_id=by.clinic_id, patient_id=patient.id, channel=Channel.TEXT, granted_at=now,
                            how=command.note.strip()[:200], recorded_by=by.staff_id))
        audit.record(session, by=by, verb="resume texts", subject="patient", subject_id=patient.id,
                     patient_id=patient.id, now=now)
    return patient.id


def take_back_resumed(session: Session, patient_id: int, *, by: Viewer, now: datetime) -> None | NotFound:
    """Undo a slip: the newest consent to texts is withdrawn."""
    consent = session.scalar(
        select(Consent).where(Consent.patient_id == patient_id, Consent.clinic_id == by.clinic_id,
                              Consent.channel == Channel.TEXT)
        .order_by(Consent.granted_at.desc(), Consent.id.desc()).limit(1))
    if consent is None:
        return NotFound("patient")
    consent.withdrawn_at = max(now, consent.granted_at)
    audit.record(session, by=by, verb="stop texts", subject="patient", subject_id=patient_id, patient_id=patient_id,
                 now=now, detail={"consent": consent.id})
    return None
