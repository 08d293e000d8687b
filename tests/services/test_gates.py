"""A course that waits for a clinician: what is held, what each decision does, and what a passed deadline does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from jobs.holds import run
from jobs.ticks import Round
from models import Appointment, Claim, Gate, Hold, Message, Order, Series
from scheduler.database import Database
from scheduler.planning.gates import Decision, GateState
from scheduler.planning.lifecycle import AppointmentStatus, Departure, MessageState, SeriesStatus
from scheduler.planning.protocols import Preparation, ResponseGate
from scheduler.planning.words import MessageKind, Role
from scheduler.queries.gates import decided_to_book, gates_of_series, gates_to_decide
from scheduler.services.booking.ordered import left_on_order
from scheduler.services.changing.apply_replan import ApplyReplan, apply_replan
from scheduler.services.changing.cancel import UndoStop, undo_stop
from scheduler.services.changing.decide_gate import DecideGate, decide_gate
from scheduler.services.changing.place_added import AddedTimes, BookAdded, added_times, book_added
from scheduler.services.changing.record_visit import Happened, RecordVisit, record_visit
from scheduler.services.changing.replan import ReplanSeries, preview_replan
from scheduler.services.changing.reschedule import MoveVisit, move_visit
from scheduler.services.changing.set_aside import SetAside, UndoSetAside, set_aside, undo_set_aside
from scheduler.services.changing.undo_change import UndoChange, Undone, undo_change
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, Kit, build_clinic
from tests.services.series_kit import SETTINGS, book, build_course, build_protocol

S = AppointmentStatus
GATED = replace(SETTINGS, gate=ResponseGate((3,), 12, 12))


class Book:
    """A booked course of a preparation and six infusions with a gate after the third."""

    def __init__(self, database: Database, settings=GATED, published: str = "murrough_2013") -> None:
        self.database = database
        with database.writing() as session:
            self.kit: Kit = build_clinic(session)
            protocol_id = build_protocol(session, self.kit, settings, published)
        self.course = build_course(database, self.kit, protocol_id=protocol_id)
        self.protocol_id = protocol_id
        booked = book(database, self.course)
        assert not isinstance(booked, Refused), booked
        self.series_id, self.ids = booked.series_id, booked.appointment_ids

    def do(self, verb, command, role: Role = Role.CLINICIAN, now: datetime = NOW):
        with booking(self.database, now=now) as session:
            return verb(session, command, by=self.kit.viewer(role), now=now)

    def rows(self) -> list[Appointment]:
        with self.database.reading() as session:
            return list(session.scalars(select(Appointment).where(Appointment.series_id == self.series_id)
                                        .order_by(Appointment.ordinal)))

    def statuses(self) -> list[str]:
        return [str(row.status) for row in self.rows()]

    def gate(self, now: datetime = NOW):
        with self.database.reading() as session:
            return gates_of_series(session, self.kit.clinic_id, self.series_id, now=now)[0]

    def give_three(self) -> datetime:
        """Record the preparation and three infusions; gives an instant after the third."""
        for row in self.rows()[:4]:
            now = row.starts_at + timedelta(hours=2)
            assert not isinstance(self.do(record_visit, RecordVisit(row.id, Happened.DONE), now=now), Refused)
        return now + timedelta(hours=1)

    def decide(self, decision: Decision, now: datetime, **more):
        return self.do(decide_gate, DecideGate(self.gate(now).id, decision, **{"reason": "as it stands", **more}),
                       now=now)

    def live_letters(self) -> list[tuple]:
        """The news that is to go out, or has gone."""
        with self.database.reading() as session:
            found = session.scalars(select(Message).where(
                Message.series_id == self.series_id, Message.state != MessageState.SUPERSEDED,
                Message.kind == MessageKind.CONFIRMATION))
            return sorted((one.kind, one.appointment_id or 0, one.state) for one in found)

    def count(self, table, *where) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table).where(*where))


@pytest.fixture
def course(database: Database) -> Book:
    return Book(database)


def test_what_lies_behind_the_gate_is_held_with_its_claims_and_nobody_is_told_of_it(course: Book) -> None:
    assert course.statuses() == ["booked"] * 4 + ["held"] * 3
    assert course.count(Claim, Claim.appointment_id == course.ids[6]) > 0
    assert course.count(Message, Message.appointment_id.in_(course.ids[4:])) == 0
    gate = course.gate()
    assert (gate.state, gate.keeps, gate.number) == (GateState.AHEAD, 3, 3)
    assert gate.deadline == course.rows()[4].starts_at - timedelta(hours=12)
    with course.database.reading() as session:
        assert left_on_order(session, course.course.order_id).left == 0, "kept infusions use up the order"


def test_a_decision_before_the_infusion_is_refused(course: Book) -> None:
    refused = course.decide(Decision.CONTINUE, NOW)
    assert isinstance(refused, Refused) and "not recorded" in refused.sentence


def test_a_gate_waits_then_warns_then_is_released_with_its_steps_kept(course: Book) -> None:
    now = course.give_three()
    deadline = course.gate(now).deadline
    assert course.gate(now).state == GateState.WAITING
    assert course.gate(deadline - timedelta(hours=2)).state == GateState.URGENT
    for _ in range(2):
        run(Round(course.database, None, deadline))  # type: ignore[arg-type]
    rows = course.rows()
    assert [row.status for row in rows[4:]] == [S.CANCELLED] * 3
    assert {row.departure for row in rows[4:]} == {Departure.DEFERRED}
    assert course.count(Hold) == 0 and course.count(Claim, Claim.appointment_id.in_(course.ids[4:])) == 0
    assert course.gate(deadline).state == GateState.RELEASED
    with course.database.reading() as session:
        assert [row.number for row in gates_to_decide(session, course.kit.clinic_id, now=deadline)] == [3]
        assert session.get(Series, course.series_id).status == SeriesStatus.ACTIVE
    assert course.count(Message, Message.kind == MessageKind.CANCELLATION) == 0


def test_without_a_deadline_each_visit_is_kept_until_its_own_time(database: Database) -> None:
    course = Book(database, replace(SETTINGS, gate=ResponseGate((3,))))
    course.give_three()
    fourth = course.rows()[4].starts_at
    assert course.gate(fourth - timedelta(minutes=1)).deadline is None
    run(Round(database, None, fourth))  # type: ignore[arg-type]
    assert course.statuses()[4:] == ["cancelled", "held", "held"]
    assert course.gate(fourth).state == GateState.WAITING


def test_to_continue_books_what_was_kept_and_tells_the_patient_once(course: Book) -> None:
    now = course.give_three()
    done = course.decide(Decision.CONTINUE, now, reason="")
    assert done.appointment_ids == course.ids[4:]
    assert course.statuses()[4:] == ["booked"] * 3 and course.count(Hold) == 0
    live = Message.state != MessageState.SUPERSEDED
    assert course.count(Message, Message.kind == MessageKind.CONFIRMATION, live) >= 1
    assert course.count(Message, Message.appointment_id.in_(course.ids[4:]), live) > 0
    assert isinstance(course.decide(Decision.CONTINUE, now), Refused)


def test_to_stop_gives_back_what_was_kept_and_undo_waits_again(course: Book) -> None:
    now = course.give_three()
    assert isinstance(course.decide(Decision.STOP, now, reason=""), Refused)
    assert course.decide(Decision.STOP, now).series_status == SeriesStatus.STOPPED
    assert course.statuses()[4:] == ["cancelled"] * 3
    course.do(undo_stop, UndoStop(course.series_id), now=now)
    assert course.statuses()[4:] == ["held"] * 3
    assert course.gate(now).state == GateState.WAITING


def test_to_taper_leaves_the_rest_out_and_orders_under_the_other_protocol(course: Book) -> None:
    now = course.give_three()
    assert isinstance(course.decide(Decision.TAPER, now, infusions=2), Refused)
    with course.database.writing() as session:
        other = build_protocol(session, course.kit, SETTINGS, name="Weekly")
    done = course.decide(Decision.TAPER, now, infusions=2, protocol_id=other)
    assert done.series_status == SeriesStatus.COMPLETED
    assert {row.departure for row in course.rows()[4:]} == {Departure.OMITTED}
    with course.database.reading() as session:
        row, = decided_to_book(session, course.kit.clinic_id, now=now)
        assert (row.order_left, row.protocol_name) == (2, "Weekly")
        assert session.get(Order, done.order_id).ordered_by == course.kit.staff[Role.CLINICIAN]


def test_to_extend_adds_steps_that_are_placed_and_booked_on_the_new_order(database: Database) -> None:
    settings = replace(GATED, preparation=Preparation(count=1, lead_min_days=1, lead_max_days=7), fewest=4)
    course = Book(database, settings, "ketect_2022")
    now = course.give_three()
    assert isinstance(course.decide(Decision.EXTEND, now, infusions=40), Refused)
    done = course.decide(Decision.EXTEND, now, infusions=2)
    assert course.statuses()[4:] == ["booked"] * 3 and done.order_id
    with database.reading() as session:
        found = added_times(session, course.series_id, by=course.kit.viewer(), now=now)
    assert isinstance(found, AddedTimes)
    assert [visit.step for visit in found.plan.visits] == ["inf-7", "inf-8"]
    booked = course.do(book_added, BookAdded(course.series_id, found.plan.places, found.fingerprint), now=now)
    assert len(booked.appointment_ids) == 2
    rows = course.rows()
    assert [row.order_id for row in rows[7:]] == [done.order_id] * 2
    assert isinstance(course.do(book_added, BookAdded(course.series_id, found.plan.places, found.fingerprint), now=now),
                      Refused)


def test_an_extension_beyond_the_published_schedule_is_refused(course: Book) -> None:
    now = course.give_three()
    refused = course.decide(Decision.EXTEND, now, infusions=1)
    assert isinstance(refused, Refused) and "6" in refused.sentence
    assert course.gate(now).state == GateState.WAITING and course.count(Order, Order.infusions == 1) == 0


def test_what_is_put_off_behind_the_gate_waits_again_when_it_is_taken_back(course: Book) -> None:
    course.do(set_aside, SetAside(course.ids[4], Departure.DEFERRED, "later"))
    assert course.statuses()[4:] == ["cancelled", "held", "held"]
    assert course.gate().deadline == course.rows()[5].starts_at - timedelta(hours=12)
    course.do(undo_set_aside, UndoSetAside(course.ids[4]))
    assert course.statuses()[4:] == ["held"] * 3
    assert course.gate().deadline == course.rows()[4].starts_at - timedelta(hours=12)


def test_another_clinic_has_no_such_gate(course: Book, database: Database) -> None:
    with database.writing() as session:
        other = build_clinic(session, "Other Clinic")
    with booking(database, now=NOW) as session:
        found = decide_gate(session, DecideGate(course.gate().id, Decision.CONTINUE),
                            by=other.viewer(Role.CLINICIAN), now=NOW)
    assert isinstance(found, NotFound)
    assert course.count(Gate, Gate.decision.is_not(None)) == 0


def test_released_steps_that_get_new_times_wait_again_until_it_is_decided(course: Book) -> None:
    course.give_three()
    deadline = course.gate().deadline
    run(Round(course.database, None, deadline))  # type: ignore[arg-type]
    with course.database.reading() as session:
        preview = preview_replan(session, ReplanSeries(course.series_id), by=course.kit.viewer(), now=deadline)
    assert len(preview.moves) == 3
    placed = course.do(apply_replan, ApplyReplan(
        preview.command, preview.plan.places, preview.fingerprint, "late"), now=deadline)
    assert course.statuses()[4:] == ["held"] * 3
    assert course.gate(deadline).state in (GateState.WAITING, GateState.URGENT)
    assert isinstance(course.do(undo_change, UndoChange(placed.change_id), now=deadline), Undone)
    assert course.statuses()[4:] == ["cancelled"] * 3 and course.count(Hold) == 0
    done = course.decide(Decision.CONTINUE, deadline)
    assert done.appointment_ids == () and course.gate(deadline).state == GateState.DECIDED


def test_a_kept_visit_is_moved_and_stays_kept_and_its_deadline_moves_with_it(course: Book) -> None:
    row = course.rows()[4]
    start = row.wall_start + timedelta(days=1)
    done = course.do(move_visit, MoveVisit(row.id, row.version, start, None, "asked for it"))
    assert not isinstance(done, Refused), done
    assert course.rows()[4].status == S.HELD and course.rows()[4].wall_start == start
    assert course.gate().deadline == course.rows()[4].starts_at - timedelta(hours=12)
    assert course.count(Message, Message.kind == MessageKind.CHANGE) == 0
    assert isinstance(course.do(undo_change, UndoChange(done.change_id)), Undone)
    assert course.rows()[4].wall_start == row.wall_start and course.rows()[4].status == S.HELD
