"""What a patient is owed when visits are booked, moved or cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models import Appointment, Clinic, Message, Patient
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.reminders import VisitFacts
from scheduler.planning.words import Channel, MessageKind, VisitKind
from scheduler.services.messages.owe_messages import owe_messages, preview_messages
from tests.builders import NOW, build_patient, build_series, build_visit

K, S = MessageKind, MessageState
NEWS = (K.CONFIRMATION, K.CHANGE, K.CANCELLATION)


class Book:
    """A patient's series with visits a week, a week and two days … from now, and what is owed for them."""

    def __init__(self, database, kit, visits: int = 2, consents=(Channel.EMAIL,), series: bool = True, **patient):
        self.database, self.kit = database, kit
        with database.writing() as session:
            self.patient_id = build_patient(session, kit, consents=consents, **patient)
            self.series_id = build_series(session, kit, self.patient_id) if series else None
            self.visit_ids = [
                build_visit(session, kit, self.patient_id, NOW + timedelta(days=7 + 2 * n), series_id=self.series_id,
                            step=f"i{n + 1}" if series else None) for n in range(visits)]

    def owe(self, why: str, *visits: int, now: datetime = NOW):
        with self.database.writing() as session:
            return owe_messages(
                session, clinic_id=self.kit.clinic_id, patient_id=self.patient_id, series_id=self.series_id, now=now,
                appointment_ids=[self.visit_ids[n] for n in (visits or range(len(self.visit_ids)))], why=why)

    def move(self, visit: int, by: timedelta) -> None:
        with self.database.writing() as session:
            row = session.get(Appointment, self.visit_ids[visit])
            row.starts_at, row.ends_at, row.version = row.starts_at + by, row.ends_at + by, row.version + 1

    def cancel(self, visit: int) -> None:
        with self.database.writing() as session:
            session.get(Appointment, self.visit_ids[visit]).status = AppointmentStatus.CANCELLED

    def mark_sent(self, *kinds: MessageKind) -> None:
        with self.database.writing() as session:
            for message in session.scalars(select(Message).where(Message.kind.in_(kinds))):
                message.state, message.sent_at = S.SENT, NOW

    def live(self, *kinds: MessageKind) -> list[tuple]:
        with self.database.reading() as session:
            rows = session.scalars(select(Message).where(
                Message.kind.in_(kinds), Message.state != S.SUPERSEDED).order_by(Message.due_at, Message.id)).all()
            return [(row.kind, row.state, self._name(row)) for row in rows]

    def _name(self, row: Message) -> str | int:
        return "all" if row.appointment_id is None else self.visit_ids.index(row.appointment_id)


def test_a_booked_series_owes_one_confirmation_and_reminders_for_each_visit(database, kit):
    rows = Book(database, kit).owe("booked")
    told = {(row.kind, row.due_at) for row in rows if row.state in (S.PLANNED, S.SHIFTED)}
    first, second = NOW + timedelta(days=7), NOW + timedelta(days=9)
    evening = timedelta(hours=8)
    assert told == {
        (K.CONFIRMATION, NOW),
        (K.THREE_DAYS, first - timedelta(days=3)), (K.ONE_DAY, first - timedelta(days=1)),
        (K.PREPARATION, first - timedelta(days=1) + evening), (K.AFTER_VISIT, first + timedelta(days=1)),
        (K.ONE_DAY, second - timedelta(days=1)), (K.PREPARATION, second - timedelta(days=1) + evening),
        (K.AFTER_VISIT, second + timedelta(days=1)),
    }
    merged = [row for row in rows if row.state == S.MERGED]
    assert [(row.kind, row.due_at) for row in merged] == [(K.THREE_DAYS, second - timedelta(days=3))]


