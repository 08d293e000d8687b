"""Pause, resume, defer, omit, cease: what each does to a booked course, what is said, and the way back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from models import Appointment, AuditEntry, Claim, InfusionRecord, Message, Series
from scheduler.database import Database
from scheduler.planning.lifecycle import AppointmentStatus, Departure, SeriesStatus
from scheduler.planning.words import Role
from scheduler.services.changing.apply_replan import ApplyReplan, apply_replan
from scheduler.services.changing.pause import (
    PauseSeries,
    ResumeSeries,
    UndoPause,
    pause_series,
    resume_series,
    undo_pause,
)
from scheduler.services.changing.record_visit import Happened, RecordVisit, record_visit
from scheduler.services.changing.replan import NoReplan, ReplanPreview, ReplanSeries, preview_replan
from scheduler.services.changing.set_aside import SetAside, UndoSetAside, set_aside, undo_set_aside
from scheduler.services.changing.undo_change import UndoChange, Undone, undo_change
from scheduler.services.clean_book import booking
from scheduler.services.refusal import Refused
from tests.builders import NOW, Kit, build_clinic
from tests.services.series_kit import book, build_course

S, D = AppointmentStatus, Departure


class Book:
    """A booked course of a preparation and six infusions, and what can be done to it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.writing() as session:
            self.kit: Kit = build_clinic(session)
        booked = book(database, build_course(database, self.kit))
        self.series_id, self.ids = booked.series_id, booked.appointment_ids

    def do(self, verb, command, role: Role = Role.CLINICIAN, now=NOW):
        with booking(self.database, now=now) as session:
            return verb(session, command, by=self.kit.viewer(role), now=now)

    def rows(self) -> list[Appointment]:
        with self.database.reading() as session:
            return list(session.scalars(select(Appointment).where(Appointment.series_id == self.series_id)
                                        .order_by(Appointment.ordinal)))

    def series(self) -> Series:
        with self.database.reading() as session:
            return session.get(Series, self.series_id)

    def facts(self) -> list[tuple]:
        """How every visit stands, and what is said of it."""
        return [(row.status, row.starts_at, row.departure, row.departed_at, row.not_before, row.ended_at,
                 row.ended_reason, row.gave_back) for row in self.rows()]

    def letters(self) -> list[tuple]:
        """Every message that is to go out."""
        with self.database.reading() as session:
            return [tuple(one) for one in session.execute(
                select(Message.id, Message.kind, Message.state, Message.appointment_id).order_by(Message.id))]

    def claims(self, id_: int) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Claim).where(Claim.appointment_id == id_))

    def give(self, *numbers: int) -> None:
        """Record infusions (1 to 6) as given at their times."""
        for number in numbers:
            row = self.rows()[number]
            now = row.starts_at + timedelta(hours=2)
            assert not isinstance(self.do(record_visit, RecordVisit(row.id, Happened.DONE), now=now), Refused)

    def preview(self, now=NOW):
        with self.database.reading() as session:
            return preview_replan(session, ReplanSeries(self.series_id), by=self.kit.viewer(), now=now)


@pytest.fixture
def course(database: Database) -> Book:
    return Book(database)


def test_a_pause_gives_every_time_back_and_undo_takes_them_again(course: Book) -> None:
    done = course.do(pause_series, PauseSeries(course.series_id, "away"))
    assert done.series_status == SeriesStatus.ON_HOLD and len(done.appointment_ids) == 7
    assert {row.status for row in course.rows()} == {S.CANCELLED}
    assert course.claims(course.ids[1]) == 0
    assert isinstance(course.do(pause_series, PauseSeries(course.series_id, "again")), Refused)
    back = course.do(undo_pause, UndoPause(course.series_id))
    assert back.series_status == SeriesStatus.ACTIVE
    assert {row.status for row in course.rows()} == {S.BOOKED} and course.claims(course.ids[1]) > 0


def test_a_pause_says_why_and_a_paused_series_places_nothing(course: Book) -> None:
    assert isinstance(course.do(pause_series, PauseSeries(course.series_id, " ")), Refused)
    course.do(pause_series, PauseSeries(course.series_id, "away"))
    assert isinstance(course.preview(), Refused)


def test_a_resumed_series_is_planned_from_the_day_it_goes_on(course: Book) -> None:
    course.give(1, 2)
    third = course.rows()[3].starts_at - timedelta(hours=20)
    course.do(pause_series, PauseSeries(course.series_id, "away"), now=third)
    assert course.series().ended_reason == "away"
    on = date(2027, 4, 15)
    resumed = course.do(resume_series, ResumeSeries(course.series_id, on, "back"), now=third)
    assert resumed.series_status == SeriesStatus.ACTIVE and len(resumed.appointment_ids) == 4
    found = course.preview(now=third)
    if isinstance(found, NoReplan):
        way = next(way.command for way in found.ways_out if way.command.beyond)
        with course.database.reading() as session:
            found = preview_replan(session, way, by=course.kit.viewer(), now=third)
    assert isinstance(found, ReplanPreview)
    assert min(move.after.wall_start.date() for move in found.moves) == on
    assert found.staying == 3


