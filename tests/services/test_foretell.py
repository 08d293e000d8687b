"""What a course will cause is told before it is booked, and is what booking writes; and each message tells its life."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models import Clinic, LetterVersion, Message
from scheduler.planning.gsm7 import fits
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.reminders import VisitFacts
from scheduler.planning.words import Channel, MessageKind, VisitKind
from scheduler.queries.message_life import lives_of_series, lives_of_visit
from scheduler.services.messages.foretell import foretell
from scheduler.services.messages.foretell_series import foretell_series
from scheduler.services.messages.message_state import move
from scheduler.services.messages.supersede import supersede
from tests.builders import NOW
from tests.services.test_owe_messages import Book

BASE = "https://visits.example.com"
K, S = MessageKind, MessageState


def test_what_is_foretold_is_what_booking_writes_and_says(database, kit) -> None:
    book = Book(database, kit)
    facts = [VisitFacts(visit, VisitKind.INFUSION, NOW + timedelta(days=7 + 2 * number), first=number == 0)
             for number, visit in enumerate(book.visit_ids)]
    with database.reading() as session:
        before = foretell(session, kit.clinic_id, book.patient_id, facts, base_url=BASE, now=NOW)
    book.owe("booked")
    with database.reading() as session:
        after = foretell_series(session, kit.clinic_id, book.series_id, base_url=BASE, now=NOW)
    keys = [[(row.kind, row.channel, row.state, row.due_at, row.visit, row.subject, row.words, row.rule)
             for row in one.rows if row.channel != Channel.CALL] for one in (before, after.to_come)]
    assert sorted(keys[0], key=str) == sorted(keys[1], key=str)
    assert (before.messages, before.texts, before.calls) == (8, 0, 2)
    asked = next(row for row in before.rows if row.kind == K.ONE_DAY)
    assert "We look forward to seeing you" in asked.words and asked.grade == "S"
    assert "3 days before" in next(row.rule for row in before.rows if row.kind == K.THREE_DAYS)


def test_texts_are_foretold_as_they_will_read(database, kit) -> None:
    book = Book(database, kit, visits=1, consents=(Channel.TEXT,))
    with database.writing() as session:
        session.get_one(Clinic, kit.clinic_id).text_number = "+13015550199"
    facts = [VisitFacts(book.visit_ids[0], VisitKind.THERAPY, NOW + timedelta(days=7))]
    with database.reading() as session:
        course = foretell(session, kit.clinic_id, book.patient_id, facts, base_url=BASE, now=NOW)
    texts = [row.words for row in course.rows if row.goes]
    assert course.texts == len(texts) == 3
    assert all(fits(words) and words.endswith("STOP to opt out") for words in texts)


def test_a_message_tells_why_it_did_or_did_not_go_out(database, kit) -> None:
    book = Book(database, kit, visits=1)
    book.owe("booked")
    with database.writing() as session:
        rows = {row.kind: row for row in session.scalars(select(Message))}
        move(rows[K.CONFIRMATION], S.CLAIMED, now=NOW)
        move(rows[K.CONFIRMATION], S.SENT, "", now=NOW + timedelta(seconds=2))
        rows[K.CONFIRMATION].sent_at = NOW + timedelta(seconds=2)
        move(rows[K.PREPARATION], S.CLAIMED, now=NOW)
        move(rows[K.PREPARATION], S.SKIPPED, "The visit was cancelled.", now=NOW)
        supersede(session, [rows[K.ONE_DAY]], now=NOW, reason="The clinic changed its rules of sending.")
    with database.reading() as session:
        lives = {one.name: one for one in lives_of_visit(session, kit.clinic_id, book.visit_ids[0])}
        assert [step.word for step in lives["Getting ready"].steps] == ["Planned", "Taken up to be sent", "Not sent"]
        told = lives["Getting ready"].answer
        assert (told.opening, told.at, told.ending) == ("It does not go out.", None, "The visit was cancelled.")
        told = lives["One day before"].answer
        assert told.opening.startswith("It did not go out: a newer") and told.at is None
        assert lives["One day before"].steps[-1].reason == "The clinic changed its rules of sending."
        assert lives["Three days before"].answer.opening == "It is to go out"
        course = [one for one in lives_of_series(session, kit.clinic_id, book.series_id).values()]
        assert next(one.answer.at for one in course if one.name == "Confirmation") == NOW + timedelta(seconds=2)
        assert lives_of_visit(session, kit.clinic_id - 1, book.visit_ids[0]) == ()


def test_a_clinics_own_words_are_foretold(database, kit) -> None:
    book = Book(database, kit, visits=1)
    with database.writing() as session:
        session.add(LetterVersion(clinic_id=kit.clinic_id, kind=K.ONE_DAY, several=False, language="en",
                                  channel=Channel.EMAIL, version=1, subject="See you on {day}", made_at=NOW,
                                  body="Our door is the green one.\n\n{visit}\n\n{link}", button="Answer"))
    facts = [VisitFacts(book.visit_ids[0], VisitKind.INFUSION, NOW + timedelta(days=7))]
    with database.reading() as session:
        course = foretell(session, kit.clinic_id, book.patient_id, facts, base_url=BASE, now=NOW)
    one = next(row for row in course.rows if row.kind == K.ONE_DAY)
    assert one.subject == "See you on Friday 9 April" and "Our door is the green one." in one.words
