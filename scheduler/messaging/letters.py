"""What letters say: by kind, from templates/letters, with nothing but clinic, time, telephone and a link.

A letter never says who the patient is, nor what the visit is for: whoever glances at it learns that there is a visit.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_time, get_timezone_name
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scheduler.planning.words import MessageKind

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "letters"
TRANSLATIONS = Path(__file__).resolve().parent / "locale"
BLANKS = re.compile(r"\n{3,}")
NAMES = {kind: f"{kind.replace(' ', '_')}.jinja" for kind in MessageKind}


@dataclass(frozen=True)
class LetterFacts:
    """Everything a letter may know. `visits` is how many it is about; `times` are the aware starts that it names."""

    kind: MessageKind
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


@dataclass(frozen=True)
class Written:
    """A letter's words."""

    subject: str
    text: str
    html: str


def write(facts: LetterFacts) -> Written:
    """The words of one letter; a name that its template does not know is an error, not an empty space."""
    said = _said(facts)
    plain, marked = _environment(False, facts.locale), _environment(True, facts.locale)
    name = NAMES[facts.kind]
    subject = " ".join(plain.get_template(name).render(said, frame="_subject.txt").split())
    text = BLANKS.sub("\n\n", plain.get_template(name).render(said, frame="_frame.txt").strip()) + "\n"
    html = marked.get_template(name).render(said, frame="_frame.html", subject=subject)
    return Written(subject, text, html)


def _said(facts: LetterFacts) -> dict[str, object]:
    return {
        "clinic": facts.clinic_name,
        "telephone": _telephone(facts.telephone, facts.region),
        "telephone_link": _dial(facts.telephone, facts.region),
        "times": [(_day(facts, at), _time(facts, at)) for at in facts.times],
        "day": _day(facts, facts.times[0]) if facts.times else "",
        "time": _time(facts, facts.times[0]) if facts.times else "",
        "visits": facts.visits,
        "until": f"{_day(facts, facts.until)}, {_time(facts, facts.until)}" if facts.until else "",
        "link": facts.link,
        "language": facts.locale.replace("_", "-"),
    }


@cache
def _environment(marked: bool, locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=marked,
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])
    words = gettext.translation("letters", str(TRANSLATIONS), [locale], fallback=True)
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    return environment


def _day(facts: LetterFacts, at: datetime) -> str:
    on = at.astimezone(ZoneInfo(facts.timezone)).date()
    locale = Locale.parse(facts.locale)
    return format_date(on, "EEEE d MMMM" if locale.language == "en" else "full", locale=locale)


def _time(facts: LetterFacts, at: datetime) -> str:
    """`9:00 AM`, with the zone where the reader lives in another one or the hour comes twice that night."""
    at, locale = at.astimezone(ZoneInfo(facts.timezone)), Locale.parse(facts.locale)
    written = format_time(at.replace(tzinfo=None), "short", locale=locale).replace("\u202f", " ")
    reader = at.astimezone(ZoneInfo(facts.reader_timezone)) if facts.reader_timezone else at
    twice = at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()
    if reader.utcoffset() == at.utcoffset() and not twice:
        return written
    return f"{written} {get_timezone_name(at, width='short', locale=locale)}"


def _telephone(number: str, region: str) -> str:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def _dial(number: str, region: str) -> str:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return ""
    return f"tel:{phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)}"
