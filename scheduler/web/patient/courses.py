"""The patient's course: as a list of times for whoever holds the link, whole once the date of birth is given."""

from __future__ import annotations

from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask import render_template
from flask_babel import gettext

from scheduler.planning.words import VisitKind
from scheduler.queries.patient_course import CourseVisit, PatientCourse, patient_course
from scheduler.queries.patient_links import LinkRow
from scheduler.queries.patient_page import PatientPage, VisitLine
from scheduler.web import door
from scheduler.web.course_strips import SIGNS, root_of
from scheduler.web.formats import locale_of, wall
from scheduler.web.looks import current_reading
from scheduler.web.patient import keyring, patient
from scheduler.web.patient.opened import Shown, closed, opened
from scheduler.web.strip import CourseStrip, StripMark, mark_status

MAP = "https://www.openstreetmap.org/search?query="

door.open_to_all("patient.visits")


@patient.get("/visit/all")
def visits() -> Shown:
    """Every visit to come; the whole course, once the date of birth is given."""
    link, page = opened()
    if link is None or page is None:
        return closed()
    zone = zone_name(page, page.coming[0]) if page.coming else ""
    if not keyring.proven():
        return render_template("patient/visits.html", page=page, clinic=page.clinic, zone=zone)
    course = course_of(link)
    return render_template("patient/course.html", page=page, course=course, link=link, clinic=page.clinic, zone=zone,
                           strip=_strip(course), name_of=name_of, past=_past(course))


def course_of(link: LinkRow) -> PatientCourse:
    """The course behind a link."""
    with door.database().reading() as session:
        return patient_course(session, link, now=door.now())


def zone_name(page: PatientPage, line: VisitLine) -> str:
    """The clinic's zone in words, as it is called on the day of a visit."""
    at = line.starts_at.astimezone(ZoneInfo(page.clinic.timezone))
    return get_timezone_name(at, width="long", zone_variant="generic", locale=locale_of(current_reading().locale))


@patient.app_template_global()
def map_link(address: str) -> str:
    """A page with a map of an address; nothing of it is loaded before somebody goes there."""
    return MAP + quote_plus(" ".join(address.split()))


def name_of(visit: CourseVisit) -> str:
    """What a visit is called where somebody may look over a shoulder: never what is given or treated."""
    if visit.number is not None:
        return gettext("Visit %(number)s of %(of)s", number=visit.number[0], of=visit.number[1])
    return gettext("Talk") if visit.kind == VisitKind.THERAPY else gettext("Visit")


def word_of(visit: CourseVisit) -> str:
    """Where a visit stands, in one word or two."""
    words = {"given": gettext("done"), "cancelled": gettext("cancelled"), "missed": gettext("missed"),
             "arrived": gettext("today"), "booked": gettext("confirmed") if visit.line.confirmed else gettext("booked")}
    return words.get(mark_status(visit.line.status), "")


def _past(course: PatientCourse) -> tuple[CourseVisit, ...]:
    return tuple(one for one in course.visits if not one.line.to_come and mark_status(one.line.status) == "given")


def _strip(course: PatientCourse) -> CourseStrip:
    reading, infusions = current_reading(), {one.step: one.number[0] for one in course.visits if one.number}
    marks = []
    for one in course.visits:
        at, sign = wall(one.line.starts_at, reading), SIGNS.get(one.kind, "other")
        marks.append(StripMark(
            sign, mark_status(one.line.status), at.date(), name_of(one), at.time(),
            number=one.number[0] if one.number else None, said=word_of(one),
            hangs_from=root_of(one.step or "", infusions) if sign == "therapy" else None))
    return CourseStrip(gettext("Your visits"), tuple(marks), today=reading.today)
