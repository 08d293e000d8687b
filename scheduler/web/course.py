"""A series as the course strip draws it, every mark leading to its visit's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from flask import url_for

from scheduler.queries.series_page import SeriesRow
from scheduler.services.changing.replan import ReplanPreview
from scheduler.services.changing.ripple import Ripple
from scheduler.web.course_strips import offered_mark, strip_of_visits, visit_mark
from scheduler.web.looks import current_reading
from scheduler.web.strip import CourseStrip, StripMark


def strip_of(series: SeriesRow, closed: Mapping[date, str] | None = None) -> CourseStrip:
    """The strip of a series as it stands; days that are `closed` are hatched."""
    return strip_of_visits(
        f"Course of {series.initials}", series.visits, closed or {}, current_reading(),
        lambda visit: url_for("desk.appointment", appointment_id=visit.id))


def strip_of_preview(series: SeriesRow, preview: ReplanPreview) -> CourseStrip:
    """The strip of a series as it would be: what moves is drawn with its ghost and an arrow."""
    moves = {move.appointment_id: move for move in preview.moves}
    at = {visit.step: visit.infusion[0] for visit in series.visits if visit.infusion and visit.step}
    marks = tuple(
        offered_mark(moves[visit.id].after, at, was=moves[visit.id].before) if visit.id in moves
        else visit_mark(visit, at, current_reading(), None)
        for visit in series.visits)
    return CourseStrip(f"Course of {series.initials} with the change", marks, today=current_reading().today)


def strip_of_move(series: SeriesRow, ripple: Ripple) -> CourseStrip:
    """The strip of a series with one visit at its new time, the others where they are."""
    at = {visit.step: visit.infusion[0] for visit in series.visits if visit.infusion and visit.step}
    marks = tuple(
        _moved(visit_mark(visit, at, current_reading(), None), ripple) if visit.id == ripple.appointment_id
        else visit_mark(visit, at, current_reading(), None)
        for visit in series.visits)
    return CourseStrip(f"Course of {series.initials} with this visit alone moved", marks,
                       today=current_reading().today)


def _moved(mark: StripMark, ripple: Ripple) -> StripMark:
    return replace(mark, status="proposed", on=ripple.after.date(), time=ripple.after.time(),
                   was_on=ripple.before.date() if ripple.was_placed else None)
