"""A writer that waits in vain on SQLite is told so, with nothing done; it is not a fault of the program."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

import scheduler.database
from models import Patient
from scheduler.database import Database, DatabaseBusy
from tests.builders import build_clinic, build_patient


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_writer_gives_up_with_nothing_done_and_the_next_one_gets_through(
        database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler.database, "PATIENCE", 0.1)
    second = Database(str(database.engine.url))
    with database.writing() as session:
        kit = build_clinic(session)
        before = session.scalar(select(func.count()).select_from(Patient))
    with database.writing() as session:
        build_patient(session, kit)
        with pytest.raises(DatabaseBusy), second.writing() as waiting:
            build_patient(waiting, kit)
    with second.writing() as session:
        build_patient(session, kit)
        assert session.scalar(select(func.count()).select_from(Patient)) == before + 2
    second.dispose()
