"""The ghost plan of a move: what would move, what would break, who is told what; then one of three ways to do it."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.series_page import SeriesRow, series_page
from scheduler.queries.visits import VisitRow
from scheduler.services.booking.free_times import MoveTimes, move_times
from scheduler.services.booking.offers import places_from_text
from scheduler.services.changing.apply_replan import ApplyReplan, apply_replan
from scheduler.services.changing.ask_clinician import AskClinician, ask_clinician
from scheduler.services.changing.replan import ReplanPreview, ReplanSeries
from scheduler.services.changing.reschedule import MoveVisit, move_visit
from scheduler.services.changing.ripple import AskMove, Ripple, preview_move
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.course import strip_of_move, strip_of_preview
from scheduler.web.desk import desk
from scheduler.web.desk.changes import say_asked
from scheduler.web.desk.start_days import Start, read_start, start_days
from scheduler.web.desk.visit_actions import named, the_visit
from scheduler.web.desk.way_back import then_or
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say
from scheduler.web.sealed import seal, unseal
from scheduler.web.strip import CourseStrip

SEALED = "move"
NEAR = 6


def asked_move(appointment_id: int) -> AskMove:
    """The move in the address or the form: `to`, and `pick=chair:3` for every resource that was picked."""
    try:
        picks = [pick.split(":") for pick in request.values.getlist("pick") if pick]
        picked = {kind: int(id_) for kind, id_ in picks}
        return AskMove(appointment_id, read_start(request.values.get("to", "")), picked)
    except ValueError:
        abort(400)


def ghost_page(row: VisitRow, command: AskMove, refused: Refused | None = None) -> ResponseReturnValue:
    """The page, or the panel of it where a calendar asks; a visit that cannot be moved leads back to its own page."""
    with database().reading() as session:
        found = preview_move(session, command, by=current_viewer(), now=now())
        near = () if not isinstance(found, Ripple) or found.alone.fits else _near(session, command, found)
        series = series_page(session, current_viewer().clinic_id, row.series_id) if row.series_id else None
    if isinstance(found, NotFound):
        abort(404)
    part = "HX-Request" in request.headers
    if isinstance(found, Refused) and part:
        return Response(render_template("desk/_ripple_refused.html", refused=found))
    if isinstance(found, Refused):
        say(found.sentence, tone="attention")
        return redirect(url_for("desk.appointment", appointment_id=row.id), 303)
    page = render_template(
        "desk/_ripple.html" if part else "desk/ripple.html", visit=row, found=found, series=series, refused=refused,
        strips=_strips(series, found), near=near, shown=_shown(found.rest), then=request.values.get("then", ""),
        reason=request.form.get("reason", ""), note=request.form.get("note", ""), part=part)
    return Response(page, 409 if refused else 200)


@desk.post("/appointments/<int:appointment_id>/move")
@needs(Permission.BOOK)
def appointment_move_to(appointment_id: int) -> ResponseReturnValue:
    """Only this: the visit moves, the others stay. Against a rule only with a reason of somebody who may."""
    row, command = the_visit(appointment_id), asked_move(appointment_id)
    try:
        version = int(request.form.get("version", ""))
    except ValueError:
        abort(400)
    asked = MoveVisit(row.id, version, command.wall_start, command.resources or None, request.form.get("reason", ""))
    with booking(database(), now=now()) as session:
        result = move_visit(session, asked, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return ghost_page(row, command, result)
    say(f"{named(the_visit(appointment_id))}: this is the new time.", **_undo(result.change_id))
    return redirect(then_or(url_for("desk.appointment", appointment_id=appointment_id)), 303)


@desk.post("/appointments/<int:appointment_id>/move/rest")
@needs(Permission.BOOK)
def appointment_move_rest(appointment_id: int) -> ResponseReturnValue:
    """This and the rest: everything that was shown moves at once, or nothing does."""
    row, command = the_visit(appointment_id), asked_move(appointment_id)
    shown = unseal(request.form.get("shown"), SEALED)
    asked = ReplanSeries.from_text(shown["command"])
    if asked.series_id != row.series_id:
        abort(400)
    apply = ApplyReplan(asked, places_from_text(shown["places"]), shown["fingerprint"], request.form.get("reason", ""))
    with booking(database(), now=now()) as session:
        result = apply_replan(session, apply, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return ghost_page(row, command, result)
    count = len(result.appointment_ids)
    say(f"{row.initials}: {count} visit{'' if count == 1 else 's'} moved. The patient gets one letter about all of it.",
        **_undo(result.change_id))
    return redirect(then_or(url_for("desk.series", series_id=row.series_id)), 303)


@desk.post("/appointments/<int:appointment_id>/ask")
@needs(Permission.BOOK)
def appointment_ask(appointment_id: int) -> ResponseReturnValue:
    """Ask the clinician: nothing moves until somebody says yes."""
    row, command = the_visit(appointment_id), asked_move(appointment_id)
    asked = AskClinician(row.id, command.wall_start, command.resources, request.form.get("note", ""),
                         request.form.get("scope") == "rest")
    with database().writing() as session:
        result = ask_clinician(session, asked, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return ghost_page(row, command, result)
    say_asked(named(row), result.question_id)
    return redirect(then_or(url_for("desk.appointment", appointment_id=appointment_id)), 303)


def _near(session, command: AskMove, ripple: Ripple) -> tuple[Start, ...]:
    """Times of the same day that keep every rule and suit, the first of each half hour, nearest to the picked one.

    Neither the time that was picked nor the one at which the visit stands is another time for it.
    """
    on = command.wall_start.date()
    found = move_times(session, MoveTimes(command.appointment_id, on, on), by=current_viewer(), now=now())
    if isinstance(found, Refused | NotFound):
        return ()
    stays = {command.wall_start} | ({ripple.before} if ripple.was_placed else set())
    days = start_days(Start(one.wall_start, f"{one.wall_start:%Y-%m-%dT%H:%M}", suits=one.suits) for one in found
                      if one.suits and one.wall_start not in stays)
    shown = sorted((one for day in days for one in day.shown), key=lambda one: abs(one.wall_start - command.wall_start))
    return tuple(sorted(shown[:NEAR], key=lambda one: one.wall_start))


def _undo(change_id: int) -> dict:
    return {"undo": url_for("desk.change_undo", change_id=change_id),
            "fields": {"then": then_or("")} if then_or("") else {}}


def _shown(rest: object) -> str:
    if not isinstance(rest, ReplanPreview):
        return ""
    return seal({"command": rest.command.to_text(), "places": rest.plan.to_text(), "fingerprint": rest.fingerprint},
                SEALED)


def _strips(series: SeriesRow | None, found: Ripple) -> dict[str, CourseStrip | None]:
    """The course with this visit alone moved, and with the rest; None where there is no course or no plan."""
    return {"alone": strip_of_move(series, found) if series else None,
            "rest": strip_of_preview(series, found.rest) if series and isinstance(found.rest, ReplanPreview) else None}

