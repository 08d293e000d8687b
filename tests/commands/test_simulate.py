"""The test clock: some weeks in which every promise about messages is kept, and a referee who would tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from models import Clinic, Consent, InboundText, Message, Patient, migrations
from scheduler.commands import simulate
from scheduler.commands.registry import main
from scheduler.commands.simulated.ports import Sent, Wished
from scheduler.commands.simulated.referee import look
from scheduler.database import Database
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel, Discretion, InboundMeaning, InboundState
from scheduler.services.clinic.open_clinic import NewClinic, open_clinic
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
    assert done["series booked"] == 3 and done["visits that took place"] > 5 and done["rules changed"] == 7
    assert done["single visits booked"] == 3 and done["by link: confirm"] and done["by link: move"]
    assert done["texts in: confirm"] and done["texts seen to by a person"]
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
        night = Sent(NOW.replace(hour=3), Channel.EMAIL, row.key, "Hello")
        assert f"message {row.id} went out at 23:00:00 of the patient" in sentences(session, kit, night)
        patient = session.get_one(Patient, book.patient_id)
        patient.quiet_from, patient.quiet_until = NOW.replace(hour=9).time(), NOW.replace(hour=11).time()
        assert "own quiet hours" in sentences(session, kit, Sent(NOW, Channel.EMAIL, row.key, "Hello"))


def test_the_referee_sees_one_text_too_many_and_one_too_long(book, database, kit) -> None:
    with database.writing() as session:
        rows = session.query(Message).filter_by(patient_id=book.patient_id).all()
        told = sentences(session, kit, *(Sent(NOW, Channel.TEXT, row.key, "x" * 161) for row in rows[:2]))
        assert f"patient {book.patient_id} had 2 texts on 2027-04-02" in told and "has 161 characters" in told
        week = [Sent(NOW + timedelta(days=day), Channel.TEXT, row.key, "Hello") for day, row in enumerate(rows[:4])]
        assert "had 4 texts in the seven days from 2027-04-02" in sentences(session, kit, *week)


def test_the_referee_sees_what_came_twice_what_is_lost_and_what_was_never_owed(book, database, kit) -> None:
    with database.writing() as session:
        row = session.query(Message).filter_by(kind="confirmation").one()
        told = sentences(session, kit, *[Sent(NOW, Channel.EMAIL, row.key, "Hello")] * 2)
        assert f"message {row.id} went out 2 times" in told
        assert f"message {row.id} is written down as not sent, which is not so" in told
        assert f"message {row.id} was due at {row.due_at} and still waits" in told
        row.state = MessageState.DELIVERED
        session.flush()
        assert f"message {row.id} is delivered, and its life does not end so" in sentences(session, kit)


def test_the_referee_sees_words_that_say_too_much_for_everybody_and_for_this_patient(book, database, kit) -> None:
    with database.writing() as session:
        row = session.query(Message).filter_by(patient_id=book.patient_id).first()
        patient = session.get_one(Patient, book.patient_id)
        patient.discretion = Discretion.LINK_ALONE
        told = sentences(session, kit, Sent(NOW, Channel.TEXT, row.key, "Your infusion is at 9:30"))
        assert f"message {row.id} says what somebody is treated for" in told
        assert f"text {row.id} names an hour, which its patient does not want" in told
        before = {patient.id: [Wished(NOW, None, None, Discretion.CLINIC_AND_TIME)]}
        assert "names an hour" not in " / ".join(look(
            session, kit.clinic_id, [Sent(NOW, Channel.TEXT, row.key, "At 9:30")], NOW, before).breaches)


def test_the_referee_sees_a_text_after_stop_and_a_text_that_nobody_saw_to(book, database, kit) -> None:
    with database.writing() as session:
        row = session.query(Message).filter_by(patient_id=book.patient_id).first()
        session.get_one(Patient, book.patient_id).telephone = "+13015550177"
        stop = InboundText(clinic_id=kit.clinic_id, reference="in", number="+13015550177", body="STOP", received_at=NOW,
                           meaning=InboundMeaning.STOP, state=InboundState.OPEN)
        session.add(stop)
        session.flush()
        late = Sent(NOW + timedelta(hours=1), Channel.TEXT, row.key, "Hello")
        told = sentences(session, kit, late)
        assert f"text {row.id} went out at" in told and f"nobody has seen to the text {stop.id}" in told
        session.add(Consent(clinic_id=kit.clinic_id, patient_id=book.patient_id, channel=Channel.TEXT,
                            granted_at=NOW + timedelta(minutes=30)))
        session.flush()
        assert "after the STOP" not in sentences(session, kit, late)


def test_the_referee_sees_words_of_crisis_that_nobody_was_alerted_to(database, kit) -> None:
    with database.writing() as session:
        text = InboundText(clinic_id=kit.clinic_id, reference="in", number="+13015550177", body="…", received_at=NOW,
                           meaning=InboundMeaning.CRISIS, state=InboundState.OPEN, alert_again_at=NOW)
        session.add(text)
        session.flush()
        told = sentences(session, kit)
        assert f"the words of crisis {text.id} were owed [] alone" in told
        assert f"nobody was alerted again about the text {text.id}" in told


def test_a_database_with_a_clinic_in_it_is_left_alone(tmp_path, capsys) -> None:
    url = f"sqlite:///{tmp_path / 'real.sqlite3'}"
    database = Database(url)
    migrations.upgrade(database.engine)
    with database.writing() as session:
        open_clinic(session, NewClinic("Willow House", "America/New_York", "+13015550100", "Willow"), now=NOW)
    assert main(["simulate", "--database", url]) == 2
    assert "needs an empty one" in capsys.readouterr().err
    with database.reading() as session:
        assert session.query(Clinic).count() == 1
    database.dispose()
