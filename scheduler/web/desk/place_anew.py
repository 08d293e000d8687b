"""After a visit was called off or missed: the new times that are offered at once, each with one click."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.planning.lifecycle import AppointmentStatus, wants_time
from scheduler.queries.clinic_settings import clinic_settings
from scheduler.queries.visits import VisitRow
from scheduler.services.booking.free_times import FreeTime, MoveTimes, move_times
from scheduler.services.changing.replan import NoReplan, ReplanPreview, ReplanSeries, preview_replan
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.course import strip_of_preview
from scheduler.web.desk import desk
from scheduler.web.desk.replan import SEALED as REPLAN
from scheduler.web.desk.ripple import SEALED
from scheduler.web.desk.series import the_series
from scheduler.web.desk.visit_actions import the_visit
from scheduler.web.desk.way_back import then_or
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.formats import wall
from scheduler.web.looks import current_reading
from scheduler.web.sealed import seal

DAYS, OFFERED = 21, 3


@desk.get("/appointments/<int:appointment_id>/place-anew")
@needs(Permission.BOOK)
def appointment_place_anew(appointment_id: int) -> ResponseReturnValue:
    """Three times for it alone, and the plan in which the later ones give way."""
    row = the_visit(appointment_id)
    if not wants_time(row.status, row.departure):
        return redirect(url_for("desk.appointment", appointment_id=appointment_id), 303)
    alone, rest = _offers(row)
    series = the_series(row.series_id) if row.series_id else None
    strip = strip_of_preview(series, rest) if series and isinstance(rest, ReplanPreview) else None
    shown, ways = "", []
    if isinstance(rest, ReplanPreview):
        shown = seal({"command": rest.command.to_text(), "places": rest.plan.to_text(),
                      "fingerprint": rest.fingerprint}, SEALED)
        if rest.moves[1:] == () and rest.moves[0].after.wall_start in {one.wall_start for one in alone}:
            rest, shown = None, ""
    elif isinstance(rest, NoReplan):
        ways = [(way.sentence, seal(way.command.to_text(), REPLAN)) for way in rest.ways_out]
    page = render_template("desk/place_anew.html", visit=row, alone=alone, rest=rest, series=series, strip=strip,
                           shown=shown, ways=ways, then=then_or(url_for("desk.appointment", appointment_id=row.id)))
    return Response(page)


def _offers(row: VisitRow) -> tuple[tuple[FreeTime, ...], ReplanPreview | NoReplan | None]:
    first = max(current_reading().today, row.starts_at.date() - timedelta(days=1))
    with database().reading() as session:
        times = move_times(session, MoveTimes(row.id, first, first + timedelta(days=DAYS - 1)), by=current_viewer(),
                           now=now())
        notice = timedelta(hours=clinic_settings(session, current_viewer().clinic_id).notice_hours)
        rest = None
        if row.series_id and row.step:
            rest = preview_replan(session, ReplanSeries(row.series_id, (row.id,)), by=current_viewer(), now=now())
    if isinstance(times, NotFound):
        abort(404)
    times = () if isinstance(times, Refused) else tuple(one for one in times if _sensible(row, one, notice))
    return best_days(times), rest if isinstance(rest, ReplanPreview | NoReplan) else None


def _sensible(row: VisitRow, time: FreeTime, notice: timedelta) -> bool:
    """Not on the day that was called off, and not sooner than the clinic's notice: such a time is picked by hand."""
    called_off = row.status == AppointmentStatus.CANCELLED and time.wall_start.date() == row.starts_at.astimezone(
        current_reading().zone).date()
    return not called_off and time.wall_start >= wall(now(), current_reading()).replace(tzinfo=None) + notice


def best_days(times: tuple[FreeTime, ...]) -> tuple[FreeTime, ...]:
    """The cheapest time of each of the three best days, by date."""
    by_day: dict[datetime, FreeTime] = {}
    for one in sorted(times, key=lambda time: (not time.suits, time.cost, time.wall_start)):
        by_day.setdefault(one.wall_start.date(), one)  # type: ignore[arg-type]
    return tuple(sorted(list(by_day.values())[:OFFERED], key=lambda time: time.wall_start))
