"""Import a list that was taken in: look (the dry run), import, discard, and decide about possible duplicates.

The work is done in portions of bounded size by whoever asks for the next one: the command in a loop, the page by
polling. Two who ask at once wait for each other at the import's row, so every row is handled once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import Clinic, Patient, PatientImport, PatientImportRow, PatientSource
from scheduler.access import Viewer
from scheduler.interop.stored_records import from_json
from scheduler.planning.imports import Fate, ImportState
from scheduler.queries.known_patients import known_persons
from scheduler.services.audit import record as audit
from scheduler.services.patients.import_rows import add_new, bring_up_to_date, carry_out, foretell, forget
from scheduler.services.patients.imported_facts import new_patient
from scheduler.services.refusal import NotFound, Refused

PORTION = 200
UNDER_WAY = (ImportState.LOOKING, ImportState.IMPORTING)


@dataclass(frozen=True)
class NotNow:
    """The import does not stand where this can be done."""

    state: ImportState

    @property
    def sentence(self) -> str:
        """What stands in the way."""
        return f"This import is {self.state.value}: load the page again and look at where it stands."


@dataclass(frozen=True)
class AlreadyDecided:
    """Nothing is left to decide about a row."""

    sentence: str = "This row has been decided already."


@dataclass(frozen=True)
class NumberTaken:
    """The row's record number belongs to another patient than the one chosen."""

    sentence: str = "Another patient has this record number: choose that one, or say that it is somebody new."


@dataclass(frozen=True)
class ImportProgress:
    """Where an import stands: rows handled in this phase, of how many."""

    state: ImportState
    reached: int
    rows: int


def go_on(session: Session, import_id: int, *, by: Viewer, now: datetime,
          portion: int = PORTION) -> ImportProgress | NotFound:
    """Do the next portion of whatever is going on; where nothing is, only tell."""
    one = _locked(session, import_id, by)
    if one is None:
        return NotFound("import")
    if one.state in UNDER_WAY:
        rows = session.scalars(
            select(PatientImportRow).where(
                PatientImportRow.import_id == one.id, PatientImportRow.number > one.reached
            ).order_by(PatientImportRow.number).limit(portion)).all()
        if rows:
            _do(session, one, rows, by, now)
        total = _rows(session, one)
        if one.reached >= total:
            _next_state(session, one, by, now)
        return ImportProgress(one.state, one.reached, total)
    return ImportProgress(one.state, one.reached, _rows(session, one))


def start_import(session: Session, import_id: int, *, by: Viewer, now: datetime) -> ImportProgress | NotFound | Refused:
    """Say yes to a dry run: from here on `go_on` imports. A second yes changes nothing."""
    one = _locked(session, import_id, by)
    if one is None:
        return NotFound("import")
    if one.state is ImportState.READY:
        one.state, one.reached = ImportState.IMPORTING, 0
    elif one.state not in (ImportState.IMPORTING, ImportState.DONE):
        return Refused((NotNow(one.state),))
    return ImportProgress(one.state, one.reached, _rows(session, one))


def discard_import(session: Session, import_id: int, *, by: Viewer, now: datetime) -> None | NotFound | Refused:
    """Forget a list that has not been imported: its rows are deleted."""
    one = _locked(session, import_id, by)
    if one is None:
        return NotFound("import")
    if one.state in (ImportState.IMPORTING, ImportState.DONE):
        return Refused((NotNow(one.state),))
    session.execute(delete(PatientImportRow).where(PatientImportRow.import_id == one.id))
    one.state, one.ended_at = ImportState.DISCARDED, now
    return None


def decide_duplicate(session: Session, import_id: int, number: int, *, same_as: int | None, by: Viewer,
                     now: datetime) -> Fate | NotFound | Refused:
    """Say of a possible duplicate who it is: the patient `same_as`, who is brought up to date, or somebody new."""
    one = _locked(session, import_id, by)
    row = session.scalars(
        select(PatientImportRow).where(
            PatientImportRow.import_id == import_id, PatientImportRow.clinic_id == by.clinic_id,
            PatientImportRow.number == number)).first()
    if one is None or row is None:
        return NotFound("row")
    if one.state is not ImportState.DONE:
        return Refused((NotNow(one.state),))
    if row.settled or row.record is None:
        return Refused((AlreadyDecided(),))
    record = from_json(row.record)
    holder = _holder(session, row)
    if same_as is None:
        patient = new_patient(record, clinic_id=by.clinic_id, now=now, with_source=holder is None)
        session.add(patient)
        session.flush()
        add_new(session, row, patient, record, by=by, now=now, with_source=holder is None)
    elif holder not in (None, same_as):
        return Refused((NumberTaken(),))
    else:
        patient = session.scalars(
            select(Patient).where(Patient.id == same_as, Patient.clinic_id == by.clinic_id)).first()
        if patient is None:
            return NotFound("patient")
        sources = list(session.scalars(select(PatientSource).where(PatientSource.patient_id == patient.id)))
        bring_up_to_date(session, row, patient, sources, record, by=by, now=now)
    forget(row)
    return row.fate


def _locked(session: Session, import_id: int, by: Viewer) -> PatientImport | None:
    return session.scalars(
        select(PatientImport).where(PatientImport.id == import_id, PatientImport.clinic_id == by.clinic_id)
        .with_for_update()).first()


def _holder(session: Session, row: PatientImportRow) -> int | None:
    """The patient who has the row's record number; None where it has none or nobody has it."""
    if row.source_identifier is None:
        return None
    here = known_persons(
        session, row.clinic_id, born_on=(), sources={(row.source_system or "", row.source_identifier)})
    number = (row.source_system or "", row.source_identifier)
    return next((person.key for person in here if number in person.sources), None)


def _rows(session: Session, one: PatientImport) -> int:
    return session.scalar(
        select(func.coalesce(func.max(PatientImportRow.number), 0)).where(PatientImportRow.import_id == one.id)) or 0


def _do(session: Session, one: PatientImport, rows: Sequence[PatientImportRow], by: Viewer, now: datetime) -> None:
    if one.state is ImportState.LOOKING:
        foretell(session, one, rows)
    else:
        # One import of a clinic at a time: two lists may hold the same person.
        session.execute(select(Clinic.id).where(Clinic.id == one.clinic_id).with_for_update(key_share=True))
        carry_out(session, one, rows, by=by, now=now)
    one.reached = rows[-1].number


def _next_state(session: Session, one: PatientImport, by: Viewer, now: datetime) -> None:
    if one.state is ImportState.LOOKING:
        one.state = ImportState.READY
        return
    one.state, one.ended_at = ImportState.DONE, now
    session.flush()
    fates = session.execute(
        select(PatientImportRow.fate, func.count()).where(PatientImportRow.import_id == one.id)
        .group_by(PatientImportRow.fate))
    audit(session, by=by, verb="import", subject="patient import", subject_id=one.id, now=now,
          detail={"kind": one.kind.value, "fates": {fate.value: count for fate, count in fates}})
