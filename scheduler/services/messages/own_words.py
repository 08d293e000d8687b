"""The clinic's own words where it has some: for writing, and to look at before they count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from babel import Locale
from sqlalchemy.orm import Session

from models import Clinic
from scheduler.messaging.catalogue import locale_for
from scheduler.messaging.letters import LetterFacts, Written, write
from scheduler.messaging.own_letters import ending_of_texts, own_text, shipped_words
from scheduler.messaging.texts import TextFacts, TooLong, write_own_text, write_text
from scheduler.planning.gsm7 import LENGTH, plain, septets
from scheduler.planning.own_words import SEVERAL, TIMELESS, LetterKey, OwnWords, WrongWords, wrong_words
from scheduler.planning.words import Channel, Discretion, MessageKind
from scheduler.queries.letter_versions import own_letters
from scheduler.services.messages.make_link import IN_A_TEXT

KNOWN = "own letters"
EXAMPLE = datetime(2027, 9, 29, 14, 30, tzinfo=UTC)
LONGEST_LINE = {
    "visit": "Wed, Sep 29, 10:30 AM", "day": "Wed, Sep 29", "time": "10:30 AM",
    "until": "Wed, Sep 29, 10:30 AM",
    "count": "12",
}
"""As long as they get in the clinic's zone. A text that still does not fit goes out in the shipped words."""


def words_for(session: Session, clinic_id: int, kind: MessageKind, channel: Channel, locale: str,
              visits: int) -> OwnWords | None:
    """The clinic's words for one message; None: the shipped ones. A transaction asks for them once."""
    known: dict[int, Mapping[LetterKey, OwnWords]] = session.info.setdefault(KNOWN, {})
    if clinic_id not in known:
        known[clinic_id] = own_letters(session, clinic_id)
    several = kind in SEVERAL and visits > 1
    return known[clinic_id].get(LetterKey(kind, several, Locale.parse(locale).language, channel))


def locale_of(clinic: Clinic, key: LetterKey) -> str:
    """The locale that a letter of this language is written in."""
    return locale_for(key.language, clinic.locale)


def length_of(clinic: Clinic, key: LetterKey, words: OwnWords, base_url: str) -> int:
    """How long a text gets at most, in characters of which 160 fit."""
    said = {**LONGEST_LINE, "clinic": clinic.short_name, "telephone": "(301) 555-0100",
            "link": f"{base_url}/v/{'x' * (4 * IN_A_TEXT // 3 + 1)}"}
    return septets(plain(own_text(words, said, locale_of(clinic, key)))) or LENGTH + 1


def _at_level(clinic: Clinic, key: LetterKey, words: OwnWords, level: Discretion, base_url: str) -> str:
    """What goes out to a patient who lets texts say so much; less than everything is said in the shipped words."""
    try:
        return write_text(replace(_text_facts(clinic, key, words, base_url), discretion=level))
    except TooLong as wrong:
        return str(wrong)


def as_it_reads(clinic: Clinic, key: LetterKey, words: OwnWords | None, base_url: str) -> Written:
    """A letter or text of an example visit, as the patient would read it."""
    if key.channel == Channel.TEXT:
        facts = _text_facts(clinic, key, words, base_url)
        return Written("", write_own_text(facts, words) if words else write_text(facts), "")
    return write(LetterFacts(clinic_name=clinic.name, **_example(clinic, key, words, base_url)))


def _text_facts(clinic: Clinic, key: LetterKey, words: OwnWords | None, base_url: str) -> TextFacts:
    return TextFacts(short_name=clinic.short_name, **_example(clinic, key, words, base_url))


def _example(clinic: Clinic, key: LetterKey, words: OwnWords | None, base_url: str) -> dict[str, Any]:
    """What both know of the visit of the example."""
    timed = () if key.kind in TIMELESS else (EXAMPLE,)
    return {"kind": key.kind, "telephone": clinic.telephone, "region": clinic.region, "timezone": clinic.timezone,
            "locale": locale_of(clinic, key), "times": timed, "visits": 6 if key.several else 1, "own": words,
            "until": EXAMPLE if key.kind in (MessageKind.OFFER, MessageKind.NEW_TIMES) else None,
            "link": f"{base_url}/v/{'x' * (4 * IN_A_TEXT // 3 + 1)}"}


@dataclass(frozen=True)
class LetterPreview:
    """Words as they would read, what is wrong with them, and the shipped ones. `length`: of a text, 160 fit.

    `levels`: what a text says to patients who want less of it, by how much they let it say.
    """

    reads: Written
    faults: tuple[WrongWords, ...]
    shipped: OwnWords
    ending: str
    length: int | None
    levels: tuple[tuple[Discretion, str], ...] = ()


def preview_letter(session: Session, clinic_id: int, key: LetterKey, words: OwnWords | None, *,
                   base_url: str) -> LetterPreview:
    """What a letter would say in these words (None: the shipped ones); nothing is written."""
    clinic = session.get_one(Clinic, clinic_id)
    locale = locale_of(clinic, key)
    shipped = shipped_words(key, locale)
    shown = words or shipped
    text = key.channel == Channel.TEXT
    return LetterPreview(
        as_it_reads(clinic, key, shown, base_url), tuple(faults_of(clinic, key, shown, base_url)), shipped,
        ending_of_texts(locale) if text else "", length_of(clinic, key, shown, base_url) if text else None,
        tuple((level, _at_level(clinic, key, shown, level, base_url)) for level in Discretion) if text else ())


def faults_of(clinic: Clinic, key: LetterKey, words: OwnWords, base_url: str) -> Iterator[WrongWords]:
    """Everything that keeps these words from going out."""
    faults = list(wrong_words(key, words))
    yield from faults
    if key.channel != Channel.TEXT or any(one.field == "body" for one in faults):
        return
    length = length_of(clinic, key, words, base_url)
    if length > LENGTH:
        yield WrongWords("body", f"With the longest day and hour this text has {length} characters, and {LENGTH} fit "
                                 f"into one. Take {length - LENGTH} out; the way to stop is counted in.")