def test_a_merged_message_names_the_one_that_says_it_too(database, kit):
    book = Book(database, kit)
    book.owe("booked")
    with database.reading() as session:
        merged = session.scalar(select(Message).where(Message.state == S.MERGED))
        keeper = session.get(Message, merged.merged_into_id)
        assert (merged.kind, keeper.kind) == (K.THREE_DAYS, K.ONE_DAY)
        assert [merged.appointment_id, keeper.appointment_id] == [book.visit_ids[1], book.visit_ids[0]]


def test_what_was_merged_into_a_message_that_steps_aside_is_owed_by_itself_again(database, kit):
    book = Book(database, kit)
    book.owe("booked")
    book.cancel(0)
    book.owe("cancelled", 0)
    assert book.live(K.THREE_DAYS) == [(K.THREE_DAYS, S.PLANNED, 1)]


def test_a_change_before_the_confirmation_has_left_needs_no_letter_of_its_own(database, kit):
    book = Book(database, kit)
    book.owe("booked")
    book.move(0, timedelta(hours=1))
    book.owe("changed", 0)
    assert book.live(*NEWS) == [(K.CONFIRMATION, S.PLANNED, "all")]


def test_a_single_visit_moved_before_its_confirmation_left_keeps_the_confirmation(database, kit):
    book = Book(database, kit, visits=1, series=False)
    book.owe("booked")
    book.move(0, timedelta(days=1))
    book.owe("changed")
    assert book.live(*NEWS) == [(K.CONFIRMATION, S.PLANNED, 0)]


def test_a_move_of_several_visits_is_told_once_and_takes_the_reminders_along(database, kit):
    book = Book(database, kit, visits=3)
    book.owe("booked")
    book.mark_sent(K.CONFIRMATION)
    for visit in (1, 2):
        book.move(visit, timedelta(days=1))
    book.owe("changed", 1, 2)
    assert book.live(K.CHANGE) == [(K.CHANGE, S.PLANNED, "all")]
    with database.reading() as session:
        for number, days in ((0, 7), (1, 10), (2, 12)):
            due = session.scalars(select(Message.due_at).where(
                Message.kind == K.ONE_DAY, Message.state != S.SUPERSEDED,
                Message.appointment_id == book.visit_ids[number])).all()
            assert due == [NOW + timedelta(days=days - 1)]


def test_two_moves_one_after_the_other_are_told_in_one_letter_if_none_has_left(database, kit):
    book = Book(database, kit)
    book.owe("booked")
    book.mark_sent(K.CONFIRMATION)
    for visit in (0, 1):
        book.move(visit, timedelta(days=1))
        book.owe("changed", visit)
    assert book.live(*NEWS) == [(K.CONFIRMATION, S.SENT, "all"), (K.CHANGE, S.PLANNED, "all")]


def test_a_reminder_that_was_sent_is_owed_anew_for_the_new_time(database, kit):
    book = Book(database, kit, visits=1)
    book.owe("booked")
    book.mark_sent(K.CONFIRMATION, K.THREE_DAYS)
    book.move(0, timedelta(days=7))
    book.owe("changed", now=NOW + timedelta(days=5))
    assert book.live(K.THREE_DAYS) == [(K.THREE_DAYS, S.PLANNED, 0)]
    with database.reading() as session:
        old = session.scalar(select(Message).where(Message.kind == K.THREE_DAYS, Message.state == S.SUPERSEDED))
        assert old.sent_at == NOW


def test_a_cancelled_visit_owes_the_cancellation_alone(database, kit):
    book = Book(database, kit, visits=1)
    book.owe("booked")
    book.mark_sent(K.CONFIRMATION)
    book.cancel(0)
    rows = book.owe("cancelled")
    assert [(row.kind, row.appointment_id) for row in rows] == [(K.CANCELLATION, book.visit_ids[0])]
    assert book.live(*MessageKind) == [(K.CANCELLATION, S.PLANNED, 0)]


