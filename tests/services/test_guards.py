"""The database itself refuses a double booking, and a change of the audit trail, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import Appointment, AuditEntry, Claim
from models.guards import AUDIT_IS_APPEND_ONLY, PATIENT_TWICE, RESOURCE_FULL
from scheduler.database import Database
from scheduler.planning.lifecycle import AppointmentStatus
from tests.builders import NOW, Kit, build_patient

HOUR = timedelta(hours=1)


def _appointment(session: Session, kit: Kit, patient_id: int, hour: float = 0) -> Appointment:
    starts = NOW + hour * HOUR
    row = Appointment(
        clinic_id=kit.clinic_id, patient_id=patient_id, visit_type_id=kit.visit_types["therapy"],
        status=AppointmentStatus.BOOKED, starts_at=starts, ends_at=starts + HOUR, patient_leaves_at=starts + HOUR,
        wall_start=starts.replace(tzinfo=None), timezone="UTC", starts_on=starts.date(), booked_at=NOW)
    session.add(row)
    session.flush()
    return row


def _claim(session: Session, row: Appointment, kit: Kit, resource: str, begin: float, end: float, units: int) -> None:
    session.add(Claim(clinic_id=kit.clinic_id, appointment_id=row.id, resource_id=kit.resources[resource],
                      units=units, starts_at=NOW + begin * HOUR, ends_at=NOW + end * HOUR))
    session.flush()


def test_a_second_claim_on_a_chair_is_refused(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        row = _appointment(session, kit, build_patient(session, kit))
        _claim(session, row, kit, "chair-1", 0, 1, 1)
    with pytest.raises(DBAPIError, match=RESOURCE_FULL), database.writing() as session:
        row = _appointment(session, kit, build_patient(session, kit))
        _claim(session, row, kit, "chair-1", 0.5, 1.5, 1)


def test_claims_that_only_touch_are_welcome(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        row = _appointment(session, kit, build_patient(session, kit))
        _claim(session, row, kit, "chair-1", 0, 1, 1)
        _claim(session, row, kit, "chair-1", 1, 2, 1)


def test_units_are_counted_by_the_minute_and_not_by_the_piece(database: Database, kit: Kit) -> None:
    """One claim from 9 to 10, one from 10 to 11: a third from 9 to 11 still fits into two units beside them."""
    with database.writing() as session:
        row = _appointment(session, kit, build_patient(session, kit))
        _claim(session, row, kit, "rn-1", 0, 1, 3)
        _claim(session, row, kit, "rn-1", 1, 2, 3)
        _claim(session, row, kit, "rn-1", 0, 2, 1)
    with pytest.raises(DBAPIError, match=RESOURCE_FULL), database.writing() as session:
        row = _appointment(session, kit, build_patient(session, kit))
        _claim(session, row, kit, "rn-1", 1.9, 3, 1)


def test_a_moved_claim_is_looked_at_again(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        row = _appointment(session, kit, build_patient(session, kit))
        _claim(session, row, kit, "chair-1", 0, 1, 1)
        _claim(session, row, kit, "chair-1", 2, 3, 1)
    with pytest.raises(DBAPIError, match=RESOURCE_FULL), database.writing() as session:
        claim = session.query(Claim).order_by(Claim.starts_at.desc()).first()
        assert claim is not None
        claim.starts_at = NOW + 0.5 * HOUR
        session.flush()


def test_a_patient_cannot_be_in_two_places(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        patient = build_patient(session, kit)
        for hour in (0, 1):
            row = _appointment(session, kit, patient, hour)
            session.add(Claim(clinic_id=kit.clinic_id, appointment_id=row.id, patient_id=patient,
                              starts_at=row.starts_at, ends_at=row.ends_at))
    with pytest.raises(DBAPIError, match=PATIENT_TWICE), database.writing() as session:
        row = _appointment(session, kit, patient, 0.5)
        session.add(Claim(clinic_id=kit.clinic_id, appointment_id=row.id, patient_id=patient,
                          starts_at=row.starts_at, ends_at=row.ends_at))


@pytest.mark.parametrize("statement", ["update audit_entry set verb = 'saw'", "delete from audit_entry"])
def test_the_audit_trail_is_append_only(database: Database, kit: Kit, statement: str) -> None:
    with database.writing() as session:
        session.add(AuditEntry(clinic_id=kit.clinic_id, at=NOW, actor="staff", verb="view", subject_type="patient"))
    with pytest.raises(DBAPIError, match=AUDIT_IS_APPEND_ONLY), database.writing() as session:
        session.execute(text(statement))
