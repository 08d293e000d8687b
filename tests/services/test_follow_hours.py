"""Other quiet hours of a patient or a clinic: what is planned is shifted at once, and its life says why."""

from __future__ import annotations

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models import Clinic, Message, MessageMove, Patient
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import MessageKind
from scheduler.services.messages.follow_hours import follow_hours
from tests.builders import NOW
from tests.services.test_owe_messages import Book

K, S = MessageKind, MessageState
NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


@pytest.fixture
def book(database, kit) -> Book:
    made = Book(database, kit, visits=1)
    made.owe("booked")
    return made


def quiet(book: Book, since: time | None, until: time | None, now=NOW + HOUR) -> int:
    with book.database.writing() as session:
        patient = session.get_one(Patient, book.patient_id)
        patient.quiet_from, patient.quiet_until = since, until
        return follow_hours(session, book.kit.clinic_id, patient_id=patient.id, now=now)


def waiting(book: Book, kind: MessageKind) -> tuple[int, MessageState, time, str]:
    with book.database.reading() as session:
        row = session.scalars(select(Message).where(Message.kind == kind, Message.state != S.SUPERSEDED)).one()
        return row.id, row.state, row.due_at.astimezone(NEW_YORK).time(), row.reason


def test_instructions_are_shifted_earlier_and_reminders_later_in_place(book) -> None:
    ready, reminder = waiting(book, K.PREPARATION), waiting(book, K.THREE_DAYS)
    assert ready[1:3] == (S.PLANNED, time(18)) and reminder[1:3] == (S.PLANNED, time(10))
    assert quiet(book, time(17), time(11)) == 4
    id_, state, at, reason = waiting(book, K.PREPARATION)
    assert (id_, state, at) == (ready[0], S.SHIFTED, time(16, 30))
    assert reason == ("The patient's quiet hours changed. Sent earlier, because its own hour is in the patient's quiet "
                      "hours.")
    assert waiting(book, K.THREE_DAYS)[:3] == (reminder[0], S.SHIFTED, time(11))
    with book.database.reading() as session:
        life = session.scalars(select(MessageMove).where(MessageMove.message_id == ready[0])
                               .order_by(MessageMove.id)).all()
        assert [(one.state, one.reason[:19]) for one in life] == [(S.PLANNED, ""), (S.SHIFTED, "The patient's quiet")]


def test_without_quiet_hours_they_come_back_to_their_own_hour_and_twice_is_nothing(book) -> None:
    quiet(book, time(17), time(11))
    assert quiet(book, time(17), time(11)) == 0
    assert quiet(book, None, None) == 4
    _, state, at, reason = waiting(book, K.PREPARATION)
    assert (state, at) == (S.SHIFTED, time(18))
    assert reason == "The patient's quiet hours changed. It goes out at its own hour."
    assert quiet(book, None, None) == 0


def test_what_has_gone_and_what_is_due_this_moment_stays(book) -> None:
    book.mark_sent(K.THREE_DAYS)
    due = NOW + timedelta(days=6)
    before = waiting(book, K.ONE_DAY)
    quiet(book, time(9), time(12), now=due)
    assert waiting(book, K.ONE_DAY) == before and waiting(book, K.THREE_DAYS)[1] == S.SENT


def test_a_message_without_a_moment_left_is_skipped_with_the_reason(book) -> None:
    quiet(book, time(7), time(20))
    _, state, _, reason = waiting(book, K.ONE_DAY)
    assert state == S.SKIPPED and reason.startswith("The patient's quiet hours changed.")


def test_the_clinics_hours_shift_every_patients_messages_and_another_patient_is_left_alone(book) -> None:
    other = Book(book.database, book.kit, visits=1)
    other.owe("booked")
    assert quiet(other, time(17), time(11)) == 4
    assert waiting_of(book, K.THREE_DAYS)[0] == time(10)
    with book.database.writing() as session:
        session.get_one(Clinic, book.kit.clinic_id).messages_from = time(12)
        assert follow_hours(session, book.kit.clinic_id, now=NOW + HOUR) >= 6
    for one in (book, other):
        at, reason = waiting_of(one, K.THREE_DAYS)
        assert at == time(12) and reason.startswith("The clinic's hours for messages changed.")


def waiting_of(book: Book, kind: MessageKind) -> tuple[time, str]:
    with book.database.reading() as session:
        row = session.scalars(select(Message).where(Message.kind == kind, Message.patient_id == book.patient_id,
                                                    Message.state != S.SUPERSEDED)).one()
        return row.due_at.astimezone(NEW_YORK).time(), row.reason
