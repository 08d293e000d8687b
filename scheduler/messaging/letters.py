"""What letters say: by kind, from templates/letters, with nothing but clinic, time, telephone and a link.

A letter never says who the patient is, nor what the visit is for: whoever glances at it learns that there is a visit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

from scheduler.messaging.catalogue import environment
from scheduler.messaging.hours import hour
from scheduler.messaging.own_letters import own_letter
from scheduler.messaging.telephones import as_dialled, as_link
from scheduler.planning.own_words import OwnWords
from scheduler.planning.words import MessageKind, NoticeKind

BLANKS = re.compile(r"\n{3,}")
SECRET = re.compile(r"[\w-]{16,}", re.ASCII)
STAND_IN = "the-secret-of-this-one-link"
"""Stands for a link's secret in words that are kept; neither a template nor HTML changes a character of it."""
NAMES = {kind: f"{kind.replace(' ', '_')}.jinja" for kind in (*MessageKind, NoticeKind.REQUEST)}


@dataclass(frozen=True)
class LetterFacts:
    """Everything a letter may know. `visits` is how many it is about; `times` are the aware starts that it names."""

    kind: MessageKind | NoticeKind
    clinic_name: str
    telephone: str
    region: str
    timezone: str
    locale: str
    times: tuple[datetime, ...]
    visits: int
    link: str | None
    reader_timezone: str | None = None
    until: datetime | None = None
    """Until when what the letter offers is kept."""
    own: OwnWords | None = None
    """The clinic's own words instead of the shipped ones."""


@dataclass(frozen=True)
class Written:
    """A letter's words."""

    subject: str
    text: str
    html: str


def write(facts: LetterFacts) -> Written:
    """The words of one letter; a name that its template does not know is an error, not an empty space.

    Reminders of one day differ in little but their link: what is the same is written once. Nothing that somebody wrote
    by hand is kept.
    """
    way, _, secret = (facts.link or "").rpartition("/")
    if facts.kind == MessageKind.BY_HAND or not SECRET.fullmatch(secret):
        return _write(facts)
    known = _kept(replace(facts, link=f"{way}/{STAND_IN}"))
    return Written(known.subject, known.text.replace(STAND_IN, secret), known.html.replace(STAND_IN, secret))


def _write(facts: LetterFacts) -> Written:
    said = _said(facts)
    if facts.own is not None:
        subject, text, html = own_letter(facts.own, said, facts.locale)
        return Written(subject, _settled(text), html)
    plain = environment("letters", facts.locale, marked=False)
    marked = environment("letters", facts.locale, marked=True)
    name = NAMES[facts.kind]
    subject = " ".join(plain.get_template(name).render(said, frame="_subject.txt").split())
    text = _settled(plain.get_template(name).render(said, frame="_frame.txt"))
    html = marked.get_template(name).render(said, frame="_frame.html", subject=subject)
    return Written(subject, text, html)


_kept = lru_cache(512)(_write)


def _settled(text: str) -> str:
    return BLANKS.sub("\n\n", text.strip()) + "\n"


def _said(facts: LetterFacts) -> dict[str, object]:
    return {
        "clinic": facts.clinic_name,
        "telephone": as_dialled(facts.telephone, facts.region),
        "telephone_link": as_link(facts.telephone, facts.region),
        "times": [(_day(facts, at), _time(facts, at)) for at in facts.times],
        "day": _day(facts, facts.times[0]) if facts.times else "",
        "time": _time(facts, facts.times[0]) if facts.times else "",
        "visits": facts.visits,
        "until": f"{_day(facts, facts.until)}, {_time(facts, facts.until)}" if facts.until else "",
        "until_day": _day(facts, facts.until) if facts.until else "",
        "link": facts.link,
        "language": facts.locale.replace("_", "-"),
    }


def _day(facts: LetterFacts, at: datetime) -> str:
    return _written(at.astimezone(ZoneInfo(facts.timezone)).date(), facts.locale)


@lru_cache(2048)
def _written(on: date, spoken: str) -> str:
    locale = Locale.parse(spoken)
    return format_date(on, "EEEE d MMMM" if locale.language == "en" else "full", locale=locale)


def _time(facts: LetterFacts, at: datetime) -> str:
    return hour(at, timezone=facts.timezone, locale=facts.locale, reader_timezone=facts.reader_timezone)
