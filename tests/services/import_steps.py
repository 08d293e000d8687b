"""Steps that the tests of an import share."""

from __future__ import annotations

import io
from pathlib import Path

from sqlalchemy import func, select, text, update

from models import Base, Patient
from scheduler.planning.imports import ImportState
from scheduler.queries.patient_imports import import_rows
from scheduler.services.patients.import_patients import go_on, start_import
from scheduler.services.patients.take_in_list import take_in_list
from tests.builders import NOW, build_patient

DATA = Path(__file__).parent.parent / "interop" / "data"
HEAD = "record_number,family_name,given_names,birth_date,mobile_telephone,email,language\n"


def take_in(database, kit, raw):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    return take_in_list(database, io.BytesIO(raw), by=kit.viewer(), now=NOW)


def through(database, kit, import_id, *, until=ImportState.DONE, portion=3):
    """Go on until a state is reached; the steps it took."""
    steps = 0
    while True:
        with database.writing() as session:
            progress = go_on(session, import_id, by=kit.viewer(), now=NOW, portion=portion)
            if progress.state is ImportState.READY and until is ImportState.DONE:
                progress = start_import(session, import_id, by=kit.viewer(), now=NOW)
        steps += 1
        if progress.state is until:
            return steps


def fates(database, kit, import_id):
    with database.reading() as session:
        return {row.number: row.fate for row in import_rows(session, kit.clinic_id, import_id)}


def bring_in(database, kit, raw):
    import_id = take_in(database, kit, raw)
    through(database, kit, import_id)
    return import_id


def patients(database, kit):
    with database.reading() as session:
        return session.scalars(select(Patient).where(Patient.clinic_id == kit.clinic_id).order_by(Patient.id)).all()


def count(database, kit, table):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(table.clinic_id == kit.clinic_id))


def edit(database, patient_id, **changes):
    with database.writing() as session:
        session.execute(update(Patient).where(Patient.id == patient_id).values(**changes))


def whole_database(database):
    """Every value of every row, as text."""
    with database.reading() as session:
        return "\n".join(
            str(tuple(row)) for table in Base.metadata.sorted_tables
            for row in session.execute(text(f"select * from {table.name}")))  # noqa: S608


def doubtful(database, kit):
    """A patient, and an import with a row that may be the same person; their ids."""
    with database.writing() as session:
        patient_id = build_patient(session, kit, "Ada", "Quill")
    return patient_id, bring_in(database, kit, HEAD + "5,Quil,Ada,1980-05-17,,five@example.com,")
