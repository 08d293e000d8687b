"""Add a patient, change one, and keep what they have consented to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from models import Clinic, Consent, Patient
from scheduler.access import Viewer
from scheduler.interop.telephones import TelephoneUse, read_telephone
from scheduler.planning.persons import search_name
from scheduler.planning.words import Channel
from scheduler.services import audit
from scheduler.services.refusal import NotFound, Refused


@dataclass(frozen=True)
class PatientDetails:
    """What the desk may enter of a patient. `consents` are the channels agreed to, `how` the manner it was given."""

    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    birth_date: date = field(repr=False)
    email: str | None = field(default=None, repr=False)
    telephone: str | None = field(default=None, repr=False)
    telephone_use: str = TelephoneUse.MOBILE
    language: str = "en"
    preferred_channel: Channel = Channel.EMAIL
    consents: frozenset[Channel] = frozenset()
    consent_how: str = ""
    note: str = field(default="", repr=False)
    although_alike: bool = False
    beyond_caps: bool | None = None
    """Expressly agreed to more texts than the healthcare exemption allows; None leaves it as it stands."""


@dataclass(frozen=True)
class AlreadyHere:
    """Somebody with this name and date of birth is on file."""

    patient_id: int
    sentence: str = ("Someone with this name and date of birth is already on file. "
                     "Open that patient, or tick “This is another person”.")


@dataclass(frozen=True)
class BornInTheFuture:
    """The date of birth lies ahead."""

    sentence: str = "The date of birth lies in the future. Check the year."


def add_patient(session: Session, details: PatientDetails, *, by: Viewer, now: datetime) -> int | Refused:
    """Write a new patient and give the id; refused for somebody already on file unless said to be another person."""
    if details.birth_date > now.date():
        return Refused((BornInTheFuture(),))
    twin = _twin(session, by.clinic_id, details)
    if twin is not None and not details.although_alike:
        return Refused((AlreadyHere(twin),))
    patient = Patient(clinic_id=by.clinic_id, created_at=now)
    _write(patient, details, _region(session, by.clinic_id), now)
    session.add(patient)
    session.flush()
    _write_consents(session, patient, details, by, now)
    audit.record(session, by=by, verb="add", subject="patient", subject_id=patient.id, patient_id=patient.id, now=now)
    return patient.id


def edit_patient(session: Session, patient_id: int, details: PatientDetails, *, by: Viewer,
                 now: datetime) -> int | Refused | NotFound:
    """Change a patient of the viewer's clinic; the audit entry names the fields that changed, not what they say."""
    patient = session.scalar(select(Patient).where(Patient.id == patient_id, Patient.clinic_id == by.clinic_id))
    if patient is None:
        return NotFound("patient")
    if details.birth_date > now.date():
        return Refused((BornInTheFuture(),))
    _write(patient, details, _region(session, by.clinic_id), now)
    changed = sorted(attribute.key for attribute in inspect(patient).attrs
                     if attribute.history.has_changes() and attribute.key != "changed_at")
    changed += _write_consents(session, patient, details, by, now)
    session.flush()
    audit.record(session, by=by, verb="edit", subject="patient", subject_id=patient.id, patient_id=patient.id,
                 detail={"changed": changed}, now=now)
    return patient.id


def _twin(session: Session, clinic_id: int, details: PatientDetails) -> int | None:
    return session.scalar(select(Patient.id).where(
        Patient.clinic_id == clinic_id, Patient.birth_date == details.birth_date,
        Patient.search_name == search_name(details.family_name, details.given_name)).limit(1))


def _region(session: Session, clinic_id: int) -> str:
    return session.scalar(select(Clinic.region).where(Clinic.id == clinic_id)) or "US"


def _write(patient: Patient, details: PatientDetails, region: str, now: datetime) -> None:
    patient.given_name, patient.family_name = details.given_name, details.family_name
    patient.search_name = search_name(details.family_name, details.given_name)
    patient.birth_date, patient.email = details.birth_date, details.email or None
    patient.language, patient.preferred_channel, patient.note = (
        details.language, details.preferred_channel, details.note)
    patient.telephone, patient.telephone_use, patient.can_be_texted = None, None, False
    if details.telephone:
        read = read_telephone(details.telephone, use=TelephoneUse(details.telephone_use), region=region)
        patient.telephone, patient.telephone_use, patient.can_be_texted = read.number, read.use, read.can_be_texted
    patient.changed_at = now


def _write_consents(session: Session, patient: Patient, details: PatientDetails, by: Viewer,
                    now: datetime) -> list[str]:
    standing = {row.channel: row for row in session.scalars(
        select(Consent).where(Consent.patient_id == patient.id, Consent.withdrawn_at.is_(None)))}
    for channel in details.consents - standing.keys():
        session.add(Consent(clinic_id=by.clinic_id, patient_id=patient.id, channel=channel, granted_at=now,
                            how=details.consent_how, recorded_by=by.staff_id,
                            beyond_caps=channel == Channel.TEXT and bool(details.beyond_caps)))
    for channel in standing.keys() - details.consents:
        standing[channel].withdrawn_at = now
    changed = sorted(f"consent to {channel}" for channel in standing.keys() ^ details.consents)
    return changed + _write_beyond(session, standing.get(Channel.TEXT), details, by, now)


def _write_beyond(session: Session, texts: Consent | None, details: PatientDetails, by: Viewer,
                  now: datetime) -> list[str]:
    """A consent says what was agreed to when it was given: another extent is another consent."""
    if texts is None or texts.withdrawn_at is not None or details.beyond_caps in (None, texts.beyond_caps):
        return []
    texts.withdrawn_at = now
    session.add(Consent(clinic_id=by.clinic_id, patient_id=texts.patient_id, channel=Channel.TEXT, granted_at=now,
                        how=details.consent_how, recorded_by=by.staff_id, beyond_caps=bool(details.beyond_caps)))
    return ["consent to more texts"]
