"""A series is completed when nothing of it is still to come, and active again when something is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import Series
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.services.locked import appointments_of

OPEN = frozenset({AppointmentStatus.HELD, AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED,
                  AppointmentStatus.IN_PROGRESS, AppointmentStatus.NO_SHOW})
"""What keeps a series running: a missed visit may still be placed anew, until it is cancelled."""


def settle(session: Session, series_id: int | None, *, now: datetime) -> SeriesStatus | None:
    """Bring a series' status in line with its appointments; gives the status it has then.

    Completed: at least one visit took place, and none is open (cancelled ones were given up). A stopped or paused
    series is left alone.
    """
    if series_id is None:
        return None
    session.flush()
    series = session.get(Series, series_id)
    assert series is not None
    statuses = {row.status for row in appointments_of(session, series_id)}
    done = AppointmentStatus.FULFILLED in statuses and not statuses & OPEN
    if series.status == SeriesStatus.ACTIVE and done:
        series.status, series.ended_at = SeriesStatus.COMPLETED, now
    elif series.status == SeriesStatus.COMPLETED and not done:
        series.status, series.ended_at = SeriesStatus.ACTIVE, None
    return series.status