def test_a_booking_taken_back_before_its_confirmation_left_is_a_slip_nobody_hears_of(database, kit):
    book = Book(database, kit)
    book.owe("booked")
    for visit in (0, 1):
        book.cancel(visit)
    assert book.owe("cancelled", now=NOW + timedelta(minutes=2)) == ()
    assert book.live(*MessageKind) == [(K.CONFIRMATION, S.PLANNED, "all")]


def test_a_cancellation_hours_after_the_booking_is_told_even_if_the_confirmation_still_waits(database, kit):
    book = Book(database, kit, visits=1)
    book.owe("booked")
    book.cancel(0)
    book.owe("cancelled", now=NOW + timedelta(hours=3))
    assert book.live(*NEWS) == [(K.CANCELLATION, S.PLANNED, 0)]


def test_a_cancelled_visit_booked_again_owes_everything_again(database, kit):
    book = Book(database, kit, visits=1)
    book.owe("booked")
    book.cancel(0)
    book.owe("cancelled")
    book.owe("booked")
    assert [kind for kind, _, _ in book.live(*MessageKind)] == [
        K.CONFIRMATION, K.THREE_DAYS, K.ONE_DAY, K.PREPARATION, K.AFTER_VISIT]


@pytest.mark.parametrize("consents, email, words", [
    ((), "ada@example.com", "cannot be reached"), ((Channel.EMAIL,), None, "cannot be reached"),
    ((Channel.TEXT,), "ada@example.com", "cannot be reached")])
def test_whoever_cannot_be_reached_is_owed_messages_that_say_so(database, kit, consents, email, words):
    rows = Book(database, kit, visits=1, consents=consents, email=email).owe("booked")
    assert len(rows) == 5
    assert all(words in row.reason for row in rows)


def test_whoever_wants_a_call_gets_no_letter(database, kit):
    book = Book(database, kit, visits=1)
    with database.writing() as session:
        session.get(Patient, book.patient_id).preferred_channel = Channel.CALL
    rows = book.owe("booked")
    assert {(row.state, row.reason) for row in rows} == {(S.SKIPPED, "The patient asked to be telephoned instead.")}


def test_text_falls_back_to_e_mail_while_there_is_no_gateway(database, kit):
    rows = Book(database, kit, visits=1, consents=(Channel.EMAIL, Channel.TEXT)).owe("booked")
    assert {row.channel for row in rows} == {Channel.EMAIL}


def test_the_clinics_sending_hours_hold(database, kit):
    book = Book(database, kit, visits=1)
    night = NOW + timedelta(hours=11)
    with database.writing() as session:
        assert session.get(Clinic, kit.clinic_id).messages_until.hour == 20
    rows = book.owe("booked", now=night)
    assert [(row.state, row.due_at) for row in rows if row.kind == K.CONFIRMATION] == [
        (S.SHIFTED, datetime.fromisoformat("2027-04-03T08:00-04:00"))]


def test_a_visit_that_has_begun_owes_nothing_and_another_patients_visit_is_not_touched(database, kit):
    book, other = Book(database, kit, visits=1), Book(database, kit, visits=1)
    other.owe("booked")
    assert book.owe("changed", now=NOW + timedelta(days=8)) == ()
    with database.writing() as session:
        assert owe_messages(session, clinic_id=kit.clinic_id, patient_id=book.patient_id, now=NOW, why="cancelled",
                            appointment_ids=other.visit_ids, series_id=None) == ()


def test_a_preview_is_what_booking_writes(database, kit):
    book = Book(database, kit)
    facts = [VisitFacts(visit, VisitKind.INFUSION, NOW + timedelta(days=7 + 2 * number))
             for number, visit in enumerate(book.visit_ids)]
    with database.reading() as session:
        preview = preview_messages(session, clinic_id=kit.clinic_id, patient_id=book.patient_id, visits=facts, now=NOW)
        assert session.scalars(select(Message)).all() == []
    written = book.owe("booked")
    assert [(row.kind, row.due_at, row.state, row.appointment_id) for row in preview] == [
        (row.kind, row.due_at, row.state, row.appointment_id) for row in written]
