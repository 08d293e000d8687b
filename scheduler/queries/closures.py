"""On which days a clinic is closed, and why."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Closure

CLOSED = "Closed"


def closed_days(session: Session, clinic_id: int, first: date, last: date) -> dict[date, str]:
    """Every closed day from `first` to `last`, both inclusive, with its reason. One query."""
    rows = session.scalars(select(Closure).where(
        Closure.clinic_id == clinic_id, Closure.starts_on <= last, Closure.last_on >= first))
    found: dict[date, str] = {}
    for row in rows:
        day, end = max(row.starts_on, first), min(row.last_on, last)
        while day <= end:
            found[day] = row.reason or CLOSED
            day += timedelta(days=1)
    return found
