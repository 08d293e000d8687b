"""Unlock a patient's links after too many wrong dates of birth: the tries are forgiven, the old links end.

Whoever tried may still hold one of them; a new link goes to the address on file alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Patient, PatientLink
from scheduler.access import Viewer
from scheduler.queries.patient_details import initials
from scheduler.queries.patient_links import locked_since
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.refusal import NotFound, Refused

UNLOCK = "unlock links"


@dataclass(frozen=True)
class Unlocked:
    """Whose links, and how many ended."""

    patient_id: int
    initials: str = field(repr=False)
    links: int


@dataclass(frozen=True)
class NothingLocked:
    """There is nothing to unlock, or to lock again."""

    sentence: str = "No link of this patient is locked any more."


def unlock_links(session: Session, patient_id: int, *, by: Viewer, now: datetime) -> Unlocked | Refused | NotFound:
    """End every link behind which a wrong date was entered, and count anew from nothing."""
    patient = session.scalar(select(Patient).where(Patient.id == patient_id, Patient.clinic_id == by.clinic_id))
    if patient is None:
        return NotFound("patient")
    lock_patients(session, by.clinic_id, [patient_id])
    if locked_since(session, by.clinic_id, patient_id, now=now) is None:
        return Refused((NothingLocked(),))
    rows = session.scalars(select(PatientLink).where(
        PatientLink.patient_id == patient_id, PatientLink.clinic_id == by.clinic_id,
        (PatientLink.wrong_tries > 0) | PatientLink.locked_at.is_not(None)).order_by(PatientLink.id)).all()
    before = [[row.id, row.wrong_tries, _at(row.locked_at), _at(row.expires_at)] for row in rows]
    for row in rows:
        row.wrong_tries, row.locked_at, row.expires_at = 0, None, min(row.expires_at, now)
    audit.record(session, by=by, verb=UNLOCK, subject="patient", subject_id=patient_id, patient_id=patient_id, now=now,
                 detail={"links": before})
    session.flush()
    return Unlocked(patient_id, initials(patient.given_name, patient.family_name), len(rows))


def lock_links_again(session: Session, patient_id: int, *, by: Viewer, now: datetime) -> None | Refused | NotFound:
    """It was a slip: the links that were unlocked last are as they were."""
    if session.scalar(select(Patient.id).where(Patient.id == patient_id, Patient.clinic_id == by.clinic_id)) is None:
        return NotFound("patient")
    lock_patients(session, by.clinic_id, [patient_id])
    entry = session.scalar(
        select(AuditEntry).where(AuditEntry.clinic_id == by.clinic_id, AuditEntry.patient_id == patient_id,
                                 AuditEntry.verb.in_((UNLOCK, "lock links again")))
        .order_by(AuditEntry.id.desc()).limit(1))
    if entry is None or entry.verb != UNLOCK:
        return Refused((NothingLocked(),))
    for link_id, tries, locked_at, expires_at in entry.detail["links"]:
        link = session.get(PatientLink, link_id)
        if link is not None and link.patient_id == patient_id:
            link.wrong_tries, link.expires_at = tries, datetime.fromisoformat(expires_at)
            link.locked_at = datetime.fromisoformat(locked_at) if locked_at else None
    audit.record(session, by=by, verb="lock links again", subject="patient", subject_id=patient_id,
                 patient_id=patient_id, now=now)
    return None


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
