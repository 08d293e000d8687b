"""Courses as course strips: offered ones, held ones and booked ones, drawn by one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from scheduler.planning.words import VisitKind
from scheduler.queries.visits import VisitRow
from scheduler.services.booking.offers import OfferedPlan, OfferedVisit
from scheduler.web.formats import Reading, wall
from scheduler.web.strip import CourseStrip, StripMark, mark_status

SIGNS = {VisitKind.INFUSION: "infusion", VisitKind.THERAPY: "therapy"}


def strip_of_plan(title: str, plan: OfferedPlan, closed: Mapping[date, str], today: date) -> CourseStrip:
    """An offered plan; every visit of it is proposed."""
    at = {one.step: one.infusion_number for one in plan.visits if one.infusion_number}
    marks = tuple(offered_mark(one, at) for one in plan.visits)
    return CourseStrip(title, marks, today=today, closed=dict(closed))


def strip_of_visits(title: str, visits: Iterable[VisitRow], closed: Mapping[date, str], reading: Reading,
                    href: Callable[[VisitRow], str | None] = lambda visit: None) -> CourseStrip:
    """Held or booked visits of one course; `href` gives the address of each visit's page, if it has one."""
    visits = tuple(visits)
    at = {one.step: one.infusion[0] for one in visits if one.infusion and one.step}
    marks = tuple(visit_mark(one, at, reading, href(one)) for one in visits)
    return CourseStrip(title, marks, today=reading.today, closed=dict(closed))


def root_of(step: str, infusions: Mapping[str, int]) -> int | None:
    """The infusion that a session belongs to: `int-3` to `inf-3`, a preparation to the first, a course to none."""
    kind, _, number = step.partition("-")
    if kind == "prep":
        return 1
    return infusions.get(f"inf-{number}") if kind == "int" else None


def offered_mark(visit: OfferedVisit, infusions: Mapping[str, int], was: datetime | None = None) -> StripMark:
    """A proposed visit; `infusions` are the infusion numbers by step, `was` is where it stood (clinic wall time)."""
    sign = SIGNS.get(visit.kind, "other")
    return StripMark(
        sign, "proposed", visit.wall_start.date(), label_of(visit), visit.wall_start.time(),
        number=visit.infusion_number if sign == "infusion" else None,
        hangs_from=root_of(visit.step, infusions) if sign == "therapy" else None, was_on=was.date() if was else None)


def label_of(visit: OfferedVisit) -> str:
    """"Infusion 3 of 6", or the name of the visit type."""
    if visit.infusion_number is None:
        return visit.visit_type_name
    return f"{visit.visit_type_name} {visit.infusion_number} of {visit.infusions}"


def visit_mark(visit: VisitRow, infusions: Mapping[str, int], reading: Reading, href: str | None) -> StripMark:
    """A held or booked visit; `infusions` are the infusion numbers by step."""
    sign, at = SIGNS.get(visit.kind, "other"), wall(visit.starts_at, reading)
    return StripMark(
        sign, mark_status(visit.status), at.date(), visit.label, at.time(),
        number=visit.infusion[0] if visit.infusion else None,
        hangs_from=root_of(visit.step or "", infusions) if sign == "therapy" else None, href=href,
        departure=visit.departure)
