"""What happened to a visit, said with one button each: arrived, started, done, no-show, cancelled; and the way back."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.visits import VisitRow, visit
from scheduler.services.changing.cancel import Cancelled, CancelVisit, UndoCancel, cancel_visit, undo_cancel
from scheduler.services.changing.record_visit import Happened, RecordVisit, UndoRecord, record_visit, undo_record
from scheduler.services.clean_book import booking
from scheduler.services.refusal import Refused
from scheduler.web.desk import desk
from scheduler.web.desk.series import ReasonForm
from scheduler.web.desk.way_back import then_or
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.formats import clock_time, day
from scheduler.web.looks import current_reading
from scheduler.web.said import say

WORDS = {Happened.ARRIVED: "has arrived", Happened.STARTED: "has begun", Happened.DONE: "is marked as done",
         Happened.NO_SHOW: "did not come"}


def the_visit(appointment_id: int) -> VisitRow:
    """The visit of this page; 404 for another clinic's."""
    with database().reading() as session:
        row = visit(session, current_viewer().clinic_id, appointment_id)
    return row or abort(404)


def back_to(appointment_id: int) -> str:
    """Where the button was pressed, if that is a page of ours; the visit's page otherwise."""
    return then_or(url_for("desk.appointment", appointment_id=appointment_id))


def named(row: VisitRow) -> str:
    """The visit in a sentence: initials, day and time."""
    return f"{row.initials}, {day(row.starts_at, current_reading())}, {clock_time(row.starts_at, current_reading())}"


@desk.post("/appointments/<int:appointment_id>/record")
@needs(Permission.CHECK_IN)
def appointment_record(appointment_id: int) -> ResponseReturnValue:
    """Arrived, started, done or no-show (`what`); an unknown word is a 400."""
    row, what = the_visit(appointment_id), request.form.get("what", "")
    happened = Happened(what) if what in set(Happened) else abort(400)
    with database().writing() as session:
        result = record_visit(session, RecordVisit(appointment_id, happened), by=current_viewer(), now=now())
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    else:
        say(f"{named(row)}: {WORDS[happened]}.", undo=url_for("desk.appointment_undo", appointment_id=appointment_id),
            fields={"then": back_to(appointment_id)})
        if happened == Happened.NO_SHOW and current_viewer().may(Permission.BOOK):
            return redirect(_offers(row))
    return redirect(back_to(appointment_id))


def _offers(row: VisitRow) -> str:
    """Where new times are offered for a visit that was called off or missed."""
    return url_for("desk.appointment_place_anew", appointment_id=row.id, then=back_to(row.id))


@desk.post("/appointments/<int:appointment_id>/undo")
@needs(Permission.CHECK_IN)
def appointment_undo(appointment_id: int) -> ResponseReturnValue:
    """Take back the last thing that was said of a visit."""
    row = the_visit(appointment_id)
    with booking(database(), now=now()) as session:
        result = undo_record(session, UndoRecord(appointment_id), by=current_viewer(), now=now())
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    else:
        say(f"{named(row)}: taken back.")
    return redirect(back_to(appointment_id))


@desk.route("/appointments/<int:appointment_id>/cancel", methods=["GET", "POST"])
@needs(Permission.BOOK)
def appointment_cancel(appointment_id: int) -> ResponseReturnValue:
    """Cancel one visit with a reason; the rest of its series stays."""
    row, form, refused = the_visit(appointment_id), ReasonForm(), None
    if form.validate_on_submit():
        with database().writing() as session:
            result = cancel_visit(session, CancelVisit(appointment_id, form.reason.data), by=current_viewer(),
                                  now=now())
        if isinstance(result, Cancelled):
            say(f"{named(row)}: cancelled.",
                undo=url_for("desk.appointment_cancel_undo", appointment_id=appointment_id))
            return redirect(_offers(row))
        refused = result if isinstance(result, Refused) else abort(404)
    return Response(render_template("desk/appointment_cancel.html", visit=row, form=form, refused=refused),
                    409 if refused else 422 if form.errors else 200)


@desk.post("/appointments/<int:appointment_id>/cancel/undo")
@needs(Permission.BOOK)
def appointment_cancel_undo(appointment_id: int) -> ResponseReturnValue:
    """Book a cancelled visit again at its old time, if it is still to be had."""
    row = the_visit(appointment_id)
    with booking(database(), now=now()) as session:
        result = undo_cancel(session, UndoCancel(appointment_id), by=current_viewer(), now=now())
    say(result.sentence if isinstance(result, Refused) else f"{named(row)}: booked again.",
        tone="attention" if isinstance(result, Refused) else "ready")
    return redirect(back_to(appointment_id))
