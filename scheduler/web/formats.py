"""How days, times, durations and telephones are written: for a locale, in the clinic's zone.

Every function takes a `Reading` (who reads, where, when). A naive datetime is the clinic's wall time, as planning
uses it; an aware one is brought to the clinic's zone first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_timezone_name

YEAR_AT_THE_END = re.compile(r",?\s*(?:'[^']*'\s*)?y+$")
MANY_DAYS = 180  # beyond this distance a date is written with its year
NAMED_DAYS = {
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
    "es": {-1: "ayer", 0: "hoy", 1: "mañana"},
}


@dataclass(frozen=True)
class Reading:
    """For whom something is written: locale, the clinic's zone and region, the reader's own zone, and the present."""

    zone: ZoneInfo
    now: datetime
    locale: str = "en_US"
    region: str = "US"
    reader_zone: ZoneInfo | None = None

    @property
    def today(self) -> date:
        """The clinic's local date at `now`."""
        return self.now.astimezone(self.zone).date()


@lru_cache(maxsize=64)
def locale_of(name: str) -> Locale:
    """The Babel locale of `en_US` or `en-US`; an unknown one reads as US English."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en", "US")


def wall(value: datetime, reading: Reading) -> datetime:
    """The aware wall time at the clinic; a naive value is read as the clinic's own wall time."""
    return value.replace(tzinfo=reading.zone) if value.tzinfo is None else value.astimezone(reading.zone)


def day_of(value: date | datetime, reading: Reading) -> date:
    """The clinic-local date of an instant, or the date itself."""
    return wall(value, reading).date() if isinstance(value, datetime) else value


def day(value: date | datetime, reading: Reading) -> str:
    """`Thu 7 Jan`; with the year (`Thu 7 Jan 2027`) where it is more than half a year away."""
    on = day_of(value, reading)
    far = abs((on - reading.today).days) > MANY_DAYS
    if reading.locale.startswith("en"):
        return format_date(on, "EEE d MMM y" if far else "EEE d MMM", locale=locale_of(reading.locale))
    return format_skeleton("yMMMEd" if far else "MMMEd", on, locale=locale_of(reading.locale))


def iso_day(value: date | datetime, reading: Reading) -> str:
    """`2027-01-07`, the clinic-local date as an address carries it."""
    return day_of(value, reading).isoformat()


def iso_time(value: datetime, reading: Reading) -> str:
    """`09:00`, the clinic's wall time as an address carries it."""
    return f"{wall(value, reading):%H:%M}"


def language_name(code: str, reading: Reading) -> str:
    """`Spanish` for `es`; a code that nobody knows stays as it is."""
    try:
        return Locale.parse(code, sep="-").get_display_name(locale_of(reading.locale)) or code
    except (UnknownLocaleError, ValueError):
        return code


def long_day(value: date | datetime, reading: Reading) -> str:
    """`Thursday 7 January 2027`, for headings and print."""
    on = day_of(value, reading)
    pattern = "EEEE d MMMM y" if reading.locale.startswith("en") else "full"
    return format_date(on, pattern, locale=locale_of(reading.locale))


def plain_date(value: date, reading: Reading) -> str:
    """`17 May 1980`: a date that is not an appointment, such as a birthday."""
    pattern = "d MMM y" if reading.locale.startswith("en") else "medium"
    return format_date(value, pattern, locale=locale_of(reading.locale))


def spoken_day(value: date | datetime, reading: Reading) -> str:
    """`Thursday 7 January`, as one says it to a patient; with the year where it is more than half a year away."""
    on = day_of(value, reading)
    far = abs((on - reading.today).days) > MANY_DAYS
    locale = locale_of(reading.locale)
    pattern = "EEEE d MMMM y" if locale.language == "en" else locale.date_formats["full"].pattern
    return format_date(on, pattern if far else YEAR_AT_THE_END.sub("", pattern), locale=locale)


