"""Put visits on the waiting list, from a visit, a series or a patient, and take them off."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, SelectMultipleField, TimeField
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from scheduler.access import Permission
from scheduler.planning.waitlist import Suits
from scheduler.queries.visits import VisitRow
from scheduler.queries.waitlist import could_wait
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.waiting.wait import EndWait, WaitForEarlier, end_wait, wait_for_earlier
from scheduler.web.desk import desk
from scheduler.web.desk.book_series_form import WEEKDAYS
from scheduler.web.desk.patients import the_patient
from scheduler.web.desk.series import the_series
from scheduler.web.desk.visit_actions import named, the_visit
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.listed_rows import listed, unlisted
from scheduler.web.options import options
from scheduler.web.said import say


class WaitForm(FlaskForm):
    """Which visits, and which earlier times would suit."""

    visits = SelectMultipleField(
        "Which visits", coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
        validators=[DataRequired("Choose at least one visit.")])
    weekdays = SelectMultipleField(
        "Days that suit", coerce=int, choices=options(enumerate(WEEKDAYS)), description="None chosen: any day.",
        option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False))
    from_time = TimeField("From", validators=[Optional()])
    to_time = TimeField("Until", validators=[Optional()])
    not_before = DateField("Not before", validators=[Optional()])

    def to_suits(self) -> Suits:
        """What was typed."""
        return Suits(self.not_before.data, tuple(self.weekdays.data or ()), self.from_time.data, self.to_time.data)


@desk.route("/appointments/<int:appointment_id>/wait", methods=["GET", "POST"])
@needs(Permission.BOOK)
def appointment_wait(appointment_id: int) -> ResponseReturnValue:
    """Put one visit on the list."""
    row = the_visit(appointment_id)
    return _wait([row], (url_for("desk.appointment", appointment_id=appointment_id), "Visit"), row.initials)


@desk.route("/series/<int:series_id>/wait", methods=["GET", "POST"])
@needs(Permission.BOOK)
def series_wait(series_id: int) -> ResponseReturnValue:
    """Put visits of a course on the list."""
    series = the_series(series_id)
    return _wait([row for row in coming(series.patient_id) if row.series_id == series_id],
                 (url_for("desk.series", series_id=series_id), "Series"), series.initials)


@desk.route("/patients/<int:patient_id>/wait", methods=["GET", "POST"])
@needs(Permission.BOOK)
def patient_wait(patient_id: int) -> ResponseReturnValue:
    """Put visits of a patient on the list, whatever they belong to."""
    patient = the_patient(patient_id)
    return _wait(coming(patient_id), (url_for("desk.patient", patient_id=patient_id), "Patient"), patient.initials)


@desk.post("/worklists/waiting/end")
@needs(Permission.BOOK)
def waiting_end() -> ResponseReturnValue:
    """Take `entries` off the list, or (`back`) put them on it again."""
    entries, back = unlisted(request.form.get("entries", "")), request.form.get("back") == "yes"
    with database().writing() as session:
        result = end_wait(session, EndWait(entries, undo=back), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    elif result.waits:
        say("On the waiting list again.")
    else:
        say("Taken off the waiting list.", undo=url_for("desk.waiting_end"),
            fields={"back": "yes", "entries": listed(entries)})
    return redirect(url_for("desk.worklists_waiting"))


def coming(patient_id: int) -> tuple[VisitRow, ...]:
    """A patient's booked visits to come."""
    with database().reading() as session:
        return could_wait(session, current_viewer().clinic_id, patient_id, now=now())


def _wait(rows: Sequence[VisitRow], back: tuple[str, str], initials: str) -> ResponseReturnValue:
    form, refused = WaitForm(), None
    form.visits.choices = options((row.id, f"{row.label}, {named(row).split(', ', 1)[1]}") for row in rows)
    if not form.is_submitted():
        form.visits.data = [row.id for row in rows]
    if form.validate_on_submit():
        command = WaitForEarlier(tuple(form.visits.data or ()), form.to_suits())
        with database().writing() as session:
            result = wait_for_earlier(session, command, by=current_viewer(), now=now())
        if isinstance(result, NotFound):
            abort(404)
        if not isinstance(result, Refused):
            count = len(result.entry_ids)
            what = named(rows[0]) if len(rows) == 1 else f"{initials}, {count} visit{'' if count == 1 else 's'}"
            say(f"{what}: waits for an earlier time.", undo=url_for("desk.waiting_end"),
                fields={"entries": listed(result.entry_ids)})
            return redirect(url_for("desk.worklists_waiting"))
        refused = result
    return Response(render_template("desk/wait.html", visits=rows, initials=initials, back=back, form=form,
                                    refused=refused), 409 if refused else 422 if form.errors else 200)
