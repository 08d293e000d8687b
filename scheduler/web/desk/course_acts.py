"""Pause and resume a series; defer, omit or cease one of its steps: each with a reason, and a way back."""

from __future__ import annotations

from datetime import date

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from scheduler.access import Permission
from scheduler.planning.lifecycle import Departure, departures_from
from scheduler.services.changing.pause import (
    Paused,
    PauseSeries,
    ResumeSeries,
    UndoPause,
    pause_series,
    resume_series,
    undo_pause,
)
from scheduler.services.changing.set_aside import SetAside, UndoSetAside, WasSetAside, set_aside, undo_set_aside
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.series import ReasonForm, the_series
from scheduler.web.desk.visit_actions import named, the_visit
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.looks import current_reading
from scheduler.web.options import options
from scheduler.web.said import say

HOW = {
    Departure.DEFERRED: "Put it off: it gets a later time",
    Departure.OMITTED: "Leave it out: the course goes on without it",
    Departure.CEASED: "Break it off: it has begun and does not go on",
}


class ResumeForm(FlaskForm):
    """From which day a series goes on."""

    from_on = DateField("From", validators=[InputRequired("Choose the day from which the series goes on.")])
    reason = TextAreaField("Reason", validators=[
        DataRequired("Say why in a few words: it is kept with the series."),
        Length(max=400, message="At most 400 letters.")])

    def validate_from_on(self, field: DateField) -> None:
        """Not a day that has passed."""
        if field.data is not None and field.data < current_reading().today:
            raise ValidationError("This day has passed. Choose today or a later day.")


class SetAsideForm(FlaskForm):
    """What becomes of one step."""

    how = RadioField("What becomes of it", validators=[InputRequired("Choose what becomes of this visit.")])
    not_before = DateField("Not before", validators=[Optional()], description="Where it is put off. Empty: any day.")
    reason = TextAreaField("Reason", validators=[
        DataRequired("Say why in a few words: it is kept with the visit."),
        Length(max=400, message="At most 400 letters.")], description="No diagnosis.")


@desk.route("/series/<int:series_id>/pause", methods=["GET", "POST"])
@needs(Permission.BOOK)
def series_pause(series_id: int) -> ResponseReturnValue:
    """Pause a series: what is still to come gives its time back."""
    row, form, refused = the_series(series_id), ReasonForm(), None
    if form.validate_on_submit():
        with database().writing() as session:
            result = pause_series(session, PauseSeries(series_id, form.reason.data), by=current_viewer(), now=now())
        if isinstance(result, Paused):
            say(f"The series of {row.initials} is paused; {len(result.appointment_ids)} visits gave their time back.",
                undo=url_for("desk.series_pause_undo", series_id=series_id))
            return redirect(url_for("desk.series", series_id=series_id))
        refused = result if isinstance(result, Refused) else abort(404)
    return Response(render_template("desk/series_pause.html", series=row, form=form, refused=refused),
                    409 if refused else 422 if form.errors else 200)


@desk.post("/series/<int:series_id>/pause/undo")
@needs(Permission.BOOK)
def series_pause_undo(series_id: int) -> ResponseReturnValue:
    """Take a pause back, while the times are still free."""
    with booking(database(), now=now()) as session:
        result = undo_pause(session, UndoPause(series_id), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    else:
        say(f"The series goes on as before; {len(result.appointment_ids)} visits are booked again.")
    return redirect(url_for("desk.series", series_id=series_id))


@desk.route("/series/<int:series_id>/resume", methods=["GET", "POST"])
@needs(Permission.BOOK)
def series_resume(series_id: int) -> ResponseReturnValue:
    """Let a paused series go on from a day, then find its visits new times."""
    row, form, refused = the_series(series_id), ResumeForm(data={"from_on": current_reading().today}), None
    if form.validate_on_submit():
        command = ResumeSeries(series_id, form.from_on.data, form.reason.data)
        with booking(database(), now=now()) as session:
            result = resume_series(session, command, by=current_viewer(), now=now())
        if isinstance(result, Paused):
            say(f"The series of {row.initials} runs again.",
                undo=url_for("desk.change_undo", change_id=result.change_id))
            return redirect(url_for("desk.series_replan" if result.appointment_ids else "desk.series",
                                    series_id=series_id))
        refused = result if isinstance(result, Refused) else abort(404)
    return Response(render_template("desk/series_resume.html", series=row, form=form, refused=refused),
                    409 if refused else 422 if form.errors else 200)


@desk.route("/appointments/<int:appointment_id>/set-aside", methods=["GET", "POST"])
@needs(Permission.BOOK)
def appointment_set_aside(appointment_id: int) -> ResponseReturnValue:
    """Defer, omit or cease one step of a series."""
    row, form, refused = the_visit(appointment_id), SetAsideForm(), None
    ways = departures_from(row.status) if row.series_id and row.step else ()
    form.how.choices = options((str(way), HOW[way]) for way in ways)
    if not ways:
        say("This visit cannot be set aside: it is no step of a course, or it has taken place.", tone="attention")
        return redirect(url_for("desk.appointment", appointment_id=appointment_id))
    if form.validate_on_submit():
        command = SetAside(appointment_id, Departure(form.how.data), form.reason.data, _day(form))
        with database().writing() as session:
            result = set_aside(session, command, by=current_viewer(), now=now())
        if isinstance(result, WasSetAside):
            undo = "desk.appointment_undo" if result.how == Departure.CEASED else "desk.appointment_set_aside_undo"
            say(f"{named(row)}: {result.how}.", undo=url_for(undo, appointment_id=appointment_id))
            return redirect(url_for("desk.series", series_id=result.series_id))
        refused = result if isinstance(result, Refused) else abort(404)
    return Response(render_template("desk/appointment_set_aside.html", visit=row, form=form, refused=refused),
                    409 if refused else 422 if form.errors else 200)


@desk.post("/appointments/<int:appointment_id>/set-aside/undo")
@needs(Permission.BOOK)
def appointment_set_aside_undo(appointment_id: int) -> ResponseReturnValue:
    """Take it back: the visit has its old time again, if that is still to be had."""
    row = the_visit(appointment_id)
    with booking(database(), now=now()) as session:
        result = undo_set_aside(session, UndoSetAside(appointment_id), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    say(result.sentence if isinstance(result, Refused) else f"{named(row)}: taken back.",
        tone="attention" if isinstance(result, Refused) else "ready")
    if row.series_id is None:
        return redirect(url_for("desk.appointment", appointment_id=appointment_id))
    return redirect(url_for("desk.series", series_id=row.series_id))


def _day(form: SetAsideForm) -> date | None:
    return form.not_before.data if form.how.data == Departure.DEFERRED else None
