"""The day as the calendar shows it, on both engines."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import event, select

from models import Appointment, Claim, Closure, Resource, ResourceHours, TimeOff
from scheduler.database import Database
from scheduler.planning.instants import instant
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.queries.day import kinds, the_day
from tests.builders import NOW, Kit, build_patient

ZONE = "America/New_York"
FRIDAY = date(2027, 4, 2)


def book(session, kit: Kit, at: time, *, on: date = FRIDAY,
         status: AppointmentStatus = AppointmentStatus.BOOKED) -> int:
    """An infusion on chair-1, without looking whether it fits; gives the id."""
    start = instant(datetime.combine(on, at), ZONE)
    row = Appointment(
        clinic_id=kit.clinic_id, patient_id=build_patient(session, kit), visit_type_id=kit.visit_types["infusion"],
        status=status, starts_at=start, ends_at=start + timedelta(minutes=125),
        patient_leaves_at=start + timedelta(minutes=115), wall_start=datetime.combine(on, at), timezone=ZONE,
        starts_on=on, booked_at=NOW)
    session.add(row)
    session.flush()
    session.add(Claim(clinic_id=kit.clinic_id, appointment_id=row.id, resource_id=kit.resources["chair-1"],
                      starts_at=row.starts_at, ends_at=row.ends_at))
    return row.id


def test_a_visit_stands_on_its_clinic_local_day_with_its_phases_and_chair(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        late = book(session, kit, time(15, 30))
        book(session, kit, time(9), on=FRIDAY + timedelta(days=1))
        book(session, kit, time(9), status=AppointmentStatus.CANCELLED)
    with database.reading() as session:
        day = the_day(session, kit.clinic_id, ZONE, FRIDAY, "chair")
    assert [visit.id for visit in day.visits] == [late]
    visit = day.visits[0]
    assert visit.named("chair") == "chair-1" and visit.initials == "A. Q."
    assert [phase.name for phase in visit.phases] == ["check-in", "infusion", "recovery", "turnover"]
    assert visit.phases[1].starts_at == instant(datetime(2027, 4, 2, 15, 45), ZONE)
    assert (day.opens, day.closes) == (time(8), time(18))


def test_columns_say_when_a_resource_is_not_there(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        nurse = session.scalars(select(Resource).where(Resource.id == kit.resources["rn-1"])).one()
        nurse.own_hours = True
        session.add(ResourceHours(clinic_id=kit.clinic_id, resource_id=nurse.id, weekday=4, opens=time(9),
                                  closes=time(13)))
        session.add(TimeOff(clinic_id=kit.clinic_id, resource_id=nurse.id, starts_at=datetime(2027, 4, 1, 12),
                            ends_at=datetime(2027, 4, 2, 10)))
    with database.reading() as session:
        first, second = the_day(session, kit.clinic_id, ZONE, FRIDAY, "nurse").columns
    assert first.shut == ((time(), time(9)), (time(13), time()), (time(), time(10)))
    assert second.shut == ((time(), time(8)), (time(18), time()))


def test_a_closed_day_says_why(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        session.add(Closure(clinic_id=kit.clinic_id, starts_on=FRIDAY, last_on=FRIDAY, reason="Good Friday"))
    with database.reading() as session:
        day = the_day(session, kit.clinic_id, ZONE, FRIDAY, "chair")
    assert (day.opens, day.reason) == (None, "Good Friday")


def test_kinds_begin_with_chairs(database: Database, kit: Kit) -> None:
    with database.reading() as session:
        assert kinds(session, kit.clinic_id) == ("chair", "nurse", "therapist")


@pytest.mark.parametrize("many", [1, 5])
def test_a_day_costs_the_same_number_of_queries_however_full(database: Database, kit: Kit, many: int) -> None:
    with database.writing() as session:
        for number in range(many):
            book_elsewhere(session, kit, number)
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with database.reading() as session:
        day = the_day(session, kit.clinic_id, ZONE, FRIDAY, "chair")
    assert len(day.visits) == many and len([one for one in asked if one.lstrip().lower().startswith("select")]) == 11


def book_elsewhere(session, kit: Kit, number: int) -> None:
    """One more visit of the day that occupies nothing."""
    start = instant(datetime(2027, 4, 2, 8 + number), ZONE)
    session.add(Appointment(
        clinic_id=kit.clinic_id, patient_id=build_patient(session, kit), visit_type_id=kit.visit_types["therapy"],
        status=AppointmentStatus.NO_SHOW, starts_at=start, ends_at=start + timedelta(hours=1),
        patient_leaves_at=start + timedelta(minutes=50), wall_start=datetime(2027, 4, 2, 8 + number), timezone=ZONE,
        starts_on=FRIDAY, booked_at=NOW))
