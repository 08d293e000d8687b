"""Texts start again for a patient who had stopped them: by the desk, and only with a note of how they agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Consent, Patient
from scheduler.access import Viewer
from scheduler.planning.words import Channel
from scheduler.queries.patient_details import initials
from scheduler.services import audit
from scheduler.services.refusal import NotFound, Refused

LONGEST_NOTE = 200


@dataclass(frozen=True)
class CannotStart:
    """What is missing before texts may start again."""

    sentence: str


NO_NOTE = CannotStart("Write down how the patient said that they want texts again, and to whom.")
NO_NUMBER = CannotStart("There is no number on file that can be texted. Add one first.")


@dataclass(frozen=True)
class Started:
    """The consent is on file; `consent_id` takes it back."""

    consent_id: int
    initials: str


def start_texts(session: Session, patient_id: int, note: str, *, by: Viewer,
                now: datetime) -> Started | Refused | NotFound:
    """Write the new consent with the note; it is for this patient alone, whoever else has the number."""
    patient = session.scalar(select(Patient).where(Patient.id == patient_id, Patient.clinic_id == by.clinic_id))
    if patient is None:
        return NotFound("patient")
    if not note.strip():
        return Refused((NO_NOTE,))
    if not (patient.telephone and patient.can_be_texted):
        return Refused((NO_NUMBER,))
    consent = Consent(clinic_id=by.clinic_id, patient_id=patient.id, channel=Channel.TEXT, granted_at=now,
                      how=note.strip()[:LONGEST_NOTE], recorded_by=by.staff_id)
    session.add(consent)
    session.flush()
    audit.record(session, by=by, verb="start texts", subject="patient", subject_id=patient.id, patient_id=patient.id,
                 now=now, detail={"consent": consent.id})
    return Started(consent.id, initials(patient.given_name, patient.family_name))


def take_back_start(session: Session, patient_id: int, *, by: Viewer, now: datetime) -> None | NotFound:
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
