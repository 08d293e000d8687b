"""A day's load of one kind of resource, as it is booked and held now."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from scheduler.planning.loads import DayLoad, day_load
from scheduler.queries.planning_calendar import planning_calendar

NURSE = "nurse"


def load_of_day(session: Session, clinic_id: int, on: date, kind: str = NURSE, *, now: datetime) -> DayLoad:
    """The units in use in five-minute steps against what is on duty. As many queries as the planning calendar asks."""
    calendar = planning_calendar(session, clinic_id, on, on, now=now)
    return day_load(calendar.clinic, calendar.resources, calendar.visit_types, calendar.bookings, on, kind)
