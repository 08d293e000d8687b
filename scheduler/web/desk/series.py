"""A series: its course, what happened, and how it is stopped."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from scheduler.access import Permission
from scheduler.queries.changes import last_change
from scheduler.queries.course_history import course_history
from scheduler.queries.gates import gates_of_series
from scheduler.queries.messages import messages_of_series
from scheduler.queries.overrides import overrides_of_series
from scheduler.queries.series_page import SeriesRow, notes_of_series, series_page
from scheduler.services.changing.cancel import Cancelled, StopSeries, UndoStop, stop_series, undo_stop
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.course import strip_of
from scheduler.web.desk import desk
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say


class ReasonForm(FlaskForm):
    """Why something is called off."""

    reason = TextAreaField("Reason", validators=[
        DataRequired("Say why in a few words: it is kept with the visit."),
        Length(max=400, message="At most 400 letters.")])


def the_series(series_id: int) -> SeriesRow:
    """The series of this page; 404 for another clinic's."""
    with database().reading() as session:
        row = series_page(session, current_viewer().clinic_id, series_id)
    return row or abort(404)


@desk.get("/series/<int:series_id>")
@needs(Permission.SEE_PATIENTS)
def series(series_id: int) -> str:
    """The series' page, with clinical notes for those who may see them."""
    row, notes = the_series(series_id), {}
    with database().reading() as session:
        messages = messages_of_series(session, current_viewer().clinic_id, series_id, now=now())
        overrides = overrides_of_series(session, current_viewer().clinic_id, series_id)
        change = last_change(session, current_viewer().clinic_id, series_id)
        if current_viewer().may(Permission.SEE_CLINICAL):
            notes = notes_of_series(session, current_viewer().clinic_id, series_id)
        acts = course_history(session, current_viewer().clinic_id, series_id)
        gates = gates_of_series(session, current_viewer().clinic_id, series_id, now=now())
    return render_template("desk/series.html", series=row, strip=strip_of(row), notes=notes, messages=messages,
                           overrides=overrides, change=change, acts=acts, gates=gates,
                           visit_labels={visit.id: visit.label for visit in row.visits})


@desk.route("/series/<int:series_id>/stop", methods=["GET", "POST"])
@needs(Permission.BOOK)
def series_stop(series_id: int) -> ResponseReturnValue:
    """Stop a series: what is still to come is cancelled, with a reason."""
    row, form, refused = the_series(series_id), ReasonForm(), None
    if form.validate_on_submit():
        with database().writing() as session:
            result = stop_series(session, StopSeries(series_id, form.reason.data), by=current_viewer(), now=now())
        if isinstance(result, Cancelled):
            say(f"The series of {row.initials} is stopped; {len(result.appointment_ids)} visits are cancelled.",
                undo=url_for("desk.series_stop_undo", series_id=series_id))
            return redirect(url_for("desk.series", series_id=series_id))
        refused = result if isinstance(result, Refused) else abort(404)
    return Response(render_template("desk/series_stop.html", series=row, form=form, refused=refused),
                    409 if refused else 422 if form.errors else 200)


@desk.post("/series/<int:series_id>/stop/undo")
@needs(Permission.BOOK)
def series_stop_undo(series_id: int) -> ResponseReturnValue:
    """Take a stop back, while the times are still free."""
    with booking(database(), now=now()) as session:
        result = undo_stop(session, UndoStop(series_id), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    else:
        say(f"The series runs again; {len(result.appointment_ids)} visits are booked again.")
    return redirect(url_for("desk.series", series_id=series_id))
