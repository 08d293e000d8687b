"""Take in a list of patients: read the file once, keep the minimal record of each row, forget the file.

Reading and writing alternate in portions, so that no transaction is long. Nothing is a patient yet afterwards:
`import_patients.go_on` looks at the rows (the dry run) and, once asked, imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from models import Clinic, PatientImport, PatientImportRow
from scheduler.access import Viewer
from scheduler.database import Database
from scheduler.interop.records import Broken, Deceased, Inactive, Note, PatientRecord, SourceRow, Unreadable
from scheduler.interop.stored_records import to_json
from scheduler.interop.uploads import UPLOAD, Upload, read_upload
from scheduler.planning.imports import Fate, ImportState
from scheduler.planning.persons import is_minor
from scheduler.services.refusal import Refused

PORTION = 500
KEPT_DAYS = 30
NOT_IN_USE = Note("Patient.active", "The source says that this record is no longer in use (as after a merge).")


@dataclass(frozen=True)
class NotAList:
    """The file cannot be taken in at all; the sentence says what to upload instead."""

    sentence: str


def take_in_list(
    database: Database, stream: BinaryIO, *, by: Viewer, now: datetime, told: Callable[[int], None] = lambda rows: None
) -> int | Refused:
    """Read a file into a new import of the viewer's clinic and give its id. `told` hears how many rows are in."""
    with database.reading() as session:
        timezone, region = session.execute(
            select(Clinic.timezone, Clinic.region).where(Clinic.id == by.clinic_id)
        ).one()
    today = now.astimezone(ZoneInfo(timezone)).date()
    upload = read_upload(stream, today=today, region=region)
    if isinstance(upload, Unreadable):
        return Refused((NotAList(upload.sentence),))
    with database.writing() as session:
        _forget_old(session, by.clinic_id, now)
        import_id = _begin(session, upload, by, now)
    rows = 0
    for portion in _portions(upload.rows):
        with database.writing() as session:
            values = [_values(row, by.clinic_id, import_id, today) for row in portion]
            session.execute(insert(PatientImportRow), values)
        rows += len(portion)
        told(rows)
    return _end_reading(database, upload, import_id, rows)


def _portions(rows: Iterator[SourceRow]) -> Iterator[list[SourceRow]]:
    while portion := list(islice(rows, PORTION)):
        yield portion


def _begin(session: Session, upload: Upload, by: Viewer, now: datetime) -> int:
    begun = PatientImport(
        clinic_id=by.clinic_id, kind=upload.kind, state=ImportState.READING, started_at=now, started_by=by.staff_id,
        columns_not_taken=[heading[:60] for heading in upload.columns_not_taken[:50]])
    session.add(begun)
    session.flush()
    return begun.id


def _end_reading(database: Database, upload: Upload, import_id: int, rows: int) -> int | Refused:
    with database.writing() as session:
        if not rows:
            session.execute(delete(PatientImport).where(PatientImport.id == import_id))
            return Refused((NotAList(_no_patient(upload)),))
        session.execute(
            update(PatientImport).where(PatientImport.id == import_id)
            .values(state=ImportState.LOOKING, passed_over=dict(upload.passed_over)))
    return import_id


def _no_patient(upload: Upload) -> str:
    if not upload.passed_over:
        return f"There is no patient in this file. {UPLOAD}"
    held = ", ".join(f"{count} {kind}" for kind, count in upload.passed_over.most_common(5))
    return f"There is no Patient resource in this file (it holds {held}). {UPLOAD}"


def _values(row: SourceRow, clinic_id: int, import_id: int, today: date) -> dict[str, Any]:
    """One row of the table from one row of the file: nothing but what the minimal record holds."""
    outcome = row.outcome
    values: dict[str, Any] = {
        "clinic_id": clinic_id, "import_id": import_id, "number": row.number, "place": row.place[:60], "fate": None,
        "settled": False, "minor": False, "no_texts": False, "notes": [], "record": None, "birth_date": None,
        "source_system": None, "source_identifier": None,
    }
    if isinstance(outcome, PatientRecord | Deceased) and outcome.source:
        values |= {"source_system": outcome.source.system, "source_identifier": outcome.source.value}
    if isinstance(outcome, PatientRecord):
        telephone = outcome.telephone
        return values | {
            "record": to_json(outcome), "birth_date": outcome.birth_date, "notes": _plain(outcome.notes),
            "minor": is_minor(outcome.birth_date, today), "no_texts": bool(telephone and not telephone.can_be_texted),
        }
    if isinstance(outcome, Broken):
        return values | {"fate": Fate.BROKEN, "notes": _plain(outcome.complaints)}
    if isinstance(outcome, Inactive):
        return values | {"fate": Fate.NOT_IN_USE, "notes": _plain((NOT_IN_USE,))}
    return values | {"fate": Fate.DECEASED}


def _plain(notes: tuple[Note, ...]) -> list[dict[str, str]]:
    return [{"path": note.path, "sentence": note.sentence} for note in notes]


def _forget_old(session: Session, clinic_id: int, now: datetime) -> None:
    """Discard what nobody finished within 30 days, and forget records whose duplicates nobody decided by then."""
    old = select(PatientImport.id).where(
        PatientImport.clinic_id == clinic_id, PatientImport.started_at < now - timedelta(days=KEPT_DAYS))
    unfinished = old.where(PatientImport.state.not_in((ImportState.DONE, ImportState.DISCARDED)))
    session.execute(delete(PatientImportRow).where(PatientImportRow.import_id.in_(unfinished)))
    session.execute(
        update(PatientImport).where(PatientImport.id.in_(unfinished)).values(state=ImportState.DISCARDED, ended_at=now))
    session.execute(
        update(PatientImportRow).where(PatientImportRow.import_id.in_(old), PatientImportRow.settled.is_(False))
        .values(settled=True, record=None, birth_date=None, source_system=None, source_identifier=None))
