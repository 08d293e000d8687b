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
    """A wall time for a sentence: Fri 2 Apr 2027, 09:05."""
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M}"
