"""One portion of rows: foretell their fates (the dry run), or import them. Both ask the same rule who is who."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Patient, PatientImport, PatientImportRow, PatientSource
from scheduler.access import Viewer
from scheduler.interop.records import PatientRecord
from scheduler.interop.stored_records import from_json
from scheduler.planning.imports import Fate, MaybeSame, Person, SamePerson, recognise
from scheduler.queries.known_patients import known_persons
from scheduler.services.audit import record as audit
from scheduler.services.patients.imported_facts import (
    WORDS,
    Difference,
    difference,
    facts_of,
    first_said,
    new_patient,
    said_of_known,
    source_among,
    take_over,
)

Newcomer = tuple[PatientImportRow, Patient, PatientRecord]
STILL_HERE = "This person is a patient here: look at the coming visits and messages."


@dataclass
class _Known:
    """Everybody a portion may meet: patients (key is the id) and earlier rows (key is minus number)."""

    persons: list[Person]
    patients: dict[int, Patient]
    sources: defaultdict[int, list[PatientSource]]
    earlier: dict[int, PatientRecord] = field(default_factory=dict)

    def met_again(self, key: int, person: Person) -> None:
        """Remember the number under which somebody known came again."""
        self.persons = [
            replace(one, sources=one.sources | person.sources) if one.key == key else one for one in self.persons]


def foretell(session: Session, one: PatientImport, rows: Sequence[PatientImportRow]) -> None:
    """Write into each row the fate that it would have now; no patient is touched."""
    known = _known(session, one, rows)
    for earlier in _earlier_rows(session, one, rows):
        known.earlier[-earlier.number] = from_json(earlier.record)
        known.persons.append(known.earlier[-earlier.number].person(-earlier.number))
    for row in rows:
        row.patient_id = row.same_as = row.doubt = None
        if row.record is None:
            _warn_of_the_dead(row, known)
            continue
        record = from_json(row.record)
        found = recognise(record.person(-row.number), known.persons)
        if found is None:
            row.fate = Fate.CREATED
            known.earlier[-row.number] = record
            known.persons.append(record.person(-row.number))
        else:
            _point(row, found)
            if isinstance(found, SamePerson):
                row.fate = _foretold(known, found.key, record)
                known.met_again(found.key, record.person(-row.number))


def carry_out(session: Session, one: PatientImport, rows: Sequence[PatientImportRow], *, by: Viewer,
              now: datetime) -> None:
    """Import the rows: recognise each again (the clinic has worked on since the dry run), then create or update."""
    known = _known(session, one, rows)
    newcomers: list[Newcomer] = []
    for row in rows:
        row.patient_id = row.same_as = row.doubt = None
        if row.record is None:
            _warn_of_the_dead(row, known)
            forget(row)
            continue
        record = from_json(row.record)
        found = recognise(record.person(-row.number), known.persons)
        if found is None:
            newcomers.append((row, new_patient(record, clinic_id=one.clinic_id, now=now), record))
            known.persons.append(record.person(-row.number))
            continue
        if found.key < 0:
            _write(session, newcomers, known, by=by, now=now)
        patient = known.patients[found.key]
        if isinstance(found, MaybeSame):
            row.fate, row.doubt, row.patient_id = Fate.POSSIBLE_DUPLICATE, found.doubt, patient.id
            continue
        bring_up_to_date(session, row, patient, known.sources[found.key], record, by=by, now=now)
        known.met_again(found.key, record.person(found.key))
        forget(row)
    _write(session, newcomers, known, by=by, now=now)


def _write(session: Session, newcomers: list[Newcomer], known: _Known, *, by: Viewer, now: datetime) -> None:
    """Write the newcomers of a portion together (one by one takes six times as long)."""
    session.add_all(patient for _, patient, _ in newcomers)
    session.flush()
    for row, patient, record in newcomers:
        known.patients[-row.number], known.sources[-row.number] = patient, [
            add_new(session, row, patient, record, by=by, now=now)]
        forget(row)
    newcomers.clear()


def add_new(session: Session, row: PatientImportRow, patient: Patient, record: PatientRecord, *, by: Viewer,
            now: datetime, with_source: bool = True) -> PatientSource:
    """Note whom a row has become: what the source said of a patient just written, and an audit entry."""
    source = first_said(patient, record, now=now, with_source=with_source)
    session.add(source)
    row.patient_id, row.fate = patient.id, Fate.CREATED
    audit(session, by=by, verb="import", subject="patient", subject_id=patient.id, patient_id=patient.id, now=now,
          detail={"fate": "created", "import": row.import_id})
    return source


def bring_up_to_date(session: Session, row: PatientImportRow, patient: Patient, sources: list[PatientSource],
                     record: PatientRecord, *, by: Viewer, now: datetime) -> None:
    """Take over what the row says of a patient who is here, with an audit entry where that changes anything."""
    found = take_over(session, patient, sources, record, now=now)
    row.patient_id, row.fate = patient.id, Fate.UPDATED if found.changed else Fate.UNCHANGED
    row.notes = [*row.notes, *_told(found)]
    if found.changed:
        audit(session, by=by, verb="import", subject="patient", subject_id=patient.id, patient_id=patient.id, now=now,
              detail={"fate": "updated", "import": row.import_id, "changed": list(found.changed)})


def forget(row: PatientImportRow) -> None:
    """Settle a row: from here on it holds its fate and no more of the person."""
    row.settled = True
    row.record = row.birth_date = row.source_system = row.source_identifier = None


def _known(session: Session, one: PatientImport, rows: Sequence[PatientImportRow]) -> _Known:
    sources = {(row.source_system or "", row.source_identifier) for row in rows if row.source_identifier}
    persons = known_persons(
        session, one.clinic_id, born_on={row.birth_date for row in rows if row.birth_date}, sources=sources)
    ids = [person.key for person in persons]
    patients = {patient.id: patient for patient in session.scalars(select(Patient).where(Patient.id.in_(ids)))}
    by_patient: defaultdict[int, list[PatientSource]] = defaultdict(list)
    for source in session.scalars(select(PatientSource).where(PatientSource.patient_id.in_(ids))):
        by_patient[source.patient_id].append(source)
    return _Known(persons, patients, by_patient)


def _earlier_rows(session: Session, one: PatientImport, rows: Sequence[PatientImportRow]) -> Sequence[PatientImportRow]:
    """Rows before this portion that would become patients and share a birth date or a number with one of it."""
    return session.scalars(
        select(PatientImportRow).where(
            PatientImportRow.import_id == one.id, PatientImportRow.number < rows[0].number,
            PatientImportRow.fate == Fate.CREATED,
            or_(PatientImportRow.birth_date.in_({row.birth_date for row in rows if row.birth_date}),
                PatientImportRow.source_identifier.in_({row.source_identifier for row in rows} - {None})),
        ).order_by(PatientImportRow.number)).all()


def _point(row: PatientImportRow, found: SamePerson | MaybeSame) -> None:
    row.patient_id = found.key if found.key > 0 else None
    row.same_as = -found.key if found.key < 0 else None
    if isinstance(found, MaybeSame):
        row.fate, row.doubt = Fate.POSSIBLE_DUPLICATE, found.doubt


def _foretold(known: _Known, key: int, record: PatientRecord) -> Fate:
    if key < 0:
        said = {field: value for field, value in said_of_known(record).items() if value is not None}
        before = facts_of(known.earlier[key])
        return Fate.UPDATED if any(before[field] != value for field, value in said.items()) else Fate.UNCHANGED
    patient = known.patients[key]
    return Fate.UPDATED if difference(patient, source_among(known.sources[key], record), record).changed \
        else Fate.UNCHANGED


def _warn_of_the_dead(row: PatientImportRow, known: _Known) -> None:
    if row.fate is not Fate.DECEASED or row.source_identifier is None:
        return
    number = (row.source_system or "", row.source_identifier)
    here = next((person for person in known.persons if number in person.sources), None)
    if here is not None:
        row.patient_id = here.key
        row.notes = [{"path": "", "sentence": STILL_HERE}]


def _told(found: Difference) -> list[dict[str, str]]:
    if not found.kept:
        return []
    fields = ", ".join(WORDS[field] for field in found.kept)
    return [{"path": "", "sentence": f"Edited here since, so kept as it stands: {fields}."}]
