"""A clinic's wall time and the instants behind it: twice-told times mean the first, skipped ones the offset before."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name."""
    return ZoneInfo(name)


def instant(wall: datetime, timezone: str) -> datetime:
    """The aware UTC instant of a naive wall time."""
    return wall.replace(tzinfo=zone(timezone), fold=0).astimezone(UTC)


def wall(moment: datetime, timezone: str) -> datetime:
    """The naive wall time of an aware instant."""
    return moment.astimezone(zone(timezone)).replace(tzinfo=None, fold=0)


def spoken(moment: datetime) -> str:
    """A wall time for a sentence: Fri 2 Apr 2027, 9:05 AM."""
    return f"{moment:%a} {moment.day} {moment:%b %Y}, {spoken_time(moment)}"


def spoken_time(moment: datetime) -> str:
    """The time of day for a sentence, as the pages write it: 9:05 AM, 12:00 PM."""
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"
