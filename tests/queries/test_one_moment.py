"""What a page reads is of one moment, whatever others write meanwhile."""

from __future__ import annotations

from sqlalchemy import func, select

from models import Patient
from scheduler.database import Database
from tests.builders import Kit, build_patient


def test_a_page_sees_nothing_of_what_is_written_while_it_reads(database: Database, kit: Kit) -> None:
    everybody = select(func.count()).select_from(Patient)
    with database.reading() as page:
        before = page.scalar(everybody)
        with database.writing() as session:
            build_patient(session, kit)
        assert page.scalar(everybody) == before
    with database.reading() as next_page:
        assert next_page.scalar(everybody) == before + 1
