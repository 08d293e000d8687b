"""The import pages: past imports, one import with its counts, its rows, and whom a doubtful row may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session

from models import Patient, PatientImport, PatientImportRow, StaffMember
from scheduler.interop.stored_records import from_json
from scheduler.planning.imports import DOUBTS, Doubt, Fate, ImportState, Person, UploadKind, recognise
from scheduler.queries.known_patients import known_persons

PAGE = 50
RECENT = 10


@dataclass(frozen=True)
class PastImport:
    """One line of the list of imports."""

    id: int
    state: ImportState
    kind: UploadKind
    started_at: datetime
    started_by: str
    rows: int
    undecided: int


@dataclass(frozen=True)
class ImportScreen:
    """One import: where it stands and how many rows have which fate."""

    id: int
    state: ImportState
    kind: UploadKind
    started_at: datetime
    ended_at: datetime | None
    reached: int
    rows: int
    fates: dict[Fate, int]
    undecided: int
    minors: int
    no_texts: int
    passed_over: dict[str, int]
    columns_not_taken: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A patient who may be the person of a row."""

    patient_id: int
    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    telephone: str | None = field(repr=False)


@dataclass(frozen=True)
class ImportRow:
    """One row of the report; the name is the file's until it is settled, then the patient's."""

    number: int
    place: str
    name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    telephone: str | None = field(repr=False)
    fate: Fate | None
    settled: bool
    minor: bool
    no_texts: bool
    doubt: str
    same_as: int | None
    patient_id: int | None
    notes: tuple[tuple[str, str], ...]
    candidates: tuple[Candidate, ...] = ()


def past_imports(session: Session, clinic_id: int) -> tuple[PastImport, ...]:
    """The clinic's latest imports, newest first."""
    counts = (
        select(PatientImportRow.import_id, func.count().label("rows"),
               func.sum(case((_undecided(), 1), else_=0)).label("undecided"))
        .where(PatientImportRow.clinic_id == clinic_id).group_by(PatientImportRow.import_id).subquery())
    found = session.execute(
        select(PatientImport, StaffMember.initials, counts.c.rows, counts.c.undecided)
        .outerjoin(StaffMember, StaffMember.id == PatientImport.started_by)
        .outerjoin(counts, counts.c.import_id == PatientImport.id)
        .where(PatientImport.clinic_id == clinic_id)
        .order_by(PatientImport.started_at.desc(), PatientImport.id.desc()).limit(RECENT))
    return tuple(
        PastImport(one.id, one.state, one.kind, one.started_at, initials or "command line", rows or 0,
                   int(undecided or 0) if one.state is ImportState.DONE else 0)
        for one, initials, rows, undecided in found)


def import_screen(session: Session, clinic_id: int, import_id: int) -> ImportScreen | None:
    """One import of the clinic; None where it has no such import."""
    one = session.scalars(
        select(PatientImport).where(PatientImport.id == import_id, PatientImport.clinic_id == clinic_id)).first()
    if one is None:
        return None
    totals = session.execute(
        select(PatientImportRow.fate, func.count(), func.max(PatientImportRow.number), _sum(PatientImportRow.minor),
               _sum(PatientImportRow.no_texts), func.sum(case((_undecided(), 1), else_=0)))
        .where(PatientImportRow.import_id == import_id).group_by(PatientImportRow.fate)).all()
    fates = {fate: count for fate, count, *_ in totals if fate is not None}
    return ImportScreen(
        id=one.id, state=one.state, kind=one.kind, started_at=one.started_at, ended_at=one.ended_at,
        reached=one.reached, rows=max((row[2] for row in totals), default=0),
        fates={fate: fates[fate] for fate in Fate if fate in fates},
        minors=sum(int(row[3]) for row in totals), no_texts=sum(int(row[4]) for row in totals),
        undecided=sum(int(row[5]) for row in totals) if one.state is ImportState.DONE else 0,
        passed_over=dict(one.passed_over), columns_not_taken=tuple(one.columns_not_taken))


def import_rows(session: Session, clinic_id: int, import_id: int, *, fate: Fate | None = None, after: int = 0,
                most: int = PAGE) -> tuple[ImportRow, ...]:
    """Rows in the order of the file, those of one fate alone if asked, beginning after a row's number."""
    wanted = _rows(clinic_id, import_id).where(PatientImportRow.number > after).limit(most)
    if fate is not None:
        wanted = wanted.where(PatientImportRow.fate == fate)
    return tuple(_row(found) for found in session.execute(wanted))


def undecided_rows(session: Session, clinic_id: int, import_id: int, *, most: int = PAGE) -> tuple[ImportRow, ...]:
    """The possible duplicates that wait for a person, each with the patients it may be."""
    found = session.execute(_rows(clinic_id, import_id).where(_undecided()).limit(most)).all()
    persons = {row.PatientImportRow.number: _person(row.PatientImportRow) for row in found}
    known = known_persons(
        session, clinic_id, born_on={person.birth_date for person in persons.values()},
        sources=frozenset().union(*(person.sources for person in persons.values())))
    return tuple(_row(row, _candidates(persons[row.PatientImportRow.number], known)) for row in found)


def _undecided():
    return (PatientImportRow.fate == Fate.POSSIBLE_DUPLICATE) & PatientImportRow.settled.is_(False)


def _sum(flag):
    return func.sum(case((flag, 1), else_=0))


def _rows(clinic_id: int, import_id: int) -> Select:
    return (
        select(PatientImportRow, Patient.family_name, Patient.given_name, Patient.birth_date, Patient.telephone)
        .outerjoin(Patient, Patient.id == PatientImportRow.patient_id)
        .where(PatientImportRow.clinic_id == clinic_id, PatientImportRow.import_id == import_id)
        .order_by(PatientImportRow.number))


def _row(found: Row, candidates: tuple[Candidate, ...] = ()) -> ImportRow:
    row = found.PatientImportRow
    person = _person(row) if row.record else None
    shown = person or found
    return ImportRow(
        number=row.number, place=row.place, name=_name(shown) if person or found.family_name is not None else "",
        birth_date=shown.birth_date, telephone=shown.telephone, fate=row.fate, settled=row.settled, minor=row.minor,
        no_texts=row.no_texts, doubt=DOUBTS[Doubt(row.doubt)] if row.doubt else "", same_as=row.same_as,
        patient_id=row.patient_id, notes=tuple((note["path"], note["sentence"]) for note in row.notes),
        candidates=candidates)


def _name(shown) -> str:
    return ", ".join(part for part in (shown.family_name, shown.given_name) if part)


def _person(row: PatientImportRow) -> Person:
    return from_json(row.record).person(-row.number)


def _candidates(person: Person, known: list[Person]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(one.key, _name(one), one.birth_date, one.telephone)
        for one in known if recognise(person, [one]) is not None)
