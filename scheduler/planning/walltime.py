"""Wall time as whole minutes, and elapsed time across the clinic's clock changes.

A wall minute counts from 0001-01-01T00:00 (day ordinal times 1440). Elapsed seconds are those of the instant meant:
a wall time that occurs twice means the first, one that is skipped is read with the offset before the change.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 1440
_ORIGIN = datetime(1, 1, 1)  # noqa: DTZ001 - wall time is naive by definition


def minute_of(moment: datetime) -> int:
    """The wall minute of a naive date and time."""
    return moment.toordinal() * DAY + moment.hour * 60 + moment.minute


def moment_of(minute: int) -> datetime:
    """The naive date and time of a wall minute."""
    return _ORIGIN + timedelta(days=minute // DAY - 1, minutes=minute % DAY)


def offset_seconds(zone: ZoneInfo, minute: int) -> int:
    """Seconds that the zone is ahead of UTC at a wall minute."""
    offset = moment_of(minute).replace(tzinfo=zone).utcoffset()
    return offset.days * 86400 + offset.seconds


def elapsed_seconds(zone: ZoneInfo, minute: int) -> int:
    """The instant of a wall minute, in seconds on a scale that clock changes do not disturb."""
    return minute * 60 - offset_seconds(zone, minute)


def seconds_at_least(hours: int | float) -> int:
    """The fewest whole seconds that are not below so many hours."""
    seconds = int(hours * 3600)
    while seconds / 3600 >= hours:
        seconds -= 1
    while seconds / 3600 < hours:
        seconds += 1
    return seconds


def seconds_at_most(hours: int | float) -> int:
    """The most whole seconds that are not above so many hours."""
    seconds = int(hours * 3600)
    while seconds / 3600 <= hours:
        seconds += 1
    while seconds / 3600 > hours:
        seconds -= 1
    return seconds


def clock_text(minute: int) -> str:
    """A time of day, `HH:MM`, from minutes past midnight (1440 is 24:00)."""
    return f"{minute // 60:02}:{minute % 60:02}"


def midnight(moment: datetime) -> datetime:
    """The start of the day of a moment."""
    return datetime.combine(moment.date(), time())
