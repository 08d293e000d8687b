"""A series is completed when nothing of it is still to come, and active again when something is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Series
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus, keeps_open


def settle(session: Session, series_id: int | None, *, now: datetime) -> SeriesStatus | None:
    """Bring a series' status in line with its appointments; gives the status it has then.

    Completed: at least one visit took place, and none is open (cancelled and omitted ones were given up; a missed or
    deferred one is to be placed anew, and so are the steps of an extended series that never had a time). A stopped or
    paused series is left alone.
    """
    return None if series_id is None else settle_all(session, [series_id], now=now)[series_id]


def settle_all(session: Session, series_ids: Sequence[int], *, now: datetime) -> dict[int, SeriesStatus]:
    """The same for many series, by id. The patients must be locked."""
    session.flush()
    rows: dict[int | None, list[Appointment]] = defaultdict(list)
    for row in session.scalars(select(Appointment).where(Appointment.series_id.in_(series_ids))
                               .execution_options(populate_existing=True)):
        rows[row.series_id].append(row)
    return {id_: _settled(session.get_one(Series, id_), rows[id_], now) for id_ in series_ids}


def _settled(series: Series, rows: Sequence[Appointment], now: datetime) -> SeriesStatus:
    done = (any(row.status == AppointmentStatus.FULFILLED for row in rows)
            and not any(keeps_open(row.status, row.departure) for row in rows)
            and {step["id"] for step in series.steps} <= {row.step for row in rows})
    if series.status == SeriesStatus.ACTIVE and done:
        series.status, series.ended_at = SeriesStatus.COMPLETED, now
    elif series.status == SeriesStatus.COMPLETED and not done:
        series.status, series.ended_at = SeriesStatus.ACTIVE, None
    return series.status
