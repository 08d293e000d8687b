"""A change that hits booked visits lists them first, and is made only when it is asked for knowingly."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from models import Appointment, AuditEntry, Closure, Resource
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.occupation import Phase
from scheduler.planning.words import Role
from scheduler.queries.hit_visits import hit_visits
from scheduler.queries.visit_shapes import visit_shapes
from scheduler.services.clinic.edit_resource import ResourceDetails, edit_resource
from scheduler.services.clinic.edit_visit_type import VisitTypeDetails, edit_visit_type
from scheduler.services.clinic.opening import NewClosure, close_days, reopen_days, set_opening_hours
from scheduler.services.clinic.time_off import NewTimeOff, give_time_off
from scheduler.services.hits import Changed, Hits
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, build_clinic
from tests.services.administration.book import MONDAY, book

FIVE_DAYS = {day: [(time(8), time(18))] for day in range(5)}


def close(kit, session, **more):
    return close_days(session, NewClosure(date(2027, 4, 5), date(2027, 4, 6), "painting"),
                      by=kit.viewer(Role.ADMINISTRATOR), now=NOW, **more)


def shorter(kit, session, **more):
    return set_opening_hours(session, {**FIVE_DAYS, 0: [(time(10), time(18))]}, by=kit.viewer(Role.ADMINISTRATOR),
                             now=NOW, **more)


def away(kit, session, **more):
    return give_time_off(session, NewTimeOff(kit.resources["rn-1"], MONDAY, MONDAY + timedelta(hours=1)),
                         by=kit.viewer(Role.ADMINISTRATOR), now=NOW, **more)


def fewer(kit, session, **more):
    return edit_resource(session, kit.resources["rn-1"], ResourceDetails("nurse", "rn-1", units=1),
                         by=kit.viewer(Role.ADMINISTRATOR), now=NOW, **more)


def gone(kit, session, **more):
    return edit_resource(session, kit.resources["chair-1"], ResourceDetails("chair", "chair-1", active=False),
                         by=kit.viewer(Role.ADMINISTRATOR), now=NOW, **more)


def mornings_only_elsewhere(kit, session, **more):
    details = ResourceDetails("chair", "chair-1", own_hours=True, week={0: [(time(13), time(18))]})
    return edit_resource(session, kit.resources["chair-1"], details, by=kit.viewer(Role.ADMINISTRATOR), now=NOW, **more)


def longer(kit, session, **more):
    shape = visit_shapes(session, kit.clinic_id)[kit.visit_types["infusion"]]
    phases = (*shape.phases, Phase(5, {"chair": 1}, False, "airing"))
    return edit_visit_type(session, shape.id, VisitTypeDetails(shape.name, "Visit", shape.kind, phases),
                           by=kit.viewer(Role.ADMINISTRATOR), now=NOW, **more)


CHANGES = {
    close: "The clinic is closed that day.",
    shorter: "It lies outside the opening hours.",
    away: "rn-1 is away.",
    fewer: "More is booked on rn-1 than it can take.",
    gone: "chair-1 is no longer in use.",
    mornings_only_elsewhere: "It lies outside the hours of chair-1.",
    longer: "It is booked for 125 minutes, and this kind of visit now takes 130.",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_lists_the_visits_it_hits_and_changes_nothing(database, kit, change) -> None:
    with database.writing() as session:
        hit = book(session, kit)
        book(session, kit, MONDAY + timedelta(days=2), chair="chair-2", nurse="rn-2")
        build_clinic(session, "Third Clinic")
    with database.writing() as session:
        result = change(kit, session)
        assert isinstance(result, Hits)
        hits_by_id = {each.visit.id: each.sentence for each in result.visits}
        assert hits_by_id[hit] == CHANGES[change]
        assert len(hits_by_id) == (2 if change is longer else 1)
    with database.reading() as session:
        assert hit_visits(session, kit.clinic_id, now=NOW) == ()
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_going_on_keeps_the_visits_booked_and_puts_them_on_the_worklist(database, kit, change) -> None:
    with database.writing() as session:
        hit = book(session, kit)
    with database.writing() as session:
        result = change(kit, session, go_on=True)
        assert isinstance(result, Changed) and [each.visit.id for each in result.hits] == [hit]
    with database.reading() as session:
        assert session.get(Appointment, hit).status == AppointmentStatus.BOOKED
        worklist = hit_visits(session, kit.clinic_id, now=NOW)
        assert [(each.visit.id, each.sentence) for each in worklist] == [(hit, CHANGES[change])]
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_what_was_hit_before_is_not_asked_about_again(database, kit) -> None:
    with database.writing() as session:
        book(session, kit)
        assert isinstance(close(kit, session, go_on=True), Changed)
    with database.writing() as session:
        assert isinstance(shorter(kit, session), Changed), "the day is closed anyway"


@pytest.mark.parametrize("status", [AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW,
                                    AppointmentStatus.FULFILLED])
def test_visits_that_are_over_or_cancelled_are_not_hit(database, kit, status) -> None:
    with database.writing() as session:
        book(session, kit, status=status)
        assert isinstance(close(kit, session), Changed)


def test_a_visit_of_the_past_is_not_hit(database, kit) -> None:
    with database.writing() as session:
        book(session, kit, datetime(2027, 4, 1, 9))
        assert isinstance(gone(kit, session), Changed)


def test_closing_twice_is_closing_once_and_reopening_says_what_it_was(database, kit) -> None:
    admin = kit.viewer(Role.ADMINISTRATOR)
    with database.writing() as session:
        first, second = close(kit, session), close(kit, session)
        assert first == second
        was = reopen_days(session, first.id, by=admin, now=NOW)
        assert was == NewClosure(date(2027, 4, 5), date(2027, 4, 6), "painting")
        assert isinstance(reopen_days(session, first.id, by=admin, now=NOW), NotFound)
        assert session.scalar(select(func.count()).select_from(Closure)) == 0


def test_another_clinic_s_resource_is_not_there(database, kit) -> None:
    with database.writing() as session:
        stranger = session.scalars(select(Resource.id).where(Resource.clinic_id != kit.clinic_id)).first()
        admin = kit.viewer(Role.ADMINISTRATOR)
        assert isinstance(edit_resource(session, stranger, ResourceDetails("chair", "x"), by=admin, now=NOW), NotFound)
        off = NewTimeOff(stranger, MONDAY, MONDAY + timedelta(hours=1))
        assert isinstance(give_time_off(session, off, by=admin, now=NOW), NotFound)


@pytest.mark.parametrize("details", [
    ResourceDetails("chair", "chair-2"), ResourceDetails("chair", " "), ResourceDetails("room", "chair-1"),
    ResourceDetails("chair", "chair-1", units=0), ResourceDetails("chair", "chair-1", staff_id=1),
    ResourceDetails("chair", "chair-1", own_hours=True, week={0: [(time(12), time(8))]}),
])
def test_a_resource_that_cannot_be_meant_is_refused(database, kit, details) -> None:
    with database.writing() as session:
        result = edit_resource(session, kit.resources["chair-1"], details, by=kit.viewer(Role.ADMINISTRATOR), now=NOW)
        assert isinstance(result, Refused)
