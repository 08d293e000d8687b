"""What happened to a visit, and what was called off, each with its way back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models import Appointment, AuditEntry, Claim, InfusionRecord, Series, TherapySession
from scheduler.database import Database
from scheduler.planning.lifecycle import AppointmentStatus, MoveNotAllowed, SeriesStatus
from scheduler.planning.words import Role
from scheduler.services.changing.cancel import (
    CancelVisit,
    StopSeries,
    UndoCancel,
    UndoStop,
    cancel_visit,
    stop_series,
    undo_cancel,
    undo_stop,
)
from scheduler.services.changing.record_visit import Happened, RecordVisit, UndoRecord, record_visit, undo_record
from scheduler.services.conflicts import InThePast, NotAsked, ReasonMissing, ResourceTaken
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, Kit, build_clinic
from tests.services.series_kit import book, build_course

A, S = AppointmentStatus, SeriesStatus
AFTER = NOW + timedelta(days=60)


def record(database: Database, kit: Kit, row_id: int, what: Happened, now=AFTER, note: str = ""):
    with database.writing() as session:
        return record_visit(session, RecordVisit(row_id, what, note), by=kit.viewer(Role.CLINICIAN), now=now)


def undo(database: Database, kit: Kit, row_id: int, now=AFTER):
    with database.writing() as session:
        return undo_record(session, UndoRecord(row_id), by=kit.viewer(Role.CLINICIAN), now=now)


def cancel(database: Database, kit: Kit, row_id: int, reason: str = "flu", now=NOW):
    with database.writing() as session:
        return cancel_visit(session, CancelVisit(row_id, reason), by=kit.viewer(), now=now)


def claims_of(database: Database, row_id: int) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Claim).where(Claim.appointment_id == row_id))


def test_an_infusion_is_checked_in_started_and_given_with_a_note(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[1]
    for what in (Happened.ARRIVED, Happened.STARTED, Happened.DONE):
        done = record(database, kit, row_id, what, note=" calm ")
    assert (done.status, done.series_status) == (A.FULFILLED, S.ACTIVE)
    with database.reading() as session:
        (note,) = session.scalars(select(InfusionRecord)).all()
        assert (note.note, note.recorded_by, note.appointment_id) == ("calm", kit.staff[Role.CLINICIAN], row_id)
        verbs = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["book", "check in", "start", "record"]


def test_every_record_can_be_taken_back(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[0]
    for what in (Happened.ARRIVED, Happened.STARTED, Happened.DONE):
        record(database, kit, row_id, what)
    assert undo(database, kit, row_id).status == A.ARRIVED
    with database.reading() as session:
        assert session.scalars(select(TherapySession)).all() == []
    assert undo(database, kit, row_id).status == A.BOOKED
    assert isinstance(undo(database, kit, row_id), Refused)


def test_a_series_is_completed_by_its_last_visit_and_active_again_when_that_is_taken_back(
        database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    cancel(database, kit, booked.appointment_ids[6])
    results = [record(database, kit, row_id, Happened.DONE) for row_id in booked.appointment_ids[:6]]
    assert [result.series_status for result in results] == [S.ACTIVE] * 5 + [S.COMPLETED]
    assert undo(database, kit, booked.appointment_ids[5]).series_status == S.ACTIVE


def test_a_missed_visit_gives_its_time_back_and_takes_it_again(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[1]
    assert record(database, kit, row_id, Happened.NO_SHOW).status == A.NO_SHOW
    assert claims_of(database, row_id) == 0
    assert undo(database, kit, row_id).status == A.BOOKED
    assert claims_of(database, row_id) == 4


def test_a_visit_that_has_not_begun_is_neither_missed_nor_given(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[1]
    for what in (Happened.NO_SHOW, Happened.DONE):
        assert isinstance(record(database, kit, row_id, what, now=NOW).conflicts[0], NotAsked)


def test_a_move_that_the_table_lacks_is_refused_with_its_sentence(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[1]
    record(database, kit, row_id, Happened.DONE)
    assert record(database, kit, row_id, Happened.NO_SHOW).conflicts == (
        MoveNotAllowed("appointment", A.FULFILLED, A.NO_SHOW),)


def test_two_check_ins_at_once_are_one(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[1]
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: record(database, kit, row_id, Happened.ARRIVED), range(6)))
    assert sum(not isinstance(result, Refused) for result in results) == 1


def test_cancelling_a_visit_loses_nothing_else_of_its_series(database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    assert cancel(database, kit, booked.appointment_ids[3]).series_status == S.ACTIVE
    with database.reading() as session:
        rows = session.scalars(select(Appointment).order_by(Appointment.ordinal)).all()
        assert [row.status for row in rows] == [A.BOOKED] * 3 + [A.CANCELLED] + [A.BOOKED] * 3
        assert (rows[3].ended_reason, rows[3].version) == ("flu", 2)
    assert claims_of(database, booked.appointment_ids[3]) == 0


def test_a_cancellation_says_why(database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    assert cancel(database, kit, booked.appointment_ids[3], " ").conflicts == (ReasonMissing(),)
    with database.writing() as session:
        refused = stop_series(session, StopSeries(booked.series_id, ""), by=kit.viewer(), now=NOW)
    assert refused.conflicts == (ReasonMissing(),)


def test_a_cancelled_visit_comes_back_where_its_time_is_still_free(database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    row_id = booked.appointment_ids[3]
    cancel(database, kit, row_id)
    with database.writing() as session:
        back = undo_cancel(session, UndoCancel(row_id), by=kit.viewer(), now=NOW)
    assert back.appointment_ids == (row_id,)
    assert claims_of(database, row_id) == 4


def test_a_cancelled_visit_whose_time_is_gone_names_who_has_what(database: Database, kit: Kit) -> None:
    first = build_course(database, kit)
    row_id = book(database, first).appointment_ids[3]
    cancel(database, kit, row_id)
    with database.writing() as session:
        for row in session.scalars(select(Appointment).where(Appointment.id != row_id)).all():
            cancel_visit(session, CancelVisit(row.id, "x"), by=kit.viewer(), now=NOW)
    book(database, build_course(database, kit, protocol_id=first.protocol_id, family="Other"), key="two")
    with database.writing() as session:
        refused = undo_cancel(session, UndoCancel(row_id), by=kit.viewer(), now=NOW)
    assert {(type(one), one.name) for one in refused.conflicts} == {(ResourceTaken, "chair-1")}
    assert claims_of(database, row_id) == 0


def test_a_cancelled_visit_of_the_past_does_not_come_back(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[3]
    cancel(database, kit, row_id)
    with database.writing() as session:
        refused = undo_cancel(session, UndoCancel(row_id), by=kit.viewer(), now=AFTER)
    assert refused.conflicts == (InThePast(),)


def test_a_stopped_series_keeps_what_happened_and_can_run_again(database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    cancel(database, kit, booked.appointment_ids[5])
    now = NOW + timedelta(days=4)
    record(database, kit, booked.appointment_ids[0], Happened.DONE, now=now)
    with database.writing() as session:
        stopped = stop_series(session, StopSeries(booked.series_id, "moved away"), by=kit.viewer(), now=now)
    assert stopped.appointment_ids == tuple(booked.appointment_ids[at] for at in (1, 2, 3, 4, 6))
    assert stopped.series_status == S.STOPPED
    with database.reading() as session:
        assert session.get(Series, booked.series_id).ended_reason == "moved away"
    with database.writing() as session:
        again = undo_stop(session, UndoStop(booked.series_id), by=kit.viewer(), now=now)
    assert (again.appointment_ids, again.series_status) == (stopped.appointment_ids, S.ACTIVE)


@pytest.mark.parametrize("verb", ["record", "undo", "cancel", "undo cancel", "stop", "undo stop"])
def test_another_clinics_rows_are_not_found(database: Database, kit: Kit, verb: str) -> None:
    booked = book(database, build_course(database, kit))
    row_id, series_id = booked.appointment_ids[0], booked.series_id
    with database.writing() as session:
        by = build_clinic(session, "Birch Clinic").viewer()
        acts = {
            "record": lambda: record_visit(session, RecordVisit(row_id, Happened.ARRIVED), by=by, now=NOW),
            "undo": lambda: undo_record(session, UndoRecord(row_id), by=by, now=NOW),
            "cancel": lambda: cancel_visit(session, CancelVisit(row_id, "x"), by=by, now=NOW),
            "undo cancel": lambda: undo_cancel(session, UndoCancel(row_id), by=by, now=NOW),
            "stop": lambda: stop_series(session, StopSeries(series_id, "x"), by=by, now=NOW),
            "undo stop": lambda: undo_stop(session, UndoStop(series_id), by=by, now=NOW),
        }
        assert isinstance(acts[verb](), NotFound)
