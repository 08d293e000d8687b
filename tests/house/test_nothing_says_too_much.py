"""Whoever glances at a telephone, a tab or a log learns that there is a visit, and nothing else.

Every letter and text in every language, form and level of discretion, with its headers and its invitation; the feeds,
the titles, the addresses, the translations. The words looked for are written here anew, so that a gap in the product's
own list shows.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from babel.messages.pofile import read_po

from scheduler.interop.visit_calendar import CalendarVisit
from scheduler.interop.visit_calendar import calendar_of as feed_of
from scheduler.messaging.catalogue import TRANSLATIONS, locale_for
from scheduler.messaging.invitation import CalendarEntry, Invitation, parts_of
from scheduler.messaging.letters import LetterFacts, write
from scheduler.messaging.texts import TextFacts, write_text
from scheduler.planning.languages import LANGUAGES
from scheduler.planning.quiet_words import revealing
from scheduler.planning.words import Discretion, MessageKind, NoticeKind
from tests.house.source import ROOT

DRUG = r"k-?hole|\bket\b|[e]?s?ketamin|spravato|psilocyb|\bmg\b|milligram|miligramo|dosis|dosage|\bdos(e|ing)|infusi|" \
       r"\biv\b|\bdrip|goteo|gotero|intraven|inject|inyec|nasal|medic|drug|droga|farmac|\bchair\b"
DIAGNOSIS = r"depress|depresi|deprim|anxi|ansie|bipolar|ptsd|tept|trauma|\bocd\b|\bmdd\b|disorder|trastorn|suicid|" \
            r"diagnos|symptom|sintoma|mood|animo|\bpain\b|dolor|addict|adicc"
SPECIALTY = r"psych|psiqu|psico|therap|terap|mental|counsel|clinical|treat|tratamien|rehab|recovery|oncolog|neurolog"
SCORES = r"phq|gad-?7|madrs|qids|ham-?d|c-?ssrs|\bscore|puntaj|puntuac|questionnaire|cuestionario|assessment|severity"
COURSE = r"\bseries\b|\bserie\b|session|sesion|patient|paciente"
TOO_MUCH = re.compile("|".join((DRUG, DIAGNOSIS, SPECIALTY, SCORES, COURSE)), re.IGNORECASE)

NINE = datetime(2027, 1, 7, 14, tzinfo=UTC)
LINK = "https://visits.example.com/v/0123456789"
FORMS = ({"visits": 1}, {"visits": 6}, {"visits": 2, "times": ()}, {"link": None}, {"until": NINE},
         {"times": (NINE, NINE + timedelta(hours=3)), "reader_timezone": "America/Los_Angeles"})
LOCALES = tuple(locale_for(language, "en_US") for language in LANGUAGES)


def said(words: str) -> list[str]:
    """What says too much in some words, whatever their accents."""
    bare = "".join(unicodedata.normalize("NFD", letter)[0] for letter in words)
    return [found.group() for found in TOO_MUCH.finditer(bare)]


def facts(kind, locale: str, **form) -> dict:
    return {"kind": kind, "telephone": "+13015550100", "region": "US", "timezone": "America/New_York",
            "locale": locale, "times": (NINE,), "visits": 1, "link": LINK, **form}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", MessageKind)
def test_no_letter_says_it_in_subject_text_or_markup(kind: MessageKind, locale: str):
    for form in FORMS:
        letter = write(LetterFacts(clinic_name="Alder & Oak", **facts(kind, locale, **form)))
        markup = re.sub(r"<style>.*?</style>", "", letter.html, flags=re.S)
        assert [said(part) for part in (letter.subject, letter.text, markup)] == [[], [], []]
        assert revealing(" ".join((letter.subject, letter.text))) == ()
        assert letter.subject and "Alder" not in letter.subject and LINK not in letter.subject


@pytest.mark.parametrize("level", Discretion)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", [*MessageKind, *NoticeKind])
def test_no_text_says_it_at_any_level(kind, locale: str, level: Discretion):
    for form in FORMS:
        words = write_text(TextFacts(short_name="Alder", discretion=level, **facts(kind, locale, **form)))
        assert said(words) == [] and revealing(words) == ()
        if isinstance(kind, MessageKind) and level != Discretion.CLINIC_AND_TIME:
            assert "Alder" not in words


def test_invitations_and_feeds_say_when_and_where_alone():
    entries = tuple(CalendarEntry(f"{n}@visits.example.com", 2, NINE, NINE + timedelta(hours=2), cancelled=n > 3)
                    for n in range(6))
    feed = feed_of([CalendarVisit(1, 2, NINE, NINE + timedelta(hours=2))], clinic="Alder & Oak",
                   telephone="+13015550100", host="visits.example.com", now=NINE)
    found = [feed.decode()]
    for told in (entries, entries[:1]):
        parts = parts_of(Invitation(told, "Alder & Oak", "+13015550100", "Visit"),
                         organizer="no-reply@visits.example.com", attendee="a@example.com", now=NINE)
        assert said(" ".join(part.filename for part in parts)) == []
        found += [part.text for part in parts]
    for words in found:
        assert said(words) == []
        assert "CLASS:PRIVATE" in words


def test_no_translation_of_a_letter_or_text_says_it():
    for language in set(LANGUAGES) - {"en"}:
        with (TRANSLATIONS / language / "LC_MESSAGES" / "letters.po").open("rb") as file:
            found = [word for message in read_po(file, locale=language) if message.id
                     for form in (message.string if isinstance(message.string, tuple) else (message.string,))
                     for word in said(form)]
        assert found == []


def titles() -> list[tuple[str, str]]:
    """Every page's title as its template has it."""
    block = re.compile(r"{% block title %}(.*?){% endblock %}", re.S)
    return [(path.name, title) for path in sorted((ROOT / "templates").rglob("*.html"))
            for title in block.findall(path.read_text(encoding="utf-8"))]


def test_no_title_names_anybody_or_says_what_somebody_is_treated_for():
    found = titles()
    assert len(found) > 60
    named = [(page, title) for page, title in found if re.search(r"\.(\w*name|initials|label|email|reason)\b", title)]
    assert named == [], "a title stands in the history and on the tab of a shared screen"
    drugs = re.compile("|".join((DRUG, DIAGNOSIS, SPECIALTY, SCORES)), re.IGNORECASE)
    assert [(page, title) for page, title in found if drugs.search(title)] == []


def test_no_address_of_a_page_says_it():
    routes = re.compile(r"""\.(?:get|post|route)\(\s*["'](/[^"']*)["']""")
    addresses = [address for path in (ROOT / "scheduler" / "web").rglob("*.py")
                 for address in routes.findall(path.read_text(encoding="utf-8"))]
    assert len(addresses) > 100
    secret = re.compile("|".join((DRUG, DIAGNOSIS, SPECIALTY, SCORES)), re.IGNORECASE)
    assert [address for address in addresses if secret.search(address)] == []
    person = re.compile(r"<(?:string:)?(?:name|email|telephone|given|family)")
    assert [one for one in addresses if person.search(one) and not one.startswith("/vendor/")] == []
