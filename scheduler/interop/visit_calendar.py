"""Visits as an iCalendar file for the patient's own calendar: when and where, never what for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from scheduler.planning.calendar_marks import identifier, sequence

PRODUCT = "-//Leafout//Visits//EN"
REMIND_BEFORE = timedelta(hours=3)


@dataclass(frozen=True)
class CalendarVisit:
    """One visit; `version` counts its moves, so that a calendar replaces the older time."""

    id: int
    version: int
    starts_at: datetime
    ends_at: datetime


def calendar_of(visits: Iterable[CalendarVisit], *, clinic: str, telephone: str, host: str, now: datetime,
                word: str = "Visit", place: str = "") -> bytes:
    """The file. `host` makes the identifiers unique in the world; it says `word`, where, and whom to call."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for visit in visits:
        event = Event()
        event.add("uid", identifier(visit.id, host))
        event.add("sequence", sequence(visit.version))
        event.add("dtstamp", now)
        event.add("dtstart", visit.starts_at)
        event.add("dtend", visit.ends_at)
        event.add("summary", word)
        event.add("location", place or clinic)
        event.add("description", telephone)
        event.add("class", "PRIVATE")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", word)
        alarm.add("trigger", -REMIND_BEFORE)
        event.add_component(alarm)
        calendar.add_component(event)
    return calendar.to_ical()
