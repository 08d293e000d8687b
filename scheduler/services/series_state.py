"""A series is completed when nothing of it is still to come, and active again when something is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import Series
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus, keeps_open
from scheduler.services.locked import appointments_of


def settle(session: Session, series_id: int | None, *, now: datetime) -> SeriesStatus | None:
    """Bring a series' status in line with its appointments; gives the status it has then.

    Completed: at least one visit took place, and none is open (cancelled and omitted ones were given up; a missed or
    deferred one is to be placed anew, and so are the steps of an extended series that never had a time). A stopped or
    paused series is left alone.
    """
    if series_id is None:
        return None
    session.flush()
    series = session.get(Series, series_id)
    assert series is not None
    rows = appointments_of(session, series_id)
    done = (any(row.status == AppointmentStatus.FULFILLED for row in rows)
            and not any(keeps_open(row.status, row.departure) for row in rows)
            and {step["id"] for step in series.steps} <= {row.step for row in rows})
    if series.status == SeriesStatus.ACTIVE and done:
        series.status, series.ended_at = SeriesStatus.COMPLETED, now
    elif series.status == SeriesStatus.COMPLETED and not done:
        series.status, series.ended_at = SeriesStatus.ACTIVE, None
    return series.status
