"""A series as the course strip draws it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask import url_for

from scheduler.queries.series_page import SeriesRow
from scheduler.queries.visits import VisitRow
from scheduler.web.formats import wall
from scheduler.web.looks import current_reading
from scheduler.web.strip import CourseStrip, StripMark, mark_status


def strip_of(series: SeriesRow, *, links: bool = True, closed: Mapping[date, str] | None = None) -> CourseStrip:
    """The strip of a series, its marks leading to the visits' pages unless `links` is false; `closed` is hatched."""
    numbers = {visit.step: visit.infusion[0] for visit in series.visits if visit.infusion}
    return CourseStrip(
        f"Course of {series.initials}",
        marks=tuple(_mark(visit, numbers.get(series.belongs.get(visit.step or "")), links) for visit in series.visits),
        today=current_reading().today, closed=closed or {})


def _mark(visit: VisitRow, hangs_from: int | None, links: bool) -> StripMark:
    at: datetime = wall(visit.starts_at, current_reading())
    kind = visit.kind if visit.kind in ("infusion", "therapy") else "other"
    return StripMark(
        str(kind), mark_status(visit.status), at.date(), visit.label, time=at.time().replace(tzinfo=None),
        number=visit.infusion[0] if visit.infusion else None, hangs_from=hangs_from if kind != "infusion" else None,
        href=url_for("desk.appointment", appointment_id=visit.id) if links else None)
