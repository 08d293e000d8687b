"""The hour of a visit, as a reader's language writes it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_time, get_timezone_name


@lru_cache(2048)
def hour(at: datetime, *, timezone: str, locale: str, reader_timezone: str | None) -> str:
    """`9:00 AM`, with the zone where the reader lives in another one or the hour comes twice that night."""
    at, spoken = at.astimezone(ZoneInfo(timezone)), Locale.parse(locale)
    written = format_time(at.replace(tzinfo=None), "short", locale=spoken).replace("\u202f", " ").replace("\xa0", " ")
    reader = at.astimezone(ZoneInfo(reader_timezone)) if reader_timezone else at
    twice = at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()
    if reader.utcoffset() == at.utcoffset() and not twice:
        return written
    return f"{written} {get_timezone_name(at, width='short', locale=spoken)}"
