"""A decision at a gate is taken back in one step: what it booked, left out, added and ordered stands as before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from jobs.holds import run
from jobs.ticks import Round
from models import Claim, Hold, Message, Series
from scheduler.database import Database
from scheduler.planning.gates import Decision, GateState
from scheduler.planning.instants import wall
from scheduler.planning.lifecycle import Departure, MessageState, SeriesStatus
from scheduler.planning.protocols import Preparation
from scheduler.planning.words import MessageKind, Role
from scheduler.queries.gates import decided_to_book
from scheduler.queries.orders_of_patient import orders_of_patient
from scheduler.services.booking.ordered import left_on_order
from scheduler.services.booking.record_order import RecordOrder, record_order
from scheduler.services.changing.place_added import AddedTimes, BookAdded, added_times, book_added
from scheduler.services.changing.undo_change import UndoChange, Undone, undo_change
from scheduler.services.refusal import Refused
from tests.services.series_kit import SETTINGS, build_protocol
from tests.services.test_gates import GATED, Book


@pytest.fixture
def course(database: Database) -> Book:
    return Book(database)


def test_a_decision_to_continue_is_taken_back_while_nobody_was_told(course: Book) -> None:
    now = course.give_three()
    letters = course.live_letters()
    done = course.decide(Decision.CONTINUE, now)
    back = course.do(undo_change, UndoChange(done.change_id), now=now)
    assert back.appointment_ids == course.ids[4:] and course.statuses()[4:] == ["held"] * 3
    assert course.gate(now).state == GateState.WAITING
    going = Message.state.in_((MessageState.PLANNED, MessageState.SHIFTED))
    assert course.count(Message, Message.appointment_id.in_(course.ids[4:]), going) == 0
    assert course.live_letters() == letters
    assert "already" in course.do(undo_change, UndoChange(done.change_id), now=now).sentence


def test_a_decision_is_the_clinician_s_to_take_back_and_only_before_the_letter_goes(course: Book) -> None:
    now = course.give_three()
    done = course.decide(Decision.CONTINUE, now)
    refused = course.do(undo_change, UndoChange(done.change_id), role=Role.FRONT_DESK, now=now)
    assert isinstance(refused, Refused) and "Only a clinician" in refused.sentence
    with course.database.writing() as session:
        letter = session.scalars(select(Message).where(
            Message.series_id == course.series_id, Message.kind == MessageKind.CONFIRMATION,
            Message.state == MessageState.PLANNED)).first()
        letter.state, letter.sent_at = MessageState.SENT, now
    refused = course.do(undo_change, UndoChange(done.change_id), now=now)
    assert isinstance(refused, Refused) and "has been told" in refused.sentence
    assert course.statuses()[4:] == ["booked"] * 3


def test_a_taper_is_taken_back_with_its_order_until_it_is_booked(course: Book) -> None:
    now = course.give_three()
    with course.database.writing() as session:
        other = build_protocol(session, course.kit, SETTINGS, name="Weekly")
    before = [(row.status, row.starts_at, row.departure) for row in course.rows()]
    done = course.decide(Decision.TAPER, now, infusions=2, protocol_id=other)
    assert done.series_status == SeriesStatus.COMPLETED
    assert isinstance(course.do(undo_change, UndoChange(done.change_id), now=now), Undone)
    assert [(row.status, row.starts_at, row.departure) for row in course.rows()] == before
    assert course.count(Claim, Claim.appointment_id.in_(course.ids[4:])) == 12
    assert course.gate(now).state == GateState.WAITING and course.gate(now).deadline is not None
    with course.database.reading() as session:
        assert session.get(Series, course.series_id).status == SeriesStatus.ACTIVE
        assert decided_to_book(session, course.kit.clinic_id, now=now) == ()
        assert left_on_order(session, done.order_id).left == 0
        assert done.order_id not in {row.id for row in orders_of_patient(
            session, course.kit.clinic_id, course.course.patient_id)}
    again = course.decide(Decision.TAPER, now, infusions=2, protocol_id=other)
    assert again.order_id != done.order_id
    with course.database.writing() as session:
        session.add(Series(
            clinic_id=course.kit.clinic_id, patient_id=course.course.patient_id, order_id=again.order_id,
            protocol_version_id=session.get(Series, course.series_id).protocol_version_id, infusions=2,
            status=SeriesStatus.ACTIVE, earliest_on=now.date(), latest_on=now.date(), idempotency_key="taper",
            booked_at=now))
    refused = course.do(undo_change, UndoChange(again.change_id), now=now)
    assert isinstance(refused, Refused) and "booked on it since" in refused.sentence


def test_a_taper_after_the_times_were_released_is_taken_back_to_the_released_steps(course: Book) -> None:
    now = course.give_three()
    deadline = course.gate(now).deadline
    run(Round(course.database, None, deadline))  # type: ignore[arg-type]
    before = [(row.status, row.departure, row.departed_at, row.ended_reason) for row in course.rows()]
    done = course.decide(Decision.TAPER, deadline, infusions=2, protocol_id=course.protocol_id)
    assert {row.departure for row in course.rows()[4:]} == {Departure.OMITTED}
    assert isinstance(course.do(undo_change, UndoChange(done.change_id), now=deadline), Undone)
    assert [(row.status, row.departure, row.departed_at, row.ended_reason) for row in course.rows()] == before
    assert course.gate(deadline).state == GateState.RELEASED and course.count(Hold) == 0


def test_an_extension_is_taken_back_until_what_it_added_has_times(database: Database) -> None:
    settings = replace(GATED, preparation=Preparation(count=1, lead_min_days=1, lead_max_days=7), fewest=4)
    course = Book(database, settings, "ketect_2022")
    now = course.give_three()
    with database.reading() as session:
        steps = session.get(Series, course.series_id).steps
    done = course.decide(Decision.EXTEND, now, infusions=2)
    assert isinstance(course.do(undo_change, UndoChange(done.change_id), now=now), Undone)
    with database.reading() as session:
        series = session.get(Series, course.series_id)
        assert (series.steps, series.infusions, series.finish) == (steps, 6, series.steps[-1]["id"])
        assert isinstance(added_times(session, course.series_id, by=course.kit.viewer(), now=now), Refused)
        assert left_on_order(session, done.order_id).left == 0
    assert course.statuses()[4:] == ["held"] * 3 and course.gate(now).state == GateState.WAITING
    done = course.decide(Decision.EXTEND, now, infusions=2)
    with database.reading() as session:
        found = added_times(session, course.series_id, by=course.kit.viewer(), now=now)
    assert isinstance(found, AddedTimes)
    course.do(book_added, BookAdded(course.series_id, found.plan.places, found.fingerprint), now=now)
    refused = course.do(undo_change, UndoChange(done.change_id), now=now)
    assert isinstance(refused, Refused) and "changed since" in refused.sentence


def test_an_order_that_stood_there_before_the_decision_stays_when_it_is_taken_back(course: Book) -> None:
    now = course.give_three()
    order = course.do(record_order, RecordOrder(
        course.course.patient_id, course.kit.staff[Role.CLINICIAN], 2, wall(now, "America/New_York").date()),
        now=now - timedelta(minutes=5))
    done = course.decide(Decision.TAPER, now, infusions=2, protocol_id=course.protocol_id)
    assert done.order_id == order.order_id
    assert isinstance(course.do(undo_change, UndoChange(done.change_id), now=now), Undone)
    with course.database.reading() as session:
        assert left_on_order(session, order.order_id).left == 2
