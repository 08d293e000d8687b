"""What a clinician decides at a gate: how the course goes on."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from scheduler.access import Permission
from scheduler.planning.gates import Decision
from scheduler.queries.bookable_protocols import bookable_protocols
from scheduler.queries.gates import GateRow, gate_row
from scheduler.queries.series_page import notes_of_series
from scheduler.services.changing.decide_gate import Decided, DecideGate, decide_gate
from scheduler.services.clean_book import booking
from scheduler.services.refusal import Refused
from scheduler.web.clinician import clinician
from scheduler.web.course import strip_of
from scheduler.web.desk.series import the_series
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.options import options
from scheduler.web.said import say

WAYS = (
    (Decision.CONTINUE, "Continue as planned: the visits that are kept are booked"),
    (Decision.EXTEND, "Continue and extend: I order further infusions of this course"),
    (Decision.TAPER, "Taper: the kept visits are left out, I order infusions under another protocol"),
    (Decision.STOP, "Stop: nothing further of this course"),
)
SAID = {Decision.CONTINUE: "continues", Decision.EXTEND: "continues and is extended",
        Decision.TAPER: "ends here, with a taper to be booked", Decision.STOP: "is stopped"}


class DecideForm(FlaskForm):
    """One of four ways; an order with two of them."""

    decision = RadioField("How does it go on?", choices=options((str(way), words) for way, words in WAYS),
                          validators=[InputRequired("Choose how it goes on.")])
    infusions = IntegerField("Further infusions ordered", description="To extend or to taper.", validators=[
        Optional(), NumberRange(1, 60, "1 to 60.")])
    protocol = SelectField("Protocol of the taper", validators=[Optional()])
    reason = TextAreaField("Reason", description="Kept with the course. Needed unless it simply continues.",
                           validators=[Length(max=400, message="At most 400 letters.")])

    def validate_reason(self, field: TextAreaField) -> None:
        """Everything but going on says why."""
        if self.decision.data and self.decision.data != Decision.CONTINUE and not (field.data or "").strip():
            raise ValidationError("Say why in a few words: it is kept with the course.")

    def validate_decision(self, field: RadioField) -> None:
        """An order says how many; a taper says under which protocol."""
        if field.data in (Decision.EXTEND, Decision.TAPER) and not self.infusions.data:
            raise ValidationError("Say below how many further infusions you order.")
        if field.data == Decision.TAPER and not self.protocol.data:
            raise ValidationError("Choose below the protocol of the taper.")


def the_gate(gate_id: int) -> GateRow:
    """The gate of this page; 404 for another clinic's."""
    with database().reading() as session:
        row = gate_row(session, current_viewer().clinic_id, gate_id, now=now())
    return row or abort(404)


@clinician.route("/decisions/<int:gate_id>", methods=["GET", "POST"])
@needs(Permission.DECIDE)
def decide(gate_id: int) -> ResponseReturnValue:
    """The course so far, and the decision."""
    gate, form, refused = the_gate(gate_id), DecideForm(), None
    with database().reading() as session:
        protocols = bookable_protocols(session, current_viewer().clinic_id)
        notes = notes_of_series(session, current_viewer().clinic_id, gate.series_id)
    form.protocol.choices = options([("", "Choose where it tapers"), *((str(one.id), one.name) for one in protocols)])
    if form.validate_on_submit():
        command = DecideGate(gate_id, Decision(form.decision.data), form.reason.data or "", form.infusions.data,
                             int(form.protocol.data) if form.protocol.data else None)
        with booking(database(), now=now()) as session:
            result = decide_gate(session, command, by=current_viewer(), now=now())
        if isinstance(result, Decided):
            return _done(gate, result)
        refused = result if isinstance(result, Refused) else abort(404)
    series = the_series(gate.series_id)
    page = render_template("clinician/decide.html", gate=gate, form=form, refused=refused, series=series, notes=notes,
                           strip=strip_of(series))
    return Response(page, 409 if refused else 422 if form.errors else 200)


def _done(gate: GateRow, done: Decided) -> ResponseReturnValue:
    undo = url_for("desk.change_undo", change_id=done.change_id) if done.change_id is not None else \
        url_for("desk.series_stop_undo", series_id=gate.series_id)
    say(f"The course of {gate.initials} {SAID[done.decision]}.", undo=undo)
    if done.decision == Decision.EXTEND:
        return redirect(url_for("desk.series_added", series_id=gate.series_id))
    return redirect(url_for("desk.series", series_id=gate.series_id))
