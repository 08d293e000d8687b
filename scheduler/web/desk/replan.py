"""Give cancelled and missed visits a new time: a preview of what moves, applied as it was shown or asked about."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.planning.broken_rules import BrokenRule
from scheduler.planning.documents import DocumentError
from scheduler.queries.questions import question
from scheduler.queries.series_page import SeriesRow
from scheduler.services.booking.offers import places_from_text
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.changing.apply_replan import ApplyReplan, apply_replan
from scheduler.services.changing.ask_clinician import AskAboutPlan, ask_about_plan
from scheduler.services.changing.replan import NoReplan, ReplanPreview, ReplanSeries, preview_replan
from scheduler.services.changing.replan_rules import rules_beyond
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.course import strip_of_preview
from scheduler.web.desk import desk
from scheduler.web.desk.changes import say_asked
from scheduler.web.desk.series import the_series
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say
from scheduler.web.sealed import seal, unseal

SEALED = "replan"


@desk.get("/series/<int:series_id>/replan")
@needs(Permission.BOOK)
def series_replan(series_id: int) -> ResponseReturnValue:
    """What would move; a way out is the same page with its command in the address, or what a `question` asks."""
    series = the_series(series_id)
    return _page(series, _asked_for(series_id))


@desk.post("/series/<int:series_id>/replan")
@needs(Permission.BOOK)
def series_replan_apply(series_id: int) -> ResponseReturnValue:
    """Move what the preview showed, or say what has changed since."""
    series, (command, places, mark) = the_series(series_id), _shown(series_id)
    with booking(database(), now=now()) as session:
        result = apply_replan(session, ApplyReplan(command, places, mark, request.form.get("reason", "")),
                              by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return _page(series, command, result)
    count = len(result.appointment_ids)
    say(f"{series.initials}: {count} visit{'' if count == 1 else 's'} moved; the course is whole again.",
        undo=url_for("desk.change_undo", change_id=result.change_id))
    return redirect(url_for("desk.series", series_id=series_id), 303)


@desk.post("/series/<int:series_id>/replan/ask")
@needs(Permission.BOOK)
def series_replan_ask(series_id: int) -> ResponseReturnValue:
    """Ask a clinician whether the plan that was shown may set its rules aside: nothing moves until the answer."""
    series, (command, places, mark) = the_series(series_id), _shown(series_id)
    asked = AskAboutPlan(command, places, mark, request.form.get("note", ""))
    with booking(database(), now=now()) as session:
        result = ask_about_plan(session, asked, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return _page(series, command, result)
    say_asked(series.initials, result.question_id)
    return redirect(url_for("desk.series", series_id=series_id), 303)


def _asked_for(series_id: int) -> ReplanSeries:
    if "way" in request.args:
        return _command(series_id, request.args["way"])
    if "question" not in request.args:
        return ReplanSeries(series_id)
    with database().reading() as session:
        asked = question(session, current_viewer().clinic_id, request.args.get("question", 0, type=int))
    return _command(series_id, asked.asked.plan, sealed=False) if asked and asked.asked.plan else abort(404)


def _shown(series_id: int) -> tuple[ReplanSeries, tuple[VisitPlace, ...], str]:
    """What the form carries of the preview: the command, its places, and the mark of the series as it was."""
    shown = unseal(request.form.get("shown"), SEALED)
    return (_command(series_id, shown["command"], sealed=False), places_from_text(shown["places"]),
            shown["fingerprint"])


def _command(series_id: int, text: str | None, *, sealed: bool = True) -> ReplanSeries:
    try:
        command = ReplanSeries.from_text(unseal(text, SEALED) if sealed else text or "")
    except DocumentError:
        abort(400)
    return command if command.series_id == series_id else abort(400)


def _page(series: SeriesRow, command: ReplanSeries, refused: Refused | None = None) -> Response:
    with database().reading() as session:
        found = preview_replan(session, command, by=current_viewer(), now=now())
        broken = rules_beyond(session, found, by=current_viewer(), now=now()) \
            if isinstance(found, ReplanPreview) else ()
    if isinstance(found, NotFound):
        abort(404)
    if isinstance(found, Refused):
        say(found.sentence, tone="attention")
        return redirect(url_for("desk.series", series_id=series.id), 303)  # type: ignore[return-value]
    if isinstance(found, NoReplan):
        ways = [(way.sentence, seal(way.command.to_text(), SEALED)) for way in found.ways_out]
        page = render_template("desk/replan_nothing.html", series=series, found=found, ways=ways)
        return Response(page, 409 if refused else 200)
    return Response(_preview(series, found, broken, refused), 409 if refused else 200)


def _preview(series: SeriesRow, found: ReplanPreview, broken: tuple[BrokenRule, ...], refused: Refused | None) -> str:
    shown = seal({"command": found.command.to_text(), "places": found.plan.to_text(),
                  "fingerprint": found.fingerprint}, SEALED)
    return render_template("desk/replan.html", series=series, found=found, broken_rules=broken, refused=refused,
                           shown=shown, strip=strip_of_preview(series, found), reason=request.form.get("reason", ""),
                           note=request.form.get("note", ""))
