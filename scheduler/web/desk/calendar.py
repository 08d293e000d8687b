"""The calendar: a day with a column per chair, nurse or therapist, a week to read, a day list to print."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for

from scheduler.access import Permission
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.queries.day import Day, kinds, the_day, visits_between
from scheduler.queries.day_load import NURSE, load_of_day
from scheduler.queries.visits import VisitRow
from scheduler.web.asked_day import asked_day
from scheduler.web.desk import desk
from scheduler.web.door import current_clinic, current_viewer, database, needs, now
from scheduler.web.formats import day_of, wall
from scheduler.web.load_picture import load_picture
from scheduler.web.looks import current_reading
from scheduler.web.phases import phase_key
from scheduler.web.statuses import status_look

SATURDAY = 5
KEPT = "This time is only kept, for a plan or an offer that nobody has accepted yet, so there is nothing to move."
BEGUN = "This visit has begun or is recorded. Take that back before you move it."


@desk.get("/calendar")
@needs(Permission.SEE_CALENDAR)
def calendar() -> str:
    """One day, by resources of one kind, under the load of its nurses."""
    clinic, on = current_clinic(), asked_day()
    with database().reading() as session:
        offered = kinds(session, clinic.id)
        kind = request.args.get("by", "")
        kind = kind if kind in offered else (offered or ("chair",))[0]
        day = the_day(session, clinic.id, clinic.timezone, on, kind)
        load = load_of_day(session, clinic.id, on, now=now()) if NURSE in offered else None
    drawn = load_picture(load, current_reading()) if load is not None and not load.idle else None
    return render_template("desk/calendar.html", day=day, kind=kind, kinds=offered, feed=_feed(day, kind), load=drawn,
                           move_of=move_of,
                           before=on - timedelta(days=1), after=on + timedelta(days=1), today=current_reading().today)


@desk.get("/calendar/week")
@needs(Permission.SEE_CALENDAR)
def calendar_week() -> str:
    """Seven days to read, Monday first; a weekend without visits is left out."""
    clinic, on = current_clinic(), asked_day()
    monday = on - timedelta(days=on.weekday())
    with database().reading() as session:
        found = visits_between(session, clinic.id, clinic.timezone, monday, monday + timedelta(days=6))
    days = [(day, [visit for visit in found if day_of(visit.starts_at, current_reading()) == day])
            for day in (monday + timedelta(days=number) for number in range(7))]
    days = [(day, of_day) for day, of_day in days if of_day or day.weekday() < SATURDAY]
    return render_template("desk/calendar_week.html", days=days, monday=monday, today=current_reading().today,
                           move_of=move_of, stays=stays,
                           before=monday - timedelta(days=7), after=monday + timedelta(days=7))


@desk.get("/calendar/list")
@needs(Permission.SEE_CALENDAR)
def calendar_list() -> str:
    """The day on paper: the fallback when the power is out."""
    clinic, on = current_clinic(), asked_day()
    with database().reading() as session:
        found = visits_between(session, clinic.id, clinic.timezone, on, on)
    return render_template("desk/calendar_list.html", on=on, visits=found, today=current_reading().today,
                           day_before=on - timedelta(days=1), day_after=on + timedelta(days=1))


def _feed(day: Day, kind: str) -> dict[str, Any]:
    """What calendar.js draws: columns, events with their phases, and the hours in which a column is shut."""
    reading = current_reading()
    shut = [
        {"resourceIds": [column.id], "start": f"{day.on}T{begin:%H:%M}",
         "end": f"{day.on}T{end:%H:%M}" if end.hour or end.minute else f"{day.on}T24:00", "display": "background",
         "classNames": ["cal-shut"]}
        for column in day.columns for begin, end in column.shut]
    return {
        "day": str(day.on), "opens": f"{day.opens:%H:%M}" if day.opens else "08:00",
        "kind": kind, "grid": day.grid_minutes, "closes": _closes(day),
        "now": f"{wall(reading.now, reading):%Y-%m-%dT%H:%M:%S}",
        "locale": reading.locale.replace("_", "-"),
        "columns": [{"id": column.id, "title": column.name} for column in day.columns],
        "events": [_event(visit, kind) for visit in day.visits if visit.named(kind)] + shut,
    }


def _closes(day: Day) -> str:
    if day.closes is None:
        return "18:00"
    return "24:00" if not (day.closes.hour or day.closes.minute) else f"{day.closes:%H:%M}"


def _event(visit: VisitRow, kind: str) -> dict[str, Any]:
    reading, look = current_reading(), status_look(visit.status)
    minutes = (visit.ends_at - visit.starts_at).total_seconds() / 60
    return {
        "id": visit.id, "start": f"{wall(visit.starts_at, reading):%Y-%m-%dT%H:%M}",
        "end": f"{wall(visit.ends_at, reading):%Y-%m-%dT%H:%M}",
        "resourceIds": [one.id for one in visit.resources if one.kind == kind],
        "url": url_for("desk.appointment", appointment_id=visit.id), "move": move_of(visit), "stays": stays(visit),
        "who": visit.patient_name, "what": visit.label,
        "status": look.word, "tone": look.tone,
        "confirmed": visit.confirmed_at is not None, "cannotCome": visit.cannot_come_at is not None,
        "phases": [{"key": phase_key(phase.name), "name": phase.name,
                    "share": round((phase.ends_at - phase.starts_at).total_seconds() / 60 / minutes, 4)}
                   for phase in visit.phases],
    }


def move_of(visit: VisitRow) -> str | None:
    """Where a visit that may be dragged is moved; None for one that stays."""
    if _why_it_stays(visit) or not current_viewer().may(Permission.BOOK):
        return None
    return url_for("desk.appointment_move", appointment_id=visit.id)


def stays(visit: VisitRow) -> str | None:
    """Why a visit cannot be dragged, for whoever may move visits; None for one that can."""
    return _why_it_stays(visit) or None if current_viewer().may(Permission.BOOK) else None


def _why_it_stays(visit: VisitRow) -> str:
    if visit.status == AppointmentStatus.BOOKED:
        return ""
    if visit.status == AppointmentStatus.HELD:
        return "" if visit.series_id is not None else KEPT
    return BEGUN
