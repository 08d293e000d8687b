"""When chairs, rooms and people are away."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from scheduler.access import Permission
from scheduler.queries.resource_list import resource_list
from scheduler.queries.resource_list import time_off as coming_time_off
from scheduler.services.clinic.time_off import NewTimeOff, end_time_off, give_time_off
from scheduler.services.refusal import NotFound
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import Attempt, attempt, shown
from scheduler.web.door import current_clinic, current_viewer, database, needs, now
from scheduler.web.options import options
from scheduler.web.said import say

MIDNIGHT = time()


class TimeOffForm(FlaskForm):
    """Who or what, and from when until when; without times whole days."""

    resource_id = SelectField("Who or what is away", coerce=int)
    starts_on = DateField("First day", validators=[InputRequired("Enter the first day.")])
    starts_time = TimeField("From", validators=[Optional()], description="Leave both times empty for whole days.")
    ends_on = DateField("Last day", validators=[InputRequired("Enter the last day, the same for a single one.")])
    ends_time = TimeField("Until", validators=[Optional()])
    reason = StringField("Reason", validators=[Length(max=200, message="At most 200 letters.")],
                         description="For the staff alone.")

    def to_command(self) -> NewTimeOff:
        """What was typed; a day without a time is meant whole."""
        starts = datetime.combine(self.starts_on.data, self.starts_time.data or MIDNIGHT)
        last = datetime.combine(self.ends_on.data, self.ends_time.data or MIDNIGHT)
        ends = last if self.ends_time.data else last + timedelta(days=1)
        return NewTimeOff(self.resource_id.data, starts, ends, (self.reason.data or "").strip())


@admin.route("/time-off", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def time_off() -> ResponseReturnValue:
    """The time off to come, and a form for more."""
    clinic_id = current_viewer().clinic_id
    with database().reading() as session:
        resources = resource_list(session, clinic_id)
        rows = coming_time_off(session, clinic_id, since=_wall_now())
    form, tried = TimeOffForm(), Attempt()
    form.resource_id.choices = options((row.id, f"{row.name} ({row.kind})") for row in resources if row.active)
    if form.validate_on_submit():
        tried = attempt(form, give_time_off, form.to_command(), asks=True)
        if tried.done is not None:
            say(f"The time off is written down.{tried.afterwards}",
                undo=url_for("admin.time_off_end", time_off_id=tried.done))
            return redirect(url_for("admin.time_off"))
    return shown("admin/time_off.html", form, tried, rows=rows)


@admin.post("/time-off/<int:time_off_id>/end")
@needs(Permission.ADMINISTER)
def time_off_end(time_off_id: int) -> ResponseReturnValue:
    """Take a time off back."""
    with database().writing() as session:
        was = end_time_off(session, time_off_id, by=current_viewer(), now=now())
    if isinstance(was, NotFound):
        abort(404)
    whole = was.starts_at.time() == was.ends_at.time() == MIDNIGHT
    last = was.ends_at - timedelta(days=1) if was.ends_at.time() == MIDNIGHT else was.ends_at
    say("The time off is taken back.", undo=url_for("admin.time_off"), fields={
        "resource_id": str(was.resource_id), "starts_on": was.starts_at.date().isoformat(),
        "ends_on": last.date().isoformat(), "reason": was.reason,
        "starts_time": "" if whole else f"{was.starts_at:%H:%M}",
        "ends_time": "" if was.ends_at.time() == MIDNIGHT else f"{was.ends_at:%H:%M}"})
    return redirect(url_for("admin.time_off"))


def _wall_now() -> datetime:
    return now().astimezone(ZoneInfo(current_clinic().timezone)).replace(tzinfo=None)
