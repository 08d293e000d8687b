"""Visits of running series that were called off, put off or missed and have no new time: none of them is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Series
from scheduler.planning.lifecycle import LOST, OCCUPYING, SeriesStatus, wants_time
from scheduler.queries.visits import VisitRow, visits


@dataclass(frozen=True)
class WithoutTime:
    """One visit that wants a new time. `latest_on`: the last day that keeps its distance to the visit before it."""

    visit: VisitRow
    latest_on: date | None


def without_time(session: Session, clinic_id: int) -> tuple[WithoutTime, ...]:
    """All of a clinic's, those whose last day comes first first. Six queries, however many visits."""
    lost = visits(session, clinic_id, Appointment.status.in_(LOST), Appointment.step.is_not(None),
                  Appointment.series_id.in_(select(Series.id).where(
                      Series.clinic_id == clinic_id, Series.status == SeriesStatus.ACTIVE)))
    lost = tuple(visit for visit in lost if wants_time(visit.status, visit.departure))
    ids = {visit.series_id for visit in lost}
    steps = {row.id: {one["id"]: one for one in row.steps} for row in session.execute(
        select(Series.id, Series.steps).where(Series.id.in_(ids)))}
    stands = {(row.series_id, row.step): row.starts_on for row in session.execute(
        select(Appointment.series_id, Appointment.step, Appointment.starts_on)
        .where(Appointment.series_id.in_(ids), Appointment.status.in_(OCCUPYING)))}
    rows = (WithoutTime(visit, _latest(visit, steps[visit.series_id], stands)) for visit in lost)
    return tuple(sorted(rows, key=lambda row: (row.latest_on or date.max, row.visit.starts_at, row.visit.id)))


def _latest(visit: VisitRow, steps: Mapping, stands: Mapping) -> date | None:
    gaps: Iterable[Mapping] = steps.get(visit.step, {}).get("gaps", ())
    days = [stands[visit.series_id, gap["after"]] + timedelta(days=_most(gap)) for gap in gaps
            if (visit.series_id, gap["after"]) in stands and _most(gap) is not None]
    return min(days, default=None)


def _most(gap: Mapping) -> int | None:
    if gap.get("max_days") is not None:
        return gap["max_days"]
    return None if gap.get("max_hours") is None else int(gap["max_hours"] // 24)
