"""The test clock: some weeks in which every promise about messages is kept, and a referee who would tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from models import Message, Patient, migrations
from scheduler.commands import simulate
from scheduler.commands.simulated.ports import Sent
from scheduler.commands.simulated.referee import look
from scheduler.database import Database
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel
from tests.builders import NOW
from tests.services.test_owe_messages import Book


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('year') / 'year.sqlite3'}")
    migrations.upgrade(database.engine)
    yield simulate.simulate(database, days=24, series=3, seed=1)
    database.dispose()


def test_some_weeks_keep_every_promise(lived) -> None:
    done, found = lived
    assert found.breaches == ()
    assert done["series booked"] == 3 and done["visits record"] > 5 and done["rules changed"] == 3
    assert found.counted["letters out"] + found.counted["texts out"] > 10
    assert found.counted["texts out"] > 0


def sentences(session, kit, *sent: Sent) -> str:
    return " / ".join(look(session, kit.clinic_id, sent, NOW + timedelta(days=1)).breaches)


@pytest.fixture
def book(database, kit) -> Book:
    made = Book(database, kit, visits=2)
    made.owe("booked")
    return made


def test_the_referee_sees_a_message_at_night_and_in_the_patients_quiet_hours(book, database, kit) -> None:
    with database.writing() as session:
        row = session.query(Message).filter_by(kind="one day before").first()
        night = Sent(NOW.replace(hour=3), Channel.EMAIL, row.key, 10)
        assert f"message {row.id} went out at 23:00:00 of the patient" in sentences(session, kit, night)
        patient = session.get_one(Patient, book.patient_id)
        patient.quiet_from, patient.quiet_until = NOW.replace(hour=9).time(), NOW.replace(hour=11).time()
        assert "own quiet hours" in sentences(session, kit, Sent(NOW, Channel.EMAIL, row.key, 10))


def test_the_referee_sees_one_text_too_many_and_one_too_long(book, database, kit) -> None:
    with database.writing() as session:
        rows = session.query(Message).filter_by(patient_id=book.patient_id).all()
        told = sentences(session, kit, *(Sent(NOW, Channel.TEXT, row.key, 161) for row in rows[:2]))
        assert f"patient {book.patient_id} had 2 texts on 2027-04-02" in told and "has 161 characters" in told
        week = [Sent(NOW + timedelta(days=day), Channel.TEXT, row.key, 9) for day, row in enumerate(rows[:4])]
        assert "had 4 texts in the seven days from 2027-04-02" in sentences(session, kit, *week)


def test_the_referee_sees_what_came_twice_what_is_lost_and_what_was_never_owed(book, database, kit) -> None:
    with database.writing() as session:
        row = session.query(Message).filter_by(kind="confirmation").one()
        told = sentences(session, kit, *[Sent(NOW, Channel.EMAIL, row.key, 9)] * 2)
        assert f"message {row.id} went out 2 times" in told
        assert f"message {row.id} is written down as not sent, which is not so" in told
        assert f"message {row.id} was due at {row.due_at} and still waits" in told
        row.state = MessageState.DELIVERED
        session.flush()
        assert f"message {row.id} is delivered, and its life does not end so" in sentences(session, kit)
