"""A series is booked whole or not at all, once for each key, and never above its order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from models import Appointment, AuditEntry, Claim, Hold, Message, Protocol, Series
from scheduler.database import Database
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.services.booking.book_series import BookedSeries, BookPlan, book_plan
from scheduler.services.booking.legality import GAPS
from scheduler.services.clean_book import booking
from scheduler.services.conflicts import (
    InThePast,
    KeyUsed,
    MoreThanOrdered,
    ProtocolInactive,
    ResourceTaken,
    RulesBroken,
    WrongOrder,
)
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, Kit, build_clinic
from tests.services.series_kit import SETTINGS, book, build_course, build_protocol

TABLES = (Series, Appointment, Claim, Message, Hold, AuditEntry)


def count(database: Database, *tables) -> list[int]:
    with database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_a_series_is_written_with_its_visits_messages_and_one_audit_entry(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    booked = book(database, course)
    assert isinstance(booked, BookedSeries)
    with database.reading() as session:
        series = session.get(Series, booked.series_id)
        assert (series.status, series.infusions, series.finish) == (SeriesStatus.ACTIVE, 6, "inf-6")
        assert series.latest_on - series.earliest_on == timedelta(days=300)
        rows = session.scalars(select(Appointment).order_by(Appointment.ordinal)).all()
        assert [row.step for row in rows] == ["prep-1", *(f"inf-{n}" for n in range(1, 7))]
        assert {row.status for row in rows} == {AppointmentStatus.BOOKED}
        assert [row.order_id for row in rows] == [None] + [course.order_id] * 6
        (entry,) = session.scalars(select(AuditEntry)).all()
        assert (entry.verb, entry.subject_type, entry.subject_id) == ("book", "series", series.id)
    assert len(booked.messages) >= 1


def test_a_conflict_at_the_fifth_visit_leaves_nothing(database: Database, kit: Kit) -> None:
    first = build_course(database, kit)
    book(database, first)
    second = build_course(database, kit, protocol_id=first.protocol_id, family="Other")
    before = count(database, *TABLES)
    places = list(second.places(chair="chair-2", nurse="rn-2", therapist="th-2"))
    places[4] = replace(first.places()[4])
    with booking(database, now=NOW) as session:
        refused = book_plan(session, BookPlan(second.plan(), tuple(places), "key-2"), by=kit.viewer(), now=NOW)
    assert {(type(one), one.step, one.name) for one in refused.conflicts} == {(ResourceTaken, "inf-4", "chair-1")}
    assert count(database, *TABLES) == before


def test_a_repeated_submit_gives_the_same_series(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    first, again = book(database, course), book(database, course)
    assert (again.series_id, again.appointment_ids, again.again) == (first.series_id, first.appointment_ids, True)
    assert count(database, Series, Appointment) == [1, 7]


def test_ten_submits_at_once_give_one_series(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(lambda _: book(database, course), range(10)))
    assert {result.series_id for result in results} == {results[0].series_id}
    assert sum(not result.again for result in results) == 1
    assert count(database, Series, Appointment) == [1, 7]


def test_a_key_of_another_booking_is_refused(database: Database, kit: Kit) -> None:
    first = build_course(database, kit)
    book(database, first)
    second = build_course(database, kit, protocol_id=first.protocol_id, family="Other")
    assert book(database, second, week=3).conflicts == (KeyUsed("key-1"),)


def test_two_patients_racing_with_one_key_never_share_a_series(database: Database, kit: Kit) -> None:
    first = build_course(database, kit)
    courses = [first] + [build_course(database, kit, protocol_id=first.protocol_id, family=f"P{n}") for n in range(5)]
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda at: book(database, courses[at], week=3 * at), range(6)))
    assert sum(isinstance(result, BookedSeries) for result in results) == 1
    assert {result.conflicts for result in results if isinstance(result, Refused)} == {(KeyUsed("key-1"),)}


def test_more_than_ordered_is_refused(database: Database, kit: Kit) -> None:
    course = build_course(database, kit, ordered=8)
    book(database, course)
    refused = book(database, course, key="key-2", week=3)
    assert refused.conflicts == (MoreThanOrdered(course.order_id, 8, 6, 6),)
    assert refused.sentence.startswith("8 infusions are ordered and 6 of them are booked or given: 2 left, 6 wanted.")


def test_over_ordering_in_a_race_books_one_series(database: Database, kit: Kit) -> None:
    course = build_course(database, kit, ordered=11)

    def attempt(at: int):
        return book(database, course, key=f"key-{at}", week=3 * at)

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(attempt, range(6)))
    assert sum(isinstance(result, BookedSeries) for result in results) == 1
    assert count(database, Series, Appointment) == [1, 7]


def test_what_the_clinic_has_not_set_is_named(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with database.writing() as session:
        unset = build_protocol(session, kit, replace(SETTINGS, minus_days=None), name="Unset")
    refused = book(database, replace(course, protocol_id=unset))
    assert [one.setting for one in refused.conflicts] == ["minus_days"]


def test_an_inactive_protocol_another_patients_order_and_the_past_are_refused(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    other = build_course(database, kit, protocol_id=course.protocol_id, family="Other")
    assert book(database, replace(course, order_id=other.order_id)).conflicts == (WrongOrder(other.order_id),)
    assert book(database, course, now=NOW + timedelta(days=30)).conflicts == (InThePast(),)
    with database.writing() as session:
        session.get(Protocol, course.protocol_id).active = False
    assert {type(one) for one in book(database, course).conflicts} == {ProtocolInactive}


def test_another_clinics_patient_order_and_protocol_are_not_found(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with database.writing() as session:
        stranger = build_clinic(session, "Birch Clinic")
    there = build_course(database, stranger)
    for changes in ({"patient_id": there.patient_id}, {"order_id": there.order_id},
                    {"protocol_id": there.protocol_id}):
        assert isinstance(book(database, replace(course, **changes)), NotFound)


def test_a_plan_with_a_visit_too_few_is_refused(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with booking(database, now=NOW) as session:
        refused = book_plan(session, BookPlan(course.plan(), course.places()[:-1], "key"), by=kit.viewer(), now=NOW)
    assert {type(one) for one in refused.conflicts} == {RulesBroken}


def test_a_plan_that_breaks_a_rule_is_refused_with_the_visit(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    places = list(course.places())

    def attempt(at: int, **changes):
        changed = [*places[:at], replace(places[at], **changes), *places[at + 1:]]
        with booking(database, now=NOW) as session:
            return book_plan(session, BookPlan(course.plan(), tuple(changed), "key"), by=kit.viewer(), now=NOW)

    early = attempt(2, wall_start=places[2].wall_start.replace(hour=7))
    assert [(type(one), one.step) for one in early.conflicts] == [(RulesBroken, "inf-2")]
    assert early.sentence.startswith("The visit on Fri 9 Apr 2027, 7:00 AM does not lie in the hours")
    apart = attempt(6, wall_start=places[6].wall_start + timedelta(days=7))
    assert apart.conflicts == (RulesBroken(GAPS),)
    assert count(database, Series, Appointment) == [0, 0]
