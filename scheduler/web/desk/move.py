"""Move one visit to a time that keeps every rule, while the others of its series stay."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.visits import VisitRow
from scheduler.services.free_times import MoveTimes, move_times
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.reschedule import WAITING, MoveVisit, move_visit
from scheduler.services.whole import booking
from scheduler.web.desk import desk
from scheduler.web.desk.visit_actions import named, the_visit
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.formats import day_of
from scheduler.web.looks import current_reading
from scheduler.web.said import say

DAYS = 14


@desk.get("/appointments/<int:appointment_id>/move")
@needs(Permission.BOOK)
def appointment_move(appointment_id: int) -> ResponseReturnValue:
    """The times it could have, by day."""
    row = the_visit(appointment_id)
    if row.status not in WAITING:
        say("This visit has begun or is recorded. Take that back before you move it.", tone="attention")
        return redirect(url_for("desk.appointment", appointment_id=appointment_id))
    return _page(row)


@desk.post("/appointments/<int:appointment_id>/move")
@needs(Permission.BOOK)
def appointment_move_to(appointment_id: int) -> ResponseReturnValue:
    """Move it to one of them."""
    row = the_visit(appointment_id)
    try:
        start, version = datetime.fromisoformat(request.form.get("start", "")), int(request.form.get("version", ""))
    except ValueError:
        abort(400)
    if start.tzinfo is not None:
        abort(400)
    with booking(database(), now=now()) as session:
        result = move_visit(session, MoveVisit(appointment_id, version, start), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return _page(row, result)
    say(f"{named(the_visit(appointment_id))}: this is the new time.")
    return redirect(url_for("desk.appointment", appointment_id=appointment_id), 303)


def _first_day(row: VisitRow) -> date:
    reading = current_reading()
    try:
        asked = date.fromisoformat(request.values.get("from", ""))
    except ValueError:
        asked = day_of(row.starts_at, reading) - timedelta(days=2)
    return min(max(asked, reading.today), reading.today + timedelta(days=730))


def _page(row: VisitRow, refused: Refused | None = None) -> Response:
    first = _first_day(row)
    command = MoveTimes(row.id, first, first + timedelta(days=DAYS - 1))
    with database().reading() as session:
        found = move_times(session, command, by=current_viewer(), now=now())
    if isinstance(found, NotFound):
        abort(404)
    if isinstance(found, Refused):
        refused, found = found, ()
    days = [(day, list(times)) for day, times in groupby(
        sorted(found, key=lambda one: one.wall_start), lambda one: one.wall_start.date())]
    page = render_template("desk/appointment_move.html", visit=row, days=days, first=first, refused=refused,
                           last=command.last_on, later=first + timedelta(days=DAYS), today=current_reading().today,
                           earlier=max(first - timedelta(days=DAYS), current_reading().today))
    return Response(page, 409 if refused else 200)
