"""A field for the hours of one weekday, written as people write them: 8:00 AM – 12:00 PM, 1:00 PM – 6:00 PM."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.widgets import TextInput

from scheduler.planning.weeks import WEEKDAYS, Interval, Week

EXAMPLE = "8:00 AM – 12:00 PM, 1:00 PM – 6:00 PM"
_TIME = re.compile(r"(\d{1,2})(?::?(\d\d))?\s*(?:([ap])\.?m?\.?)?", flags=re.IGNORECASE)
_DASH = re.compile(r"\s*(?:[-–—]|\bto\b|\buntil\b)\s*", flags=re.IGNORECASE)


def read_hours(text: str) -> list[Interval]:
    """The intervals that a text says; empty for an empty one. Raises ValueError with a sentence."""
    return [_interval(part) for part in re.split(r"[,;]|\band\b", text) if part.strip()]


def _interval(text: str) -> Interval:
    ends = _DASH.split(text.strip())
    if len(ends) != 2:
        raise ValueError(f"“{text.strip()}” is no span of hours. Write it as {EXAMPLE}.")
    return _time(ends[0]), _time(ends[1])


def _time(text: str) -> time:
    found = _TIME.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    half = found[3].lower() if found and found[3] else ""
    if half and not 1 <= hour <= 12 or hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError(f"“{text.strip()}” is no time of day. Write it as {EXAMPLE}.")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour % 24, minute)


def write_hours(intervals: Sequence[Interval]) -> str:
    """The intervals as `read_hours` reads them."""
    return ", ".join(f"{_written(opens)} – {_written(closes)}" for opens, closes in intervals)


def _written(at: time) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"


class HoursField(Field):
    """Text in, intervals out."""

    widget = TextInput()

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else write_hours(self.data or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        self.data = []
        if valuelist:
            self.data = read_hours(valuelist[0])


class WeekForm(FlaskForm):
    """One field a weekday; an empty one is a day off."""

    day_0 = HoursField(WEEKDAYS[0])
    day_1 = HoursField(WEEKDAYS[1])
    day_2 = HoursField(WEEKDAYS[2])
    day_3 = HoursField(WEEKDAYS[3])
    day_4 = HoursField(WEEKDAYS[4])
    day_5 = HoursField(WEEKDAYS[5])
    day_6 = HoursField(WEEKDAYS[6])

    @property
    def days(self) -> list[HoursField]:
        """The seven fields."""
        return [self[f"day_{weekday}"] for weekday in range(7)]

    def week(self) -> dict[int, list[Interval]]:
        """What was said, by weekday."""
        return {weekday: field.data for weekday, field in enumerate(self.days) if field.data}


def days_of(week: Week) -> dict[str, Sequence[Interval]]:
    """A week as the form's own data."""
    return {f"day_{weekday}": intervals for weekday, intervals in week.items()}
