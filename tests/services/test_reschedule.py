"""Visits move in place, alone or with the rest of their series, and the number of visits stays what it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from models import Appointment, AuditEntry, Claim, Message, Series
from scheduler.database import Database
from scheduler.planning.broken_rules import BrokenRule
from scheduler.planning.lifecycle import AppointmentStatus, MessageState, SeriesStatus
from scheduler.planning.words import Role
from scheduler.services.booking.book_visit import BookVisit, book_visit
from scheduler.services.booking.free_times import MoveTimes, move_times
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.changing.cancel import CancelVisit, cancel_visit
from scheduler.services.changing.move_conflicts import CliniciansOnly, TakenThen
from scheduler.services.changing.record_visit import Happened, RecordVisit, record_visit
from scheduler.services.changing.replan import ReplanSeries, preview_replan
from scheduler.services.changing.reschedule import Moved, MoveVisit, move_visit
from scheduler.services.clean_book import booking
from scheduler.services.conflicts import (
    InThePast,
    NotAsked,
    ResourceTaken,
    RulesBroken,
    Stale,
)
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, Kit, build_clinic, build_patient
from tests.services.series_kit import MONDAY, book, build_course

A = AppointmentStatus


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute))


def move(database: Database, kit: Kit, row_id: int, start: datetime, version: int = 1, now=NOW, why: str = "",
         role: Role | None = None, **resources):
    """Move as the desk does it; with a reason as a clinician does."""
    chosen = {kind: kit.resources[name] for kind, name in resources.items()} or None
    by = kit.viewer(role or (Role.CLINICIAN if why else Role.FRONT_DESK))
    with booking(database, now=now) as session:
        return move_visit(session, MoveVisit(row_id, version, start, chosen, why), by=by, now=now)


def cancel(database: Database, kit: Kit, row_id: int, now=NOW):
    with database.writing() as session:
        return cancel_visit(session, CancelVisit(row_id, "flu"), by=kit.viewer(), now=now)


def test_a_visit_moves_in_place_and_is_to_be_confirmed_again(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[3]
    with database.writing() as session:
        session.get(Appointment, row_id).confirmed_at = NOW
    moved = move(database, kit, row_id, at(7, 14))
    assert isinstance(moved, Moved)
    with database.reading() as session:
        row = session.get(Appointment, row_id)
        assert (row.wall_start, row.version, row.confirmed_at) == (at(7, 14), 2, None)
        assert (row.step, row.ordinal) == ("inf-3", 4)
        assert session.scalar(select(func.count()).select_from(Appointment)) == 7
        assert session.scalar(select(func.count()).select_from(Claim)) == 26
        live = session.scalars(select(Message).where(
            Message.appointment_id == row_id, Message.state != MessageState.SUPERSEDED)).all()
        assert live and {message.appointment_version for message in live} == {2}


def test_a_move_keeps_every_rule(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[3]
    assert {type(one) for one in move(database, kit, row_id, at(7, 7)).conflicts} == {RulesBroken}
    for start in (at(12, 9), at(14, 9)):
        assert {type(one) for one in move(database, kit, row_id, start).conflicts} <= {BrokenRule, CliniciansOnly}
    assert move(database, kit, row_id, at(-7, 9)).conflicts == (InThePast(),)
    assert isinstance(move(database, kit, row_id, at(7, 9)).conflicts[0], NotAsked)


def test_the_protocols_days_are_overridden_with_a_reason_that_is_kept(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[3]
    assert isinstance(move(database, kit, row_id, at(8, 9)), Refused)
    assert isinstance(move(database, kit, row_id, at(8, 9), why="the clinician asked for it"), Moved)
    assert isinstance(move(database, kit, row_id, at(15, 9), version=2, why="after the next one"), Refused)
    assert isinstance(move(database, kit, row_id, at(8, 7), version=2, why="before the doors open"), Refused)
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (entry.verb, entry.detail["reason"]) == ("reschedule", "the clinician asked for it")


def test_a_chosen_chair_that_is_taken_is_named(database: Database, kit: Kit) -> None:
    first = build_course(database, kit)
    book(database, first)
    other = build_course(database, kit, protocol_id=first.protocol_id, family="Other")
    row_id = book(database, other, key="two", chair="chair-2", nurse="rn-2", therapist="th-2").appointment_ids[3]
    refused = move(database, kit, row_id, at(7, 10), chair="chair-1", nurse="rn-2")
    assert [(type(one), one.name) for one in refused.conflicts] == [(ResourceTaken, "chair-1")]
    assert isinstance(move(database, kit, row_id, at(7, 10)), Moved)


def test_where_nobody_is_free_that_is_said(database: Database, kit: Kit) -> None:
    first = build_course(database, kit)
    book(database, first)
    for n, chair in ((2, "chair-2"), (3, "chair-3")):
        other = build_course(database, kit, protocol_id=first.protocol_id, family=f"O{n}")
        row_ids = book(database, other, key=str(n), chair=chair, nurse="rn-2", therapist="th-2",
                       hour=9 if n == 2 else 10).appointment_ids
    refused = move(database, kit, row_ids[3], at(7, 12, 5))
    assert isinstance(refused, Moved)
    last = build_course(database, kit, protocol_id=first.protocol_id, family="Last")
    mine = book(database, last, key="last", hour=14).appointment_ids[3]
    assert move(database, kit, mine, at(7, 10, 55)).conflicts == (
        TakenThen(at(7, 10, 55), ("every chair",), "inf-3"),)


def test_a_visit_that_somebody_else_moved_is_stale(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[3]
    move(database, kit, row_id, at(7, 14))
    assert move(database, kit, row_id, at(7, 14)).conflicts == (Stale(row_id),)


def test_of_two_moves_onto_one_chair_at_once_one_wins(database: Database, kit: Kit) -> None:
    first = build_course(database, kit)
    ids = [book(database, first).appointment_ids[3]]
    for n, places in enumerate(({"chair": "chair-2", "therapist": "th-2"}, {"chair": "chair-3", "hour": 13})):
        other = build_course(database, kit, protocol_id=first.protocol_id, family=f"P{n}")
        ids.append(book(database, other, key=f"k{n}", nurse="rn-2", **places).appointment_ids[3])
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(
            lambda row_id: move(database, kit, row_id, at(7, 14), chair="chair-1", nurse="rn-1"), ids))
    assert sum(isinstance(result, Moved) for result in results) == 1
    refused = [one for result in results if isinstance(result, Refused) for one in result.conflicts]
    assert {type(one) for one in refused} <= {ResourceTaken}


def test_ten_moves_of_one_visit_at_once_are_one(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[3]
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda n: move(database, kit, row_id, at(7, 10 + n % 4)), range(6)))
    assert sum(isinstance(result, Moved) for result in results) == 1
    with database.reading() as session:
        assert session.get(Appointment, row_id).version == 2


def test_the_times_offered_for_a_move_are_those_that_are_accepted(database: Database, kit: Kit) -> None:
    row_id = book(database, build_course(database, kit)).appointment_ids[3]
    day = (MONDAY + timedelta(days=7))
    with database.reading() as session:
        times = move_times(session, MoveTimes(row_id, day, day), by=kit.viewer(), now=NOW)
    starts = [one.wall_start for one in times]
    assert (starts[0], starts[-1]) == (at(7, 8), at(7, 15, 55))
    assert len(starts) == 96
    assert isinstance(move(database, kit, row_id, starts[-1], chair="chair-1", nurse="rn-1"), Moved)


def test_a_completed_series_runs_again_when_a_lost_visit_is_placed(database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    cancel(database, kit, booked.appointment_ids[6])
    now = NOW + timedelta(days=16)
    with database.writing() as session:
        for row_id in booked.appointment_ids[:6]:
            done = record_visit(session, RecordVisit(row_id, Happened.DONE), by=kit.viewer(), now=now)
    assert done.series_status == SeriesStatus.COMPLETED
    assert isinstance(move(database, kit, booked.appointment_ids[6], at(14, 14), version=2, now=now), Moved)
    with database.reading() as session:
        assert session.get(Series, booked.series_id).status == SeriesStatus.ACTIVE


def test_another_clinics_visits_and_series_are_not_found(database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    with database.writing() as session:
        by = build_clinic(session, "Birch Clinic").viewer()
        command = MoveVisit(booked.appointment_ids[0], 1, at(1, 9))
        assert isinstance(move_visit(session, command, by=by, now=NOW), NotFound)
        assert isinstance(preview_replan(session, ReplanSeries(booked.series_id), by=by, now=NOW), NotFound)
        times = MoveTimes(booked.appointment_ids[0], MONDAY, MONDAY)
        assert isinstance(move_times(session, times, by=by, now=NOW), NotFound)


def test_a_single_visit_moves_to_an_earlier_day_as_well(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        patient_id = build_patient(session, kit)
    there = VisitPlace(kit.visit_types["therapy"], at(7, 9), {"therapist": kit.resources["th-1"]})
    with booking(database, now=NOW) as session:
        row_id = book_visit(session, BookVisit(patient_id, there, "key"), by=kit.viewer(), now=NOW).appointment_id
    assert isinstance(move(database, kit, row_id, at(2, 15)), Moved)
    assert isinstance(move(database, kit, row_id, at(9, 15), version=2), Moved)
