"""Move one visit: the times that keep every rule, or any other that is picked; each leads to its ghost plan."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.visits import VisitRow
from scheduler.queries.working_resources import working_resources
from scheduler.services.booking.free_times import FreeTime, MoveTimes, move_times
from scheduler.services.changing.reschedule import WAITING
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.ripple import asked_move, ghost_page
from scheduler.web.desk.start_days import Start, start_days
from scheduler.web.desk.visit_actions import the_visit
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.formats import day_of, wall
from scheduler.web.looks import current_reading
from scheduler.web.said import say

DAYS = 14


@desk.get("/appointments/<int:appointment_id>/move")
@needs(Permission.BOOK)
def appointment_move(appointment_id: int) -> ResponseReturnValue:
    """The times it could have, by day; with `to` in the address the ghost plan of that time."""
    row = the_visit(appointment_id)
    if row.status not in WAITING:
        say("This visit has begun or is recorded. Take that back before you move it.", tone="attention")
        return redirect(url_for("desk.appointment", appointment_id=appointment_id))
    if day := request.args.get("on"):
        return redirect(url_for("desk.appointment_move", appointment_id=appointment_id, then=request.args.get("then"),
                                to=f"{day}T{request.args.get('at', '')}", pick=request.args.getlist("pick") or None))
    return ghost_page(row, asked_move(appointment_id)) if request.args.get("to") else _page(row)


def _first_day(row: VisitRow) -> date:
    reading = current_reading()
    try:
        asked = date.fromisoformat(request.values.get("from", ""))
    except ValueError:
        asked = day_of(row.starts_at, reading) - timedelta(days=2)
    return min(max(asked, reading.today), reading.today + timedelta(days=730))


def _page(row: VisitRow) -> Response:
    reading, first, refused = current_reading(), _first_day(row), None
    found: tuple[FreeTime, ...] | Refused | NotFound
    with database().reading() as session:
        found = move_times(session, MoveTimes(row.id, first, first + timedelta(days=DAYS - 1)), by=current_viewer(),
                           now=now())
        choices = working_resources(session, current_viewer().clinic_id, {one.kind for one in row.resources})
    if isinstance(found, NotFound):
        abort(404)
    if isinstance(found, Refused):
        refused, found = found, ()
    stands = wall(row.starts_at, reading).replace(tzinfo=None)
    days = start_days(Start(one.wall_start, f"{one.wall_start:%Y-%m-%dT%H:%M}", suits=one.suits)
                      for one in found if one.wall_start != stands or not row.resources)
    page = render_template(
        "desk/appointment_move.html", visit=row, days=days, first=first, refused=refused, choices=choices,
        stands=stands, last=first + timedelta(days=DAYS - 1), later=first + timedelta(days=DAYS), today=reading.today,
        earlier=max(first - timedelta(days=DAYS), reading.today), then=request.args.get("then", ""))
    return Response(page, 409 if refused else 200)
