"""The demo's patients, taken in from a list as a clinic would, and what they have agreed to."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from models import Patient
from scheduler.commands.demo_clinic.clinic import Made
from scheduler.commands.demo_clinic.done import done
from scheduler.database import Database
from scheduler.planning.imports import ImportState
from scheduler.planning.words import Channel, Role
from scheduler.services.patients.edit_patient import PatientDetails, edit_patient
from scheduler.services.patients.import_patients import go_on, start_import
from scheduler.services.patients.take_in_list import take_in_list

LIST = Path(__file__).with_name("patients.csv")
NOT_AGREED = 7
"""Every seventh has not agreed to anything yet, so that the call list has work."""


def take_in_people(database: Database, made: Made, now: datetime) -> list[int]:
    """Import the list, write down consents, and give the patients' ids in the list's order."""
    by = made.viewer("desk@example.com", Role.FRONT_DESK)
    with LIST.open("rb") as stream:
        import_id = done(take_in_list(database, stream, by=by, now=now))
    for state in (ImportState.READY, ImportState.DONE):
        if state is ImportState.DONE:
            with database.writing() as session:
                done(start_import(session, import_id, by=by, now=now))
        while True:
            with database.writing() as session:
                step = done(go_on(session, import_id, by=by, now=now))
            if step.state is state:
                break
    with database.writing() as session:
        rows = session.scalars(select(Patient).where(Patient.clinic_id == made.clinic_id).order_by(Patient.id)).all()
        for number, row in enumerate(rows, start=1):
            agreed = frozenset({Channel.EMAIL} if row.email and number % NOT_AGREED else ())
            done(edit_patient(session, row.id, PatientDetails(
                row.given_name, row.family_name, row.birth_date, row.email, row.telephone,
                row.telephone_use or "mobile", row.language, Channel.EMAIL if agreed else Channel.CALL, agreed,
                "on paper at the first visit"), by=by, now=now))
        return [row.id for row in rows]