def clock_time(value: datetime | time, reading: Reading) -> str:
    """`9:00 AM`, with plain spaces; the zone is named where it is needed to know the hour."""
    at = wall(value, reading) if isinstance(value, datetime) else value
    written = _written(at.hour, at.minute, reading.locale)
    zone = zone_word(at, reading) if isinstance(at, datetime) else ""
    return f"{written} {zone}" if zone else written


@lru_cache(maxsize=4096)
def _written(hour: int, minute: int, locale: str) -> str:
    """A page of free times writes a thousand of them, the same few each day."""
    return format_time(time(hour, minute), "short", locale=locale_of(locale)).replace("\u202f", " ")


def zone_word(at: datetime, reading: Reading) -> str:
    """`EST` where the reader's own zone differs at that instant, or the hour comes twice that night; else empty."""
    twice = at.replace(fold=0).utcoffset() > at.replace(fold=1).utcoffset()
    elsewhere = reading.reader_zone is not None and at.astimezone(reading.reader_zone).utcoffset() != at.utcoffset()
    if not (twice or elsewhere):
        return ""
    return get_timezone_name(at, width="short", locale=locale_of(reading.locale))


def when(value: datetime, reading: Reading) -> str:
    """`Thu 7 Jan, 9:00 AM`."""
    return f"{day(value, reading)}, {clock_time(value, reading)}"


def time_span(start: datetime, end: datetime, reading: Reading) -> str:
    """`9:00–10:55 AM` on one day; the half of the day is written once where both share it."""
    first, last = clock_time(start, reading), clock_time(end, reading)
    head, _, half = first.partition(" ")
    return f"{head}–{last}" if half and last.endswith(f" {half}") else f"{first}–{last}"


def away(value: date | datetime, reading: Reading) -> str:
    """How far off a day is: `today`, `tomorrow`, `in 2 days`, `3 weeks ago`; days are the clinic's calendar days."""
    days = (day_of(value, reading) - reading.today).days
    locale = locale_of(reading.locale)
    named = NAMED_DAYS.get(locale.language, {}).get(days)
    if named:
        return named
    granularity, threshold = ("day", 1000) if abs(days) < 14 else ("week", 1000 if abs(days) < 84 else 0.85)
    return format_timedelta(timedelta(days=days), granularity=granularity, threshold=threshold,
                            add_direction=True, locale=locale)


def duration(value: int | timedelta) -> str:
    """`1 h 55 min` from minutes or a timedelta; seconds are dropped. `h` and `min` are the international symbols."""
    minutes = int(value.total_seconds() // 60) if isinstance(value, timedelta) else int(value)
    sign, minutes = ("−" if minutes < 0 else ""), abs(minutes)
    hours, rest = divmod(minutes, 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest or not hours else [])
    return sign + " ".join(parts)


def telephone(value: str | None, reading: Reading) -> str:
    """`(301) 555-0142` for the clinic's own region, `+44 20 7946 0018` for another; what cannot be read stays."""
    if not value:
        return ""
    try:
        number = phonenumbers.parse(value, reading.region)
    except phonenumbers.NumberParseException:
        return value
    home = number.country_code == phonenumbers.country_code_for_region(reading.region)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def telephone_link(value: str | None, reading: Reading) -> str:
    """The `tel:` address of a number; empty where there is none that a telephone could dial."""
    if not value:
        return ""
    try:
        number = phonenumbers.parse(value, reading.region)
    except phonenumbers.NumberParseException:
        return ""
    return f"tel:{phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}"


def weekday_letter(value: date, reading: Reading) -> str:
    """`T` for a Thursday, as narrow as the locale writes it."""
    return format_date(value, "ccccc", locale=locale_of(reading.locale))


def month_name(value: date, reading: Reading) -> str:
    """`January`, with the year where it begins one."""
    return format_date(value, "LLLL y" if value.month == 1 else "LLLL", locale=locale_of(reading.locale))
