"""Write down that an infusion was given, or a session held, with a short note."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from scheduler.access import Permission
from scheduler.queries.visits import visit
from scheduler.services.changing.record_visit import Happened, RecordVisit, record_visit
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.clinician import clinician
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say


class RecordForm(FlaskForm):
    """A short note, if there is something to say."""

    note = TextAreaField("Note", validators=[Optional(), Length(max=2000, message="At most 2,000 letters.")])


@clinician.route("/appointments/<int:appointment_id>/care", methods=["GET", "POST"])
@needs(Permission.RECORD_CARE)
def record(appointment_id: int) -> ResponseReturnValue:
    """The note, and one button."""
    with database().reading() as session:
        row = visit(session, current_viewer().clinic_id, appointment_id)
    if row is None:
        abort(404)
    form, refused = RecordForm(), None
    if form.validate_on_submit():
        with database().writing() as session:
            result = record_visit(session, RecordVisit(appointment_id, Happened.DONE, form.note.data or ""),
                                  by=current_viewer(), now=now())
        if isinstance(result, NotFound):
            abort(404)
        if not isinstance(result, Refused):
            word = "given" if row.kind == "infusion" else "held"
            say(f"{row.initials}: {row.label} is recorded as {word}.",
                undo=url_for("desk.appointment_undo", appointment_id=appointment_id))
            return redirect(url_for("desk.series", series_id=row.series_id) if row.series_id
                            else url_for("desk.appointment", appointment_id=appointment_id))
        refused = result
    return Response(render_template("clinician/record.html", visit=row, form=form, refused=refused),
                    409 if refused else 422 if form.errors else 200)
