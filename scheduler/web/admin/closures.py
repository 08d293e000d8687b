"""Opening hours and the days on which the clinic is shut."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from scheduler.access import Permission
from scheduler.queries.resource_list import closures as coming_closures
from scheduler.queries.resource_list import opening_week
from scheduler.services.clinic.opening import NewClosure, close_days, reopen_days, set_opening_hours
from scheduler.services.refusal import NotFound
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import Attempt, attempt, shown
from scheduler.web.admin.hours_field import WeekForm, days_of
from scheduler.web.door import current_clinic, current_viewer, database, needs, now
from scheduler.web.said import say


class ClosureForm(FlaskForm):
    """The first and the last day."""

    starts_on = DateField("First day", validators=[InputRequired("Enter the first day.")])
    last_on = DateField("Last day", validators=[InputRequired("Enter the last day, the same for a single one.")])
    reason = StringField("Reason", validators=[Length(max=200, message="At most 200 letters.")],
                         description="For the staff alone, such as “Thanksgiving”.")

    def to_command(self) -> NewClosure:
        """What was typed."""
        return NewClosure(self.starts_on.data, self.last_on.data, (self.reason.data or "").strip())


@admin.route("/closures", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def closures() -> ResponseReturnValue:
    """The closures to come, and a form for one more."""
    form, tried = ClosureForm(), Attempt()
    if form.validate_on_submit():
        tried = attempt(form, close_days, form.to_command(), asks=True)
        if tried.done is not None:
            say(f"The clinic is closed on these days.{tried.afterwards}",
                undo=url_for("admin.closures_reopen", closure_id=tried.done))
            return redirect(url_for("admin.closures"))
    with database().reading() as session:
        rows = coming_closures(session, current_viewer().clinic_id, since=_today())
    return shown("admin/closures.html", form, tried, rows=rows)


@admin.post("/closures/<int:closure_id>/reopen")
@needs(Permission.ADMINISTER)
def closures_reopen(closure_id: int) -> ResponseReturnValue:
    """Take a closure back."""
    with database().writing() as session:
        was = reopen_days(session, closure_id, by=current_viewer(), now=now())
    if isinstance(was, NotFound):
        abort(404)
    say("The clinic is open on these days again.", undo=url_for("admin.closures"), fields={
        "starts_on": was.starts_on.isoformat(), "last_on": was.last_on.isoformat(), "reason": was.reason})
    return redirect(url_for("admin.closures"))


@admin.route("/opening-hours", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def opening_hours() -> ResponseReturnValue:
    """The weekly hours of the house."""
    with database().reading() as session:
        week = opening_week(session, current_viewer().clinic_id)
    form, tried = WeekForm(data=days_of(week)), Attempt()
    if form.validate_on_submit():
        tried = attempt(form, set_opening_hours, form.week(), asks=True)
        if tried.done is not None:
            say(f"The opening hours are set.{tried.afterwards}")
            return redirect(url_for("admin.home"))
    return shown("admin/opening_hours.html", form, tried)


def _today() -> date:
    return now().astimezone(ZoneInfo(current_clinic().timezone)).date()
