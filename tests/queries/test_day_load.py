"""The load of a day as it is booked, on both engines."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from models import Appointment, Claim, Resource, TimeOff
from scheduler.database import Database
from scheduler.planning.instants import instant
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.queries.day_load import load_of_day
from tests.builders import NOW, Kit, build_patient
from tests.queries.test_day import FRIDAY, ZONE


def take(session, kit: Kit, at: time, nurse: str, units: int) -> None:
    """Three quarters of an hour of one nurse."""
    start = instant(datetime.combine(FRIDAY, at), ZONE)
    row = Appointment(
        clinic_id=kit.clinic_id, patient_id=build_patient(session, kit), visit_type_id=kit.visit_types["infusion"],
        status=AppointmentStatus.BOOKED, starts_at=start, ends_at=start + timedelta(minutes=45),
        patient_leaves_at=start + timedelta(minutes=45), wall_start=datetime.combine(FRIDAY, at), timezone=ZONE,
        starts_on=FRIDAY, booked_at=NOW)
    session.add(row)
    session.flush()
    session.add(Claim(clinic_id=kit.clinic_id, appointment_id=row.id, resource_id=kit.resources[nurse],
                      units=units, starts_at=row.starts_at, ends_at=row.ends_at))


def test_the_load_counts_every_nurse_and_who_is_away(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        take(session, kit, time(9), "rn-1", 2)
        take(session, kit, time(9, 30), "rn-2", 1)
        session.add(TimeOff(clinic_id=kit.clinic_id, resource_id=kit.resources["rn-2"],
                            starts_at=datetime(2027, 4, 2, 12), ends_at=datetime(2027, 4, 3)))
        units = {row.id: row.units for row in session.scalars(select(Resource).where(Resource.kind == "nurse"))}
    first, second = units[kit.resources["rn-1"]], units[kit.resources["rn-2"]]
    with database.reading() as session:
        load = load_of_day(session, kit.clinic_id, FRIDAY, now=NOW)
    assert [(one.begins, one.ends, one.used, one.offered) for one in load.stretches] == [
        (480, 540, 0, first + second), (540, 570, 2, first + second), (570, 585, 3, first + second),
        (585, 615, 1, first + second), (615, 720, 0, first + second), (720, 1080, 0, first)]
