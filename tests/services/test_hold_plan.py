"""A chosen plan is held, swapped, given up or booked; what has expired is freed by whoever books."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from models import Appointment, Claim, Hold, Series
from scheduler.database import Database
from scheduler.services.booking.book_series import BookedSeries, BookHeld, book_held
from scheduler.services.booking.hold_plan import Held, HoldPlan, Released, ReleaseHold, hold_plan, release_hold
from scheduler.services.clean_book import booking
from scheduler.services.conflicts import HoldGone, ResourceTaken
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, Kit
from tests.services.series_kit import Course, book, build_course


def count(database: Database, *tables) -> list[int]:
    with database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def hold(database: Database, course: Course, now=NOW, instead_of=None, **places) -> Held | Refused:
    with booking(database, now=now) as session:
        return hold_plan(session, HoldPlan(course.plan(instead_of=instead_of), course.places(**places)),
                         by=course.kit.viewer(), now=now)


def test_a_plan_is_held_and_booked_from_its_hold(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    held = hold(database, course)
    assert held.expires_at == NOW + timedelta(minutes=15)
    assert count(database, Appointment, Claim, Hold, Series) == [7, 2 + 6 * 4, 1, 0]
    with booking(database, now=NOW) as session:
        booked = book_held(session, BookHeld(held.hold_id, "key"), by=kit.viewer(), now=NOW)
    assert booked.appointment_ids == held.appointment_ids
    assert count(database, Hold, Series) == [0, 1]
    with booking(database, now=NOW) as session:
        again = book_held(session, BookHeld(held.hold_id, "key"), by=kit.viewer(), now=NOW)
    assert (again.series_id, again.again) == (booked.series_id, True)


def test_ten_bookings_of_one_hold_at_once_give_one_series(database: Database, kit: Kit) -> None:
    held = hold(database, build_course(database, kit))

    def attempt(_):
        with booking(database, now=NOW) as session:
            return book_held(session, BookHeld(held.hold_id, "key"), by=kit.viewer(), now=NOW)

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(attempt, range(10)))
    assert len({result.series_id for result in results}) == 1
    assert sum(not result.again for result in results) == 1


def test_a_held_slot_refuses_others_until_it_expires(database: Database, kit: Kit) -> None:
    first = build_course(database, kit)
    hold(database, first)
    second = build_course(database, kit, protocol_id=first.protocol_id, family="Other")
    refused = book(database, second, key="two")
    assert {type(one) for one in refused.conflicts} == {ResourceTaken}
    assert len(refused.conflicts) == 7
    later = NOW + timedelta(minutes=15)
    assert isinstance(book(database, second, key="two", now=later), BookedSeries)
    assert count(database, Hold, Series, Appointment) == [0, 1, 7]


def test_an_expired_hold_cannot_be_booked(database: Database, kit: Kit) -> None:
    held = hold(database, build_course(database, kit))
    later = NOW + timedelta(minutes=16)
    with database.writing() as session:
        assert book_held(session, BookHeld(held.hold_id, "key"), by=kit.viewer(), now=later).conflicts == (
            HoldGone(held.hold_id),)


def test_another_alternative_replaces_the_hold(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    held = hold(database, course)
    other = hold(database, course, instead_of=held.hold_id, hour=10)
    assert isinstance(other, Held)
    assert count(database, Hold, Appointment) == [1, 7]


def test_a_refused_alternative_leaves_the_hold_as_it_was(database: Database, kit: Kit) -> None:
    course = build_course(database, kit)
    book(database, build_course(database, kit, protocol_id=course.protocol_id, family="Other"), chair="chair-2")
    held = hold(database, course, nurse="rn-2", therapist="th-2")
    refused = hold(database, course, instead_of=held.hold_id, chair="chair-2", nurse="rn-2", therapist="th-2")
    assert {one.name for one in refused.conflicts} == {"chair-2"}
    with database.reading() as session:
        assert session.get(Hold, held.hold_id) is not None
        assert session.scalar(select(func.count()).where(Appointment.hold_id == held.hold_id)) == 7


def test_a_hold_is_given_up(database: Database, kit: Kit) -> None:
    held = hold(database, build_course(database, kit))
    with database.writing() as session:
        assert release_hold(session, ReleaseHold(held.hold_id), by=kit.viewer(), now=NOW) == Released(held.hold_id)
    assert count(database, Hold, Appointment, Claim) == [0, 0, 0]
    with database.writing() as session:
        gone = release_hold(session, ReleaseHold(held.hold_id), by=kit.viewer(), now=NOW)
    assert isinstance(gone, NotFound)
