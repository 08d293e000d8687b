"""The calendar as the planner reads it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import event, select

from models import Clinic, Closure, OpeningHours, Phase, Resource, ResourceHours, TimeOff
from scheduler.database import Database
from scheduler.planning.scenario import Booking
from scheduler.queries.planning_calendar import NEVER, PlanningCalendar, Without, planning_calendar
from scheduler.services.booking.hold_plan import HoldPlan, hold_plan
from scheduler.services.changing.cancel import CancelVisit, cancel_visit
from tests.builders import NOW, Kit
from tests.services.series_kit import MONDAY, book, build_course

LAST = MONDAY + timedelta(days=20)


def read(database: Database, kit: Kit, now=NOW, first: date = MONDAY, last: date = LAST, **kept) -> PlanningCalendar:
    with database.reading() as session:
        return planning_calendar(session, kit.clinic_id, first, last, now=now, without=Without(**kept))


def test_hours_closures_and_time_off_in_the_planners_words(database: Database, kit: Kit) -> None:
    ids = kit.resources
    with database.writing() as session:
        session.add_all([
            OpeningHours(clinic_id=kit.clinic_id, weekday=5, opens=time(20), closes=time(0)),
            Closure(clinic_id=kit.clinic_id, starts_on=MONDAY - timedelta(days=3), last_on=MONDAY + timedelta(days=1)),
            ResourceHours(clinic_id=kit.clinic_id, resource_id=ids["rn-1"], weekday=0, opens=time(9), closes=time(12)),
            TimeOff(clinic_id=kit.clinic_id, resource_id=ids["rn-2"], starts_at=datetime.combine(MONDAY, time(8)),
                    ends_at=datetime.combine(MONDAY, time(10))),
            TimeOff(clinic_id=kit.clinic_id, resource_id=ids["rn-2"], ends_at=datetime.combine(MONDAY, time(0)),
                    starts_at=datetime.combine(MONDAY - timedelta(days=9), time(0)))])
        session.get(Resource, ids["rn-1"]).own_hours = True
        session.get(Resource, ids["chair-3"]).active = False
    calendar = read(database, kit)
    assert calendar.clinic.open == (((480, 1080),),) * 5 + (((1200, 1440),), ())
    assert calendar.clinic.closed == {MONDAY, MONDAY + timedelta(days=1)}
    by_name = {calendar.names[one.id]: one for one in calendar.resources}
    assert set(by_name) == {"chair-1", "chair-2", "rn-1", "rn-2", "th-1", "th-2"}
    assert by_name["rn-1"].hours == (((540, 720),), (), (), (), (), (), ())
    assert (by_name["chair-1"].hours, by_name["rn-2"].capacity) == (None, 4)
    assert by_name["rn-2"].away == ((datetime.combine(MONDAY, time(8)), datetime.combine(MONDAY, time(10))),)


def test_bookings_come_from_claims_even_where_the_type_was_edited_later(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    book(database, course)
    with database.writing() as session:
        for phase in session.scalars(select(Phase).where(Phase.visit_type_id == kit.visit_types["infusion"])):
            phase.minutes = 5
    calendar = read(database, kit)
    assert len(calendar.bookings) == 7
    one = calendar.bookings[1]
    assert one == Booking(
        f"p{course.patient_id}", one.visit_type, datetime.combine(MONDAY + timedelta(days=2), time(9)),
        {"chair": f"r{kit.resources['chair-1']}", "nurse": f"r{kit.resources['rn-1']}"})
    found = calendar.visit_types[one.visit_type].phases
    phases = [(phase.minutes, dict(phase.needs), phase.patient) for phase in found]
    assert phases == [(55, {"chair": 1, "nurse": 2}, True), (60, {"chair": 1, "nurse": 1}, True),
                      (10, {"chair": 1}, False)]


def test_a_visit_after_the_clock_change_keeps_its_wall_time(database: Database, kit: Kit) -> None:
    """The clocks of Maryland go back on 7 November 2027: 09:00 is 13:00 UTC before and 14:00 UTC after."""
    course = build_course(database, kit)
    book(database, course, week=29)
    calendar = read(database, kit, first=date(2027, 10, 20), last=date(2027, 11, 20))
    assert [booking.start.hour for booking in calendar.bookings] == [9] * 7
    assert calendar.bookings[0].start.date() == date(2027, 10, 25)
    assert calendar.bookings[-1].start.date() == date(2027, 11, 8)


def test_cancelled_visits_and_expired_holds_take_nothing(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    with database.writing() as session:
        held = hold_plan(session, HoldPlan(course.plan(), course.places()), by=kit.viewer(), now=NOW)
    assert len(read(database, kit).bookings) == 7
    assert read(database, kit, hold_id=held.hold_id).bookings == ()
    assert read(database, kit, now=NOW + timedelta(minutes=15)).bookings == ()
    booked = book(database, build_course(database, kit, protocol_id=course.protocol_id, family="O"), chair="chair-2",
                  nurse="rn-2", therapist="th-2")
    with database.writing() as session:
        cancel_visit(session, CancelVisit(booked.appointment_ids[0], "x"), by=kit.viewer(), now=NOW)
    assert len(read(database, kit, hold_id=held.hold_id).bookings) == 6
    assert len(read(database, kit, hold_id=held.hold_id, appointment_ids=booked.appointment_ids).bookings) == 0


def test_a_switched_off_chair_that_is_booked_is_there_but_never_free(database: Database, kit: Kit) -> None:
    book(database, build_course(database, kit))
    with database.writing() as session:
        session.get(Resource, kit.resources["chair-1"]).active = False
    calendar = read(database, kit)
    (chair,) = [one for one in calendar.resources if calendar.names[one.id] == "chair-1"]
    assert chair.hours == NEVER


def test_the_number_of_queries_does_not_grow(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)

    def counted() -> int:
        asked: list[str] = []
        listen = lambda *args: asked.append(args[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listen)
        read(database, kit, last=MONDAY + timedelta(days=200))
        event.remove(database.engine, "before_cursor_execute", listen)
        return len(asked)

    empty = counted()
    for week in range(3):
        other = build_course(database, kit, protocol_id=course.protocol_id, family=f"P{week}")
        book(database, other, key=f"{week}", week=3 * week)
    assert counted() == empty <= 11


def test_another_clinic_is_not_in_it(database: Database, kit: Kit) -> None:
    book(database, build_course(database, kit))
    with database.reading() as session:
        noise = session.scalar(select(Clinic.id).where(Clinic.id != kit.clinic_id))
        calendar = planning_calendar(session, noise, MONDAY, LAST, now=NOW)
    assert calendar.bookings == ()
    assert not {one.id for one in calendar.resources} & {f"r{id_}" for id_ in kit.resources.values()}
