"""What an imported record makes of a patient: somebody new, or a change of somebody known by one simple rule.

The rule: what the sending system says counts, until the field is edited here; from then on our value stays, and the
report says so. An empty field here is always filled; a field the source leaves out is left alone. Fingerprints of what
each source said last (never the values) tell whether the source or we have changed a field since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Patient, PatientSource
from scheduler.interop.records import Gender, PatientRecord
from scheduler.planning.persons import search_name
from scheduler.planning.words import Channel

WORDS = {
    "family_name": "family name", "given_name": "first names", "birth_date": "birth date", "gender": "gender",
    "email": "email", "telephone": "telephone", "language": "language",
}


@dataclass(frozen=True)
class Difference:
    """Which fields a record changes, and which stay as they were edited here."""

    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def facts_of(record: PatientRecord) -> dict[str, Any]:
    """The patient's fields as the record says them; None where it says nothing. The telephone is one field."""
    telephone = record.telephone
    return {
        "family_name": record.family_name or None,
        "given_name": record.given_names or None,
        "birth_date": record.birth_date,
        "gender": None if record.gender is Gender.UNKNOWN else record.gender.value,
        "email": record.email,
        "telephone": (telephone.number, telephone.use.value, telephone.can_be_texted) if telephone else None,
        "language": record.language,
    }


def said_of_known(record: PatientRecord) -> dict[str, Any]:
    """What a record says of somebody known. Without a record number they were recognised by name, so the spelling
    of the name (capitals, a lost accent) says nothing new."""
    facts = facts_of(record)
    if record.source is None:
        facts["family_name"] = facts["given_name"] = None
    return facts


def new_patient(record: PatientRecord, *, clinic_id: int, now: datetime, with_source: bool = True) -> Patient:
    """Somebody new, not yet written. An import brings no consent: the desk asks for that."""
    source = record.source if with_source else None
    patient = Patient(
        clinic_id=clinic_id, given_name="", family_name="", search_name="", birth_date=record.birth_date,
        preferred_channel=Channel.EMAIL if record.email else Channel.CALL,
        source_system=source.system if source else None, source_identifier=source.value if source else None,
        created_at=now, changed_at=now)
    for field, said in facts_of(record).items():
        if said is not None:
            _set(patient, field, said)
    return patient


def first_said(patient: Patient, record: PatientRecord, *, now: datetime, with_source: bool = True) -> PatientSource:
    """What a source says of a patient who has just been written, not yet written itself."""
    source = record.source if with_source else None
    return PatientSource(
        clinic_id=patient.clinic_id, patient_id=patient.id, system=source.system if source else None,
        identifier=source.value if source else None, said=_prints(facts_of(record)), said_at=now)


def source_among(sources: Iterable[PatientSource], record: PatientRecord) -> PatientSource | None:
    """What this record's source is known to have said of a patient; None when it speaks for the first time."""
    asked = (record.source.system, record.source.value) if record.source else (None, None)
    return next((one for one in sources if (one.system, one.identifier) == asked), None)


def difference(patient: Patient, source: PatientSource | None, record: PatientRecord) -> Difference:
    """What the record would change, by the rule above; changes nothing."""
    said_before = source.said if source else {}
    changed, kept = [], []
    for field, said in said_of_known(record).items():
        if said is None or _print(field, said) == said_before.get(field):
            continue
        here = _here(patient, field)
        if here is None or _print(field, here) == said_before.get(field):
            changed.append(field)
        elif _print(field, here) != _print(field, said):
            kept.append(field)
    return Difference(tuple(changed), tuple(kept))


def take_over(
    session: Session, patient: Patient, sources: list[PatientSource], record: PatientRecord, *, now: datetime
) -> Difference:
    """Bring a known patient up to date by the rule above, and remember (in `sources` too) what the source said."""
    source = source_among(sources, record)
    found = difference(patient, source, record)
    facts = said_of_known(record)
    for field in found.changed:
        _set(patient, field, facts[field])
    if found.changed:
        patient.changed_at = now
    if source is None:
        source = first_said(patient, record, now=now)
        session.add(source)
        sources.append(source)
    if record.source and patient.source_identifier is None:
        patient.source_system, patient.source_identifier = record.source.system, record.source.value
    said = {**source.said, **_prints(facts)}
    if said != source.said:
        source.said, source.said_at = said, now
    return found


def _here(patient: Patient, field: str) -> Any:
    if field == "telephone":
        return (patient.telephone, patient.telephone_use, patient.can_be_texted) if patient.telephone else None
    return getattr(patient, field) or None


def _set(patient: Patient, field: str, said: Any) -> None:
    if field == "telephone":
        patient.telephone, patient.telephone_use, patient.can_be_texted = said
    else:
        setattr(patient, field, said)
    if field in ("family_name", "given_name"):
        patient.search_name = search_name(patient.family_name, patient.given_name)


def _prints(facts: dict[str, Any]) -> dict[str, str]:
    return {field: _print(field, said) for field, said in facts.items() if said is not None}


def _print(field: str, value: Any) -> str:
    """A fingerprint of one value. Of a telephone the number alone: its use may be corrected here without a quarrel."""
    plain = value[0] if field == "telephone" else value
    return hashlib.sha256(f"{field}:{plain}".encode()).hexdigest()[:24]