def test_to_resume_is_taken_back_as_if_the_pause_had_gone_on(course: Book) -> None:
    course.do(pause_series, PauseSeries(course.series_id, "away"))
    before, paused, letters = course.facts(), course.series(), course.letters()
    done = course.do(resume_series, ResumeSeries(course.series_id, date(2028, 1, 3), "back"))
    assert isinstance(course.do(undo_change, UndoChange(done.change_id)), Undone)
    after = course.series()
    assert (after.status, after.ended_at, after.ended_reason, after.latest_on) == (
        paused.status, paused.ended_at, "away", paused.latest_on)
    assert course.facts() == before and course.letters() == letters, "the letter about the pause still goes out"
    assert "already" in course.do(undo_change, UndoChange(done.change_id)).sentence
    back = course.do(undo_pause, UndoPause(course.series_id))
    assert len(back.appointment_ids) == 7 and {row.status for row in course.rows()} == {S.BOOKED}


def test_to_resume_is_not_taken_back_once_a_visit_has_its_new_time(course: Book) -> None:
    course.do(pause_series, PauseSeries(course.series_id, "away"))
    done = course.do(resume_series, ResumeSeries(course.series_id, date(2027, 4, 15), "back"))
    shown = course.preview()
    placed = course.do(apply_replan, ApplyReplan(shown.command, shown.plan.places, shown.fingerprint))
    refused = course.do(undo_change, UndoChange(done.change_id))
    assert isinstance(refused, Refused) and "changed since" in refused.sentence
    assert isinstance(course.do(undo_change, UndoChange(placed.change_id)), Undone)
    assert course.series().status == SeriesStatus.ACTIVE


def test_a_series_is_not_resumed_into_the_past_or_without_a_pause(course: Book) -> None:
    assert isinstance(course.do(resume_series, ResumeSeries(course.series_id, NOW.date(), "x")), Refused)
    course.do(pause_series, PauseSeries(course.series_id, "away"))
    assert isinstance(
        course.do(resume_series, ResumeSeries(course.series_id, NOW.date() - timedelta(days=1), "x")), Refused)


def test_a_deferred_step_is_placed_anew_and_not_before_its_day(course: Book) -> None:
    last = course.rows()[6]
    until = last.starts_on + timedelta(days=1)
    done = course.do(set_aside, SetAside(last.id, D.DEFERRED, "wishes to wait", until))
    assert (done.status, done.series_status) == (S.CANCELLED, SeriesStatus.ACTIVE)
    found = course.preview()
    assert [move.appointment_id for move in found.moves] == [last.id]
    assert found.moves[0].after.wall_start.date() >= until


def test_an_omitted_step_is_left_out_of_the_course(course: Book) -> None:
    course.do(set_aside, SetAside(course.ids[4], D.OMITTED, "agreed"))
    with course.database.reading() as session:
        found = preview_replan(session, ReplanSeries(course.series_id), by=course.kit.viewer(), now=NOW)
    assert not isinstance(found, Refused | NoReplan)
    assert all(move.appointment_id != course.ids[4] for move in found.moves)
    assert isinstance(course.do(set_aside, SetAside(course.ids[4], D.OMITTED, "twice")), Refused)


def test_a_series_ends_without_its_omitted_step_and_waits_for_a_deferred_one(course: Book) -> None:
    course.give(1, 2, 3, 4, 5)
    with course.database.writing() as session:
        session.get(Appointment, course.ids[0]).status = S.FULFILLED
    now = course.rows()[5].starts_at + timedelta(hours=5)
    done = course.do(set_aside, SetAside(course.ids[6], D.DEFERRED, "later"), now=now)
    assert done.series_status == SeriesStatus.ACTIVE
    done = course.do(set_aside, SetAside(course.ids[6], D.OMITTED, "enough"), now=now)
    assert done.series_status == SeriesStatus.COMPLETED


def test_setting_aside_is_taken_back_with_the_old_time(course: Book) -> None:
    for how in (D.DEFERRED, D.OMITTED):
        course.do(set_aside, SetAside(course.ids[3], how, "why"))
        assert course.claims(course.ids[3]) == 0
        back = course.do(undo_set_aside, UndoSetAside(course.ids[3]))
        assert back.status == S.BOOKED and course.claims(course.ids[3]) > 0
    assert course.rows()[3].departure is None


def test_a_missed_visit_that_was_left_out_is_still_missed_when_that_is_taken_back(course: Book) -> None:
    row = course.rows()[1]
    now = row.starts_at + timedelta(hours=1)
    course.do(record_visit, RecordVisit(row.id, Happened.NO_SHOW), now=now)
    course.do(set_aside, SetAside(row.id, D.OMITTED, "agreed"), now=now)
    back = course.do(undo_set_aside, UndoSetAside(row.id), now=now)
    assert back.status == S.NO_SHOW


def test_what_is_broken_off_counts_as_given_and_keeps_why(course: Book) -> None:
    row = course.rows()[1]
    assert isinstance(course.do(set_aside, SetAside(row.id, D.CEASED, "felt unwell")), Refused)
    course.do(record_visit, RecordVisit(row.id, Happened.ARRIVED), now=row.starts_at)
    course.do(record_visit, RecordVisit(row.id, Happened.STARTED), now=row.starts_at)
    done = course.do(set_aside, SetAside(row.id, D.CEASED, "felt unwell"), now=row.starts_at + timedelta(minutes=30))
    assert done.status == S.FULFILLED and course.claims(row.id) > 0
    with course.database.reading() as session:
        record = session.scalars(select(InfusionRecord).where(InfusionRecord.appointment_id == row.id)).one()
        assert record.note == "felt unwell"
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "cease")).one()
        assert entry.detail["reason"] == "felt unwell"
