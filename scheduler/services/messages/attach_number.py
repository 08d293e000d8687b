"""The desk knows who wrote from a number that is on nobody's file: the texts become theirs, and the number, if wished.

With the number on file everything that is true of a number is true of theirs: a STOP that it has sent stops texts to
this patient too, and what comes from it next is taken as the patient's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Clinic, InboundText, Patient
from scheduler.access import Viewer
from scheduler.interop.telephones import TelephoneUse, read_telephone
from scheduler.planning.words import InboundMeaning
from scheduler.queries.patient_details import initials
from scheduler.services import audit
from scheduler.services.messages.stop_texts import stop_texts
from scheduler.services.refusal import NotFound, Refused

ATTACH, DETACH = "attach number", "detach number"


@dataclass(frozen=True)
class AttachNumber:
    """Whose the number of a text is; `keep`: it goes on the patient's file, where no other number stands."""

    text_id: int
    patient_id: int
    keep: bool = False


@dataclass(frozen=True)
class Attached:
    """How many texts became the patient's, whether the number is on file now, and whether a STOP was applied."""

    patient_id: int
    initials: str = field(repr=False)
    texts: int
    kept: bool
    stopped: bool


@dataclass(frozen=True)
class Known:
    """The number is on somebody's file, or the texts are somebody's already."""

    sentence: str = "This number is on file already, or its texts have been given to a patient."


@dataclass(frozen=True)
class AnotherNumber:
    """The patient has another number on file, which is not overwritten here."""

    sentence: str = ("This patient has another number on file. Give them the texts without keeping the number, or "
                     "change the number in their details.")


@dataclass(frozen=True)
class NotAttached:
    """There is nothing to take back."""

    sentence: str = "The texts of this number have not been given to anybody."


def attach_number(session: Session, command: AttachNumber, *, by: Viewer,
                  now: datetime) -> Attached | Refused | NotFound:
    """Give every text of the number to the patient."""
    text = session.scalar(select(InboundText).where(
        InboundText.id == command.text_id, InboundText.clinic_id == by.clinic_id))
    patient = session.scalar(select(Patient).where(
        Patient.id == command.patient_id, Patient.clinic_id == by.clinic_id).with_for_update())
    if text is None or patient is None:
        return NotFound("text")
    rows = session.scalars(select(InboundText).where(
        InboundText.clinic_id == by.clinic_id, InboundText.number == text.number, InboundText.patient_id.is_(None))
        .order_by(InboundText.id).with_for_update()).all()
    known = session.scalar(select(Patient.id).where(
        Patient.clinic_id == by.clinic_id, Patient.telephone == text.number).limit(1))
    if not rows or known is not None:
        return Refused((Known(),))
    if command.keep and patient.telephone:
        return Refused((AnotherNumber(),))
    for row in rows:
        row.patient_id = patient.id
    stopped = command.keep and _keep(session, patient, text, now)
    audit.record(session, by=by, verb=ATTACH, subject="inbound text", subject_id=text.id, patient_id=patient.id,
                 now=now, detail={"texts": [row.id for row in rows], "kept": command.keep})
    session.flush()
    return Attached(patient.id, initials(patient.given_name, patient.family_name), len(rows), command.keep, stopped)


def _keep(session: Session, patient: Patient, text: InboundText, now: datetime) -> bool:
    """Put the number on file; gives whether it has sent a STOP, which then counts for this patient too."""
    region = session.scalars(select(Clinic.region).where(Clinic.id == patient.clinic_id)).one()
    read = read_telephone(text.number, use=TelephoneUse.MOBILE, region=region)
    patient.telephone, patient.telephone_use, patient.can_be_texted = read.number, read.use, read.can_be_texted
    patient.changed_at = now
    stopped = session.scalar(select(InboundText.id).where(
        InboundText.clinic_id == patient.clinic_id, InboundText.number == text.number,
        InboundText.meaning == InboundMeaning.STOP).limit(1)) is not None
    if stopped:
        stop_texts(session, [patient], now=now)
    return stopped


def detach_number(session: Session, text_id: int, *, by: Viewer, now: datetime) -> None | Refused | NotFound:
    """It was a slip: the texts are nobody's again, the number is off the file. A consent that was stopped stays so."""
    text = session.scalar(select(InboundText).where(
        InboundText.id == text_id, InboundText.clinic_id == by.clinic_id).with_for_update())
    if text is None:
        return NotFound("text")
    entry = session.scalar(select(AuditEntry).where(
        AuditEntry.clinic_id == by.clinic_id, AuditEntry.subject_type == "inbound text",
        AuditEntry.subject_id == text_id, AuditEntry.verb.in_((ATTACH, DETACH)))
        .order_by(AuditEntry.id.desc()).limit(1))
    if entry is None or entry.verb != ATTACH or text.patient_id != entry.patient_id:
        return Refused((NotAttached(),))
    patient = session.get_one(Patient, entry.patient_id)
    for row in session.scalars(select(InboundText).where(InboundText.id.in_(entry.detail["texts"]))):
        row.patient_id = None
    if entry.detail["kept"] and patient.telephone == text.number:
        patient.telephone, patient.telephone_use, patient.can_be_texted = None, None, False
        patient.changed_at = now
    audit.record(session, by=by, verb=DETACH, subject="inbound text", subject_id=text.id, patient_id=patient.id,
                 now=now)
    session.flush()
    return None
