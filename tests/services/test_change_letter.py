"""A clinic writes its own letters: versions are kept, and what says too much never becomes one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from jobs.messages import deliver
from models import AuditEntry, Clinic
from scheduler.messaging.fakes import MemoryMail
from scheduler.messaging.own_letters import shipped_words
from scheduler.messaging.ports import Ports
from scheduler.planning.own_words import LetterKey, OwnWords, every_letter, wrong_words
from scheduler.planning.words import Channel, MessageKind, Role
from scheduler.queries.letter_versions import own_letters, versions_of
from scheduler.services.messages.change_letter import ChangeLetter, LetterChanged, back_to_version, change_letter
from scheduler.services.messages.own_words import as_it_reads, length_of
from scheduler.services.refusal import Refused
from tests.builders import NOW
from tests.services.test_owe_messages import Book

BASE = "https://visits.example.com"
CONFIRMED = LetterKey(MessageKind.CONFIRMATION, False, "en", Channel.EMAIL)
SEVERAL = LetterKey(MessageKind.CONFIRMATION, True, "en", Channel.EMAIL)
TEXTED = LetterKey(MessageKind.ONE_DAY, False, "en", Channel.TEXT)
OWN = OwnWords("See you on {day}", "It is all arranged.\n\n{visit}\n\n{link}", "My visit")
SHORT = OwnWords("", "{clinic}: we see you {visit}. Reply C to confirm, R to move it. Call {telephone}.")
ALDER = Clinic(name="Alder Clinic", short_name="Alder", telephone="+13015550100", region="US", locale="en_US",
               timezone="America/New_York")
LETTERS = every_letter(("en", "es"))


def change(database, kit, key: LetterKey, words: OwnWords | None, version: int = 0):
    with database.writing() as session:
        return change_letter(session, ChangeLetter(key, words, version), base_url=BASE,
                             by=kit.viewer(Role.ADMINISTRATOR), now=NOW)


def test_own_words_go_out_and_the_frame_stays(database, kit) -> None:
    assert change(database, kit, CONFIRMED, OWN) == LetterChanged(1)
    book = Book(database, kit, visits=1, series=False)
    book.owe("booked")
    mail = MemoryMail()
    deliver(database, Ports(mail=mail), base_url=BASE, now=NOW)
    letter, = mail.sent
    assert letter.subject == "See you on Friday 9 April"
    assert "It is all arranged.\n\n    Friday 9 April, 10:00 AM\n" in letter.text
    assert "Questions? Call us: (301) 555-0100." in letter.text and f"{BASE}/v/" in letter.text
    assert ">My visit</a>" in letter.html and "It is all arranged." in letter.html


def test_the_words_of_several_visits_and_of_another_clinic_are_others(database, kit) -> None:
    change(database, kit, SEVERAL, replace(OWN, body="All {count} are arranged.\n\n{link}"))
    with database.reading() as session:
        assert set(own_letters(session, kit.clinic_id)) == {SEVERAL}
        assert own_letters(session, kit.clinic_id - 1) == {}


def test_every_version_is_kept_and_any_of_them_can_count_again(database, kit) -> None:
    change(database, kit, CONFIRMED, OWN)
    change(database, kit, CONFIRMED, replace(OWN, subject="Until {day}"), 1)
    with database.writing() as session:
        by = kit.viewer(Role.ADMINISTRATOR)
        assert back_to_version(session, CONFIRMED, 1, base_url=BASE, by=by, now=NOW) == LetterChanged(3)
        assert back_to_version(session, CONFIRMED, 0, base_url=BASE, by=by, now=NOW) == LetterChanged(4)
        rows = versions_of(session, kit.clinic_id, CONFIRMED)
        assert [(row.version, row.words and row.words.subject) for row in rows] == [
            (4, None), (3, "See you on {day}"), (2, "Until {day}"), (1, "See you on {day}")]
        assert own_letters(session, kit.clinic_id) == {}
        verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_type == "letter")).all()
        assert verbs == ["change", "change", "change", "reset"]


def test_two_who_write_at_once_do_not_overwrite_each_other(database, kit) -> None:
    change(database, kit, CONFIRMED, OWN)
    late = change(database, kit, CONFIRMED, replace(OWN, subject="Other"))
    assert isinstance(late, Refused) and "meanwhile" in late.sentence


def test_the_shipped_words_and_the_same_again_are_no_version(database, kit) -> None:
    assert change(database, kit, CONFIRMED, shipped_words(CONFIRMED, "en_US")) == LetterChanged(0)
    change(database, kit, CONFIRMED, OWN)
    assert change(database, kit, CONFIRMED, OWN, 1) == LetterChanged(1)


@pytest.mark.parametrize("key, words, field, says", [
    (CONFIRMED, replace(OWN, body="Your infusion is booked. {visit} {link}"), "body", "“infusion” says too much"),
    (CONFIRMED, replace(OWN, subject="Depression care on {day}"), "subject", "“Depress” says too much"),
    (CONFIRMED, replace(OWN, button="See your therapist"), "button", "“therap” says too much"),
    (CONFIRMED, replace(OWN, body="Su infusión. {visit} {link}"), "body", "“infusion” says too much"),
    (CONFIRMED, replace(OWN, body="{visit} {link} {{ config }}"), "body", "brace stands alone"),
    (CONFIRMED, replace(OWN, body="{visit} {link} {patient}"), "body", "“{patient}” is no placeholder here"),
    (CONFIRMED, replace(OWN, subject="{clinic} on {day}"), "subject", "“{clinic}” is no placeholder here"),
    (CONFIRMED, replace(OWN, body="Come. {link}"), "body", "It must say when"),
    (CONFIRMED, replace(OWN, body="Come. {visit}"), "body", "needs {link}"),
    (CONFIRMED, replace(OWN, subject="  "), "subject", "has a subject"),
    (TEXTED, OwnWords("", "We see you {visit}. Call {telephone}."), "body", "must say who writes"),
    (TEXTED, OwnWords("", "{clinic}: we see you {visit}."), "body", "how to reach you"),
    (TEXTED, OwnWords("", "{clinic}: " + "so much to say " * 8 + "{visit}. {telephone}"), "body", "160 fit into one"),
])
def test_what_must_not_go_out_is_refused_and_named(database, kit, key, words, field, says) -> None:
    result = change(database, kit, key, words)
    assert isinstance(result, Refused)
    said = {one.field: one.sentence for one in result.conflicts}
    assert says.lower().replace("infusión", "infusion") in said[field].lower().replace("infusión", "infusion")


def test_a_text_in_own_words_ends_with_the_way_to_stop(database, kit) -> None:
    assert change(database, kit, TEXTED, SHORT) == LetterChanged(1)
    reads = as_it_reads(ALDER, TEXTED, SHORT, BASE).text
    assert reads == ("Alder: we see you Wed Sep 29, 10:30 AM. Reply C to confirm, R to move it. "
                     "Call (301) 555-0100. STOP to opt out")
    assert len(reads) <= length_of(ALDER, TEXTED, SHORT, BASE) <= 160


def test_placeholders_are_replaced_and_nothing_else_is_understood() -> None:
    odd = OwnWords("{day.__class__}", "{visit!r} {0} {link.x} {% for x in y %} {visit} {link}", "b")
    assert {one.field for one in wrong_words(CONFIRMED, odd)} == {"subject", "body"}
    reads = as_it_reads(ALDER, CONFIRMED, odd, BASE)
    assert reads.subject == "{day.__class__}" and "{% for x in y %}" in reads.text


@pytest.mark.parametrize("key", LETTERS, ids=lambda key: f"{key.kind}-{key.several}-{key.language}-{key.channel}")
def test_the_shipped_words_are_a_beginning_that_may_be_saved_and_reads_the_same(key: LetterKey) -> None:
    locale = "en_US" if key.language == "en" else "es_US"
    words = shipped_words(key, locale)
    assert list(wrong_words(key, words)) == []
    if key.channel == Channel.EMAIL:
        own, shipped = (as_it_reads(ALDER, key, one, BASE) for one in (words, None))
        assert (own.subject, own.text.split(), own.html.split()) == (
            shipped.subject, shipped.text.split(), shipped.html.split())
