"""What texts say: by kind, language and the discretion that the patient chose, in one plain text of 160 characters.

Nothing but the clinic's short name, a time, a telephone and a link, and less of it where the patient wants less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

from scheduler.messaging.catalogue import environment
from scheduler.messaging.hours import hour
from scheduler.messaging.own_letters import BY_REPLY, own_text
from scheduler.messaging.telephones import as_dialled
from scheduler.planning.crisis import CRISIS_TEXT
from scheduler.planning.gsm7 import fits, plain
from scheduler.planning.own_words import OwnWords
from scheduler.planning.words import Discretion, MessageKind, NoticeKind

NAMES = {kind: f"{kind.replace(' ', '_')}.jinja" for kind in (*MessageKind, *NoticeKind)}
NAMED = frozenset({NoticeKind.HELP, NoticeKind.STOPPED, NoticeKind.REQUEST, NoticeKind.ALERT})
"""Kinds that say who writes whatever the discretion: somebody asked just that, or it is for the clinic's own people."""


@dataclass(frozen=True)
class TextFacts:
    """Everything a text may know. `visits` is how many it is about; `times` are the aware starts that it may name."""

    kind: MessageKind | NoticeKind
    short_name: str
    telephone: str
    region: str
    timezone: str
    locale: str
    discretion: Discretion = Discretion.CLINIC_AND_TIME
    times: tuple[datetime, ...] = ()
    visits: int = 1
    link: str | None = None
    reader_timezone: str | None = None
    until: datetime | None = None
    crisis_text: str = CRISIS_TEXT
    own: OwnWords | None = None
    """The clinic's own words; they count where the patient lets a text say who writes and when."""


class TooLong(Exception):
    """Not even the least that a text has to say fits; the clinic's short name or BASE_URL is too long."""


def write_text(facts: TextFacts) -> str:
    """The words of one text: of everything it could say what fits, the clinic's telephone and the link in turn."""
    if facts.own is not None and facts.discretion == Discretion.CLINIC_AND_TIME:
        words = write_own_text(facts, facts.own)
        if fits(words):
            return words
    for variant in _shorter(facts):
        words = plain(_capital(" ".join(_rendered(variant).split())))
        if fits(words):
            return words
    raise TooLong(f"A text of the kind “{facts.kind}” does not fit: shorten the clinic's short name or BASE_URL.")


def write_own_text(facts: TextFacts, own: OwnWords) -> str:
    """A text in a clinic's own words, however long it gets."""
    return plain(own_text(own, _named(facts), facts.locale))


def _shorter(facts: TextFacts) -> Iterator[TextFacts]:
    """The same text with less and less in it; the last resort names no clinic."""
    yield facts
    without_link, without_telephone = replace(facts, link=None), replace(facts, telephone="")
    if facts.kind in BY_REPLY and facts.discretion != Discretion.LINK_ALONE:
        yield from (without_link, without_telephone)
    elif isinstance(facts.kind, MessageKind) and facts.link:
        yield without_telephone


def _rendered(facts: TextFacts) -> str:
    template = environment("texts", facts.locale, marked=False).get_template(NAMES[facts.kind])
    asks = facts.kind in BY_REPLY and facts.visits == 1 and bool(facts.times)
    return template.render(
        brand=facts.short_name if facts.discretion == Discretion.CLINIC_AND_TIME or facts.kind in NAMED else "",
        telephone=as_dialled(facts.telephone, facts.region) if facts.telephone else "",
        discretion=str(facts.discretion), when=_listed(facts), visits=facts.visits, asks=asks, link=facts.link,
        until=_when(facts, facts.until) if facts.until else "",
        own=facts.crisis_text if facts.crisis_text != CRISIS_TEXT else "")


def _named(facts: TextFacts) -> dict[str, str]:
    """What the placeholders of a clinic's own words stand for."""
    first = facts.times[0] if facts.times else None
    return {
        "clinic": facts.short_name, "telephone": as_dialled(facts.telephone, facts.region), "visit": _listed(facts),
        "day": _when(facts, first).rpartition(", ")[0] if first else "", "time": _hour(facts, first) if first else "",
        "link": facts.link or "", "until": _when(facts, facts.until) if facts.until else "",
        "count": str(facts.visits)}


def _listed(facts: TextFacts) -> str:
    """The first time, and the hour of the next where it is of the same day."""
    if not facts.times:
        return ""
    first, *others = facts.times
    zone = ZoneInfo(facts.timezone)
    same = [at for at in others if at.astimezone(zone).date() == first.astimezone(zone).date()]
    return " + ".join([_when(facts, first), *(_hour(facts, at) for at in same[:1])])


def _when(facts: TextFacts, at: datetime) -> str:
    """`Thu Jan 7, 9:00 AM` (`jue 7 ene, 9:00 a.m.`), on the clinic's clock."""
    on, locale = at.astimezone(ZoneInfo(facts.timezone)), Locale.parse(facts.locale)
    day = format_date(on.date(), "EEE MMM d" if locale.language == "en" else "EEE d MMM", locale=locale)
    return f"{day}, {_hour(facts, at)}"


def _hour(facts: TextFacts, at: datetime) -> str:
    return hour(at, timezone=facts.timezone, locale=facts.locale, reader_timezone=facts.reader_timezone)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
