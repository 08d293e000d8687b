"""Who is already a patient: what an import compares its rows with, in a constant number of queries a chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models import Patient, PatientSource
from scheduler.planning.imports import Person, Source


def known_persons(
    session: Session, clinic_id: int, *, born_on: Collection[date], sources: Collection[Source]
) -> list[Person]:
    """The clinic's patients born on one of the days or known by one of the numbers, oldest first; key is their id."""
    numbers = {identifier for _, identifier in sources}
    linked = select(PatientSource.patient_id).where(
        PatientSource.clinic_id == clinic_id, PatientSource.identifier.in_(numbers)
    )
    wanted: list[ColumnElement[bool]] = [Patient.birth_date.in_(set(born_on))]
    if numbers:
        wanted += [Patient.id.in_(linked), Patient.source_identifier.in_(numbers)]
    patients = session.execute(
        select(
            Patient.id, Patient.family_name, Patient.given_name, Patient.birth_date, Patient.telephone,
            Patient.source_system, Patient.source_identifier,
        ).where(Patient.clinic_id == clinic_id, or_(*wanted)).order_by(Patient.id)
    ).all()
    known_by = _sources(session, clinic_id, [row.id for row in patients])
    for row in patients:
        if row.source_identifier is not None:
            known_by[row.id].add((row.source_system or "", row.source_identifier))
    return [
        Person(row.id, row.family_name, row.given_name, row.birth_date, row.telephone, frozenset(known_by[row.id]))
        for row in patients
    ]


def _sources(session: Session, clinic_id: int, patient_ids: list[int]) -> defaultdict[int, set[Source]]:
    known_by: defaultdict[int, set[Source]] = defaultdict(set)
    rows = session.execute(
        select(PatientSource.patient_id, PatientSource.system, PatientSource.identifier).where(
            PatientSource.clinic_id == clinic_id,
            PatientSource.patient_id.in_(patient_ids),
            PatientSource.identifier.is_not(None),
        )
    )
    for patient_id, system, identifier in rows:
        known_by[patient_id].add((system or "", identifier))
    return known_by
