"""What letters say, and what none of them may ever say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from scheduler.messaging.catalogue import environment
from scheduler.messaging.letters import LetterFacts, Written, write
from scheduler.planning.words import MessageKind

NINE = datetime(2027, 1, 7, 14, tzinfo=UTC)
LINK = "https://visits.example.com/v/abc_DEF-123"
SAYS_TOO_MUCH = re.compile(
    r"ketamin|infusion|\biv\b|depress|anxi|suicid|phq|gad-7|madrs|therap|psych|mental|mood|dose|dosing|\bmg\b|drug|"
    r"medic|treat|diagnos|clinical|patient|series|course|session", re.I)
WORD = re.compile(r"[\w']+")
KNOWN_TAGS = {"html", "head", "meta", "title", "style", "body", "div", "p", "span", "a", "br"}


def letter(kind: MessageKind, *, visits: int = 1, times: tuple[datetime, ...] = (NINE,), link: str | None = LINK,
           clinic: str = "Alder & Oak", **facts) -> Written:
    return write(LetterFacts(**{
        "kind": kind, "clinic_name": clinic, "telephone": "+13015550100", "region": "US", "locale": "en_US",
        "timezone": "America/New_York", "times": times, "visits": visits, "link": link, **facts}))


FORMS = [{"visits": 1}, {"visits": 6}, {"visits": 2, "times": ()}, {"link": None},
         {"times": (NINE, NINE + timedelta(hours=3))}]


@pytest.mark.parametrize("form", FORMS, ids=["one", "many", "no time", "no link", "two times"])
@pytest.mark.parametrize("kind", MessageKind)
def test_no_letter_says_what_the_visit_is_for(kind: MessageKind, form: dict):
    words = letter(kind, **form)
    for part in (words.subject, words.text, re.sub(r"<style>.*?</style>", "", words.html, flags=re.S)):
        assert SAYS_TOO_MUCH.findall(part) == []


@pytest.mark.parametrize("kind", MessageKind)
def test_every_letter_says_who_writes_whom_to_call_and_where_to_look(kind: MessageKind):
    times = () if kind == MessageKind.AFTER_VISIT else (NINE,)
    words = letter(kind, times=times)
    for part, clinic in ((words.text, "Alder & Oak"), (words.html, "Alder &amp; Oak")):
        assert clinic in part and "(301) 555-0100" in part and LINK in part
        assert ("Thursday 7 January, 9:00 AM" in part) == bool(times)
    assert 10 < len(words.subject) < 60 and "\n" not in words.subject
    assert "Alder" not in words.subject


@pytest.mark.parametrize("kind", MessageKind)
def test_the_words_of_text_and_html_are_the_same(kind: MessageKind):
    words = letter(kind)
    reader = _Reader()
    reader.feed(words.html)
    assert set(WORD.findall(words.text.replace(LINK, " "))) <= set(WORD.findall(" ".join(reader.words)))
    assert reader.tags <= KNOWN_TAGS


@pytest.mark.parametrize("kind", MessageKind)
def test_letters_are_plain_enough_for_the_eighth_grade(kind: MessageKind):
    body = letter(kind).text.split("--")[0].replace(LINK, "")
    assert _grade(body) <= 8


def test_a_clinics_name_is_text_and_not_markup():
    words = letter(MessageKind.CONFIRMATION, clinic="<script>alert(1)</script>")
    assert "<script>" not in words.html


@pytest.mark.parametrize("zone, words", [
    (None, "9:00 AM"), ("America/New_York", "9:00 AM"), ("America/Chicago", "9:00 AM EST")])
def test_a_reader_in_another_zone_is_told_the_clinics_zone(zone: str | None, words: str):
    assert f"Thursday 7 January, {words}\n" in letter(MessageKind.ONE_DAY, reader_timezone=zone).text


def test_a_letter_about_two_visits_of_a_day_names_both():
    text = letter(MessageKind.ONE_DAY, times=(NINE, NINE + timedelta(hours=3))).text
    assert "9:00 AM" in text and "12:00 PM" in text


def test_a_whole_series_is_counted():
    words = letter(MessageKind.CONFIRMATION, visits=6)
    assert words.subject == "Your visits from Thursday 7 January"
    assert "Your 6 visits are booked" in words.text


def test_a_name_that_a_letter_does_not_know_is_an_error_and_not_an_empty_space():
    with pytest.raises(UndefinedError):
        environment("letters", "en_US", marked=False).from_string("Hello, {{ nobody }}").render()


class _Reader(HTMLParser):
    """The words and tags of an HTML page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.words += data.split()


def _grade(text: str) -> float:
    """The Flesch-Kincaid grade."""
    sentences = len(re.findall(r"[.?!:](?:\s|$)", text)) or 1
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", word.lower()))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
