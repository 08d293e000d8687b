"""What is out and when: the form, and the address of the plan that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from flask import abort, request
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from scheduler.queries.resource_list import ResourceRow
from scheduler.services.outages.batch_parts import PlanBatch
from scheduler.services.outages.outage import Out, TakeOut
from scheduler.web.options import options

CLINIC = "clinic"
MIDNIGHT = time()


class OutForm(FlaskForm):
    """What, from when until when; without times whole days."""

    what = SelectField("What is out")
    starts_on = DateField("First day", validators=[InputRequired("Enter the first day.")])
    starts_time = TimeField("From", validators=[Optional()], description="Both times empty: whole days.")
    last_on = DateField("Last day", validators=[Optional()], description="Empty: the same day.")
    ends_time = TimeField("Until", validators=[Optional()])
    reason = StringField("Reason", validators=[Optional(), Length(max=200, message="At most 200 letters.")],
                         description="For the staff alone, such as “burst pipe”.")

    def offer(self, resources: Iterable[ResourceRow]) -> None:
        """What can be out: the clinic, and everything in use, by kind."""
        rows = sorted((row for row in resources if row.active), key=lambda row: (row.kind, row.name))
        self.what.choices = options([(CLINIC, "The whole clinic"),
                                     *((str(row.id), f"{row.name} ({row.kind})") for row in rows)])

    def to_command(self) -> TakeOut:
        """What was typed; a day without a time is meant whole."""
        starts = datetime.combine(self.starts_on.data, self.starts_time.data or MIDNIGHT)
        last = datetime.combine(self.last_on.data or self.starts_on.data, self.ends_time.data or MIDNIGHT)
        ends = last if self.ends_time.data else last + timedelta(days=1)
        resource_id = None if self.what.data == CLINIC else int(self.what.data)
        return TakeOut(resource_id, starts, ends, (self.reason.data or "").strip())


def asked_plan() -> PlanBatch:
    """What the address asks to be planned; anything else than numbers and keys is a 400."""
    out, leave = asked_out(), tuple(request.args.getlist("leave"))
    if any(key[:1] not in ("s", "a") or not key[1:].isdigit() for key in leave):
        abort(400)
    return PlanBatch(out.closure_ids, out.time_off_ids, leave, "stand_in" in request.args, "ask" in request.args)


def asked_out() -> Out:
    """The closures and absences that the address or the form names."""
    try:
        return Out(tuple(map(int, request.values.getlist("closure"))),
                   tuple(map(int, request.values.getlist("away"))))
    except ValueError:
        abort(400)


def address_of(command: PlanBatch | Out, **changes: object) -> dict:
    """The parts of the address that ask for the same plan, with changes."""
    found: dict = {"closure": list(command.closure_ids), "away": list(command.time_off_ids)}
    if isinstance(command, PlanBatch):
        found |= {"leave": list(command.leave), "stand_in": 1 if command.stand_in else None,
                  "ask": 1 if command.apart else None}
    return found | changes
