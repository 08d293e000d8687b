"""A single visit: free times, an order for a booster, beside a series, once for each key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from models import Appointment, AuditEntry
from scheduler.database import Database
from scheduler.services.booking.book_visit import BookedVisit, BookVisit, book_visit
from scheduler.services.booking.free_times import VisitTimes, visit_times
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.clean_book import booking
from scheduler.services.conflicts import (
    InThePast,
    MoreThanOrdered,
    OrderMissing,
    PatientElsewhere,
    ResourceTaken,
    RulesBroken,
    WrongOrder,
)
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, Kit, build_clinic, build_order, build_patient
from tests.services.series_kit import MONDAY, book, build_course

NINE = datetime.combine(MONDAY, time(9))


def therapy(kit: Kit, start: datetime = NINE, therapist: str = "th-1") -> VisitPlace:
    return VisitPlace(kit.visit_types["therapy"], start, {"therapist": kit.resources[therapist]})


def infusion(kit: Kit, start: datetime = NINE) -> VisitPlace:
    return VisitPlace(kit.visit_types["infusion"], start,
                      {"chair": kit.resources["chair-1"], "nurse": kit.resources["rn-1"]})


def one(database: Database, kit: Kit, patient_id: int, place: VisitPlace, key: str = "key", now=NOW, **also):
    with booking(database, now=now) as session:
        return book_visit(session, BookVisit(patient_id, place, key, **also), by=kit.viewer(), now=now)


@pytest.fixture
def patient(database: Database, kit: Kit) -> int:
    with database.writing() as session:
        return build_patient(session, kit)


def test_a_consultation_is_booked_with_messages_and_an_audit_entry(database: Database, kit: Kit, patient: int) -> None:
    booked = one(database, kit, patient, therapy(kit))
    assert isinstance(booked, BookedVisit) and booked.messages
    with database.reading() as session:
        row = session.get(Appointment, booked.appointment_id)
        assert (row.series_id, row.step, row.order_id, row.wall_start) == (None, None, None, NINE)
        assert session.scalars(select(AuditEntry.verb)).all() == ["book"]


def test_a_repeated_submit_gives_the_same_visit(database: Database, kit: Kit, patient: int) -> None:
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: one(database, kit, patient, therapy(kit)), range(6)))
    assert len({result.appointment_id for result in results}) == 1
    assert sum(not result.again for result in results) == 1


def test_a_booster_counts_against_its_order(database: Database, kit: Kit, patient: int) -> None:
    assert one(database, kit, patient, infusion(kit)).conflicts == (OrderMissing(),)
    with database.writing() as session:
        order = build_order(session, kit, patient, 1)
        other = build_order(session, kit, build_patient(session, kit, family="Other"), 1)
    assert one(database, kit, patient, infusion(kit), order_id=other).conflicts == (WrongOrder(other),)
    assert isinstance(one(database, kit, patient, infusion(kit), order_id=order), BookedVisit)
    later = infusion(kit, NINE + timedelta(days=1))
    assert one(database, kit, patient, later, key="two", order_id=order).conflicts == (MoreThanOrdered(order, 1, 1, 1),)


def test_boosters_in_a_race_never_exceed_the_order(database: Database, kit: Kit, patient: int) -> None:
    with database.writing() as session:
        order = build_order(session, kit, patient, 2)

    def attempt(at: int):
        return one(database, kit, patient, infusion(kit, NINE + timedelta(days=at)), key=f"k{at}", order_id=order)

    with ThreadPoolExecutor(5) as pool:
        results = list(pool.map(attempt, range(5)))
    assert sum(isinstance(result, BookedVisit) for result in results) == 2


def test_an_extra_session_stands_beside_its_series(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    series = book(database, course)
    extra = one(database, kit, course.patient_id, therapy(kit, NINE + timedelta(days=1)), series_id=series.series_id)
    with database.reading() as session:
        row = session.get(Appointment, extra.appointment_id)
        assert (row.series_id, row.step, row.ordinal) == (series.series_id, None, 8)
    clash = one(database, kit, course.patient_id, therapy(kit, NINE, "th-2"), key="two")
    assert {type(conflict) for conflict in clash.conflicts} == {PatientElsewhere}


def test_who_has_the_time_is_named_and_hours_are_kept(database: Database, kit: Kit, patient: int) -> None:
    one(database, kit, patient, therapy(kit))
    with database.writing() as session:
        other = build_patient(session, kit, family="Other")
    taken = one(database, kit, other, therapy(kit, NINE + timedelta(minutes=30)))
    assert [(type(conflict), conflict.name) for conflict in taken.conflicts] == [(ResourceTaken, "th-1")]
    for start in (NINE.replace(hour=7), NINE + timedelta(days=5), NINE.replace(hour=17, minute=30)):
        assert {type(c) for c in one(database, kit, other, therapy(kit, start)).conflicts} == {RulesBroken}
    assert one(database, kit, other, therapy(kit, NINE - timedelta(days=7))).conflicts == (InThePast(),)


def test_free_times_are_those_that_can_be_booked(database: Database, kit: Kit, patient: int) -> None:
    one(database, kit, patient, therapy(kit))
    with database.writing() as session:
        other = build_patient(session, kit, family="Other")
    with database.reading() as session:
        command = VisitTimes(other, kit.visit_types["therapy"], MONDAY, MONDAY, (kit.resources["th-1"],))
        times = visit_times(session, command, by=kit.viewer(), now=NOW)
    assert [time_.wall_start for time_ in times][:2] == [NINE.replace(hour=8), NINE.replace(hour=10)]
    assert {resource.name for time_ in times for resource in time_.resources} == {"th-1"}
    place = VisitPlace(kit.visit_types["therapy"], times[-1].wall_start, times[-1].chosen)
    assert isinstance(one(database, kit, other, place), BookedVisit)


def test_another_clinics_rows_are_not_found(database: Database, kit: Kit, patient: int) -> None:
    with database.writing() as session:
        stranger = build_clinic(session, "Birch Clinic")
        theirs = build_patient(session, stranger)
    assert isinstance(one(database, kit, theirs, therapy(kit)), NotFound)
    assert isinstance(one(database, kit, patient, therapy(stranger)), NotFound)
    foreign = VisitPlace(kit.visit_types["therapy"], NINE, {"therapist": stranger.resources["th-1"]})
    assert isinstance(one(database, kit, patient, foreign), Refused)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Appointment)) == 0
        for command in (VisitTimes(theirs, kit.visit_types["therapy"], MONDAY, MONDAY),
                        VisitTimes(patient, stranger.visit_types["therapy"], MONDAY, MONDAY),
                        VisitTimes(patient, kit.visit_types["therapy"], MONDAY, MONDAY, (stranger.resources["th-1"],))):
            assert isinstance(visit_times(session, command, by=kit.viewer(), now=NOW), NotFound)
