"""What texts say: one plain text each, in every language, and less where the patient wants less."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.messaging.catalogue import locale_for
from scheduler.messaging.texts import TextFacts, TooLong, write_text
from scheduler.planning.crisis import CRISIS_TEXT
from scheduler.planning.gsm7 import LENGTH, fits, plain, septets
from scheduler.planning.quiet_words import revealing
from scheduler.planning.words import Discretion, MessageKind, NoticeKind

NINE = datetime(2027, 9, 29, 13, tzinfo=UTC)
LINK = "https://visits.alder-clinic.example.com/v/0123456789abcdefABCDEF"
LOCALES = ["en_US", "es_US"]
LEVELS = list(Discretion)
EVERY = [*MessageKind, *NoticeKind]
FORMS = [{"times": (NINE,)}, {"times": (NINE, NINE + timedelta(hours=3)), "reader_timezone": "America/Los_Angeles"},
         {"times": (NINE,), "visits": 12}, {"times": (), "visits": 2}, {"times": (NINE,), "link": None},
         {"times": (NINE,), "until": NINE}, {"times": (NINE,), "short_name": "A clinic with a very very long"}]


def text(kind, **facts) -> str:
    return write_text(TextFacts(**{
        "kind": kind, "short_name": "Alder", "telephone": "+13015550100", "region": "US", "locale": "en_US",
        "timezone": "America/New_York", "times": (NINE,), "link": LINK, **facts}))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", EVERY)
def test_every_text_is_one_plain_text_and_says_nothing_of_the_visit(kind, locale: str, level: Discretion):
    for form in FORMS:
        words = text(kind, locale=locale, discretion=level, **form)
        assert septets(words) is not None and fits(words), words
        if kind != NoticeKind.CRISIS:
            assert revealing(words.replace(LINK, "")) == ()
        if isinstance(kind, MessageKind):
            assert words.endswith(("STOP to opt out", "STOP")) or locale != "en_US" and "STOP" in words


@pytest.mark.parametrize("kind", MessageKind)
def test_less_is_said_where_the_patient_wants_less(kind: MessageKind):
    full, timed, bare = (text(kind, discretion=level) for level in LEVELS)
    assert full.startswith("Alder: ")
    assert "Alder" not in timed and "Alder" not in bare
    assert not re.search(r"\d:\d\d|Sep|Wed|[Vv]isit", bare.replace(LINK, "")) and LINK in bare
    assert ("9:00 AM" in timed) == ("9:00 AM" in full)


def test_a_reminder_reads_as_its_published_form():
    assert text(MessageKind.ONE_DAY, link="https://alder.example/v/0123456789abcdefABCDEF", telephone="") == (
        "Alder: visit Wed Sep 29, 9:00 AM. Reply C to confirm, R to reschedule. Instructions: "
        "https://alder.example/v/0123456789abcdefABCDEF STOP to opt out")
    assert text(MessageKind.ONE_DAY) == (
        "Alder: visit Wed Sep 29, 9:00 AM. Reply C to confirm, R to reschedule. Call (301) 555-0100. STOP to opt out")


def test_answers_name_whom_to_call():
    assert text(NoticeKind.HELP, discretion=Discretion.LINK_ALONE) == (
        "Alder: messages about your visits. Questions? Call (301) 555-0100. Reply STOP to opt out.")
    assert text(NoticeKind.STOPPED).endswith("Questions? Call (301) 555-0100.")
    assert text(NoticeKind.CONFIRMED) == "Alder: thank you, see you on Wed Sep 29, 9:00 AM."
    assert text(NoticeKind.CRISIS) == CRISIS_TEXT
    assert text(NoticeKind.CRISIS, crisis_text="Call 988.") == "Call 988."


def test_what_cannot_be_said_in_one_text_is_an_error_that_says_what_to_do():
    with pytest.raises(TooLong, match="BASE_URL"):
        text(MessageKind.OFFER, link="https://" + "x" * 150)


@pytest.mark.parametrize("written, sent", [
    ("Clínica Ángel – “sí”", 'Clinica Angel - "si"'), ("café ñandú", "café ñandu"), ("診 ok", "? ok"), ("ﬁn", "fin")])
def test_words_are_put_into_the_plain_alphabet(written: str, sent: str):
    assert plain(written) == sent


def test_a_bracket_counts_twice():
    assert septets("a[b]€") == 8 and septets("á") is None
    assert fits("x" * LENGTH) and not fits("x" * (LENGTH - 1) + "[")


@pytest.mark.parametrize("language, clinic, locale", [
    ("en", "en_US", "en_US"), ("en-GB", "en_US", "en_US"), ("xx", "en_US", "en_US"), ("", "en_US", "en_US"),
    ("zh", "en_US", "en_US"), ("en", "es_US", "en_US"), ("es-MX", "en_US", "es_US"), ("es", "en_DE", "es")])
def test_the_readers_language_decides_where_it_is_spoken(language: str, clinic: str, locale: str):
    assert locale_for(language, clinic) == locale


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_day_of_the_year_fits(locale: str):
    days = [(NINE + timedelta(days=day, hours=2),) for day in range(366)]
    assert all(fits(text(MessageKind.ONE_DAY, locale=locale, times=times)) for times in days)
