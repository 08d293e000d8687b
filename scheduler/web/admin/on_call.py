"""Who is alerted when a text may speak of crisis: add, change how, move up and down, take off."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, TelField
from wtforms.validators import Length

from scheduler.access import Permission
from scheduler.queries.on_call import OnCallList, on_call_list
from scheduler.services.messages.edit_on_call import (
    PutOnCall,
    Ways,
    change_ways,
    move_on_call,
    put_on_call,
    take_off_call,
)
from scheduler.services.refusal import NotFound
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import attempt, shown
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.options import options
from scheduler.web.said import say

STEPS = {"up": -1, "down": 1}
LARGEST = 2**31 - 1
"""No row has a larger id."""


class WaysForm(FlaskForm):
    """How somebody is alerted."""

    by_email = BooleanField("By e-mail", description="To the address that they sign in with.")
    telephone = TelField("Telephone for texts", validators=[Length(max=32)],
                         description="A mobile number with its area code. Empty: no text.")

    def ways(self) -> Ways:
        """What was typed."""
        return Ways(self.by_email.data, (self.telephone.data or "").strip())


class OnCallForm(WaysForm):
    """Who, and how."""

    staff_id = SelectField("Who", coerce=int, validate_choice=False)
    place = HiddenField()

    def to_command(self) -> PutOnCall:
        """What was chosen; `place` is where an undo puts somebody back."""
        place = self.place.data or ""
        return PutOnCall(min(self.staff_id.data or 0, LARGEST), self.ways(),
                         int(place) if place.isdecimal() and len(place) < 5 else None)


@admin.route("/on-call", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def on_call() -> ResponseReturnValue:
    """The list in the order of alerting, and a form for one more."""
    listed = _listed()
    form = OnCallForm(data={"by_email": True})
    form.staff_id.choices = options(listed.others)
    if form.validate_on_submit():
        tried = attempt(form, put_on_call, form.to_command())
        if tried.done is not None:
            row = next(one for one in _listed().rows if one.id == tried.done)
            say(f"{row.initials} is on call.", undo=url_for("admin.on_call_remove", on_call_id=row.id))
            return redirect(url_for("admin.on_call"))
    return shown("admin/on_call.html", form, listed=listed)


@admin.route("/on-call/<int:on_call_id>", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def on_call_edit(on_call_id: int) -> ResponseReturnValue:
    """Change how somebody is alerted."""
    row = next((one for one in _listed().rows if one.id == on_call_id), None) or abort(404)
    form = WaysForm(data={"by_email": row.by_email, "telephone": row.telephone or ""})
    if form.validate_on_submit() and attempt(form, change_ways, on_call_id, form.ways()).done is not None:
        say(f"How {row.initials} is alerted is saved.", undo=url_for("admin.on_call_edit", on_call_id=on_call_id),
            fields=_fields(Ways(row.by_email, row.telephone or "")))
        return redirect(url_for("admin.on_call"))
    return shown("admin/on_call_form.html", form, row=row)


@admin.post("/on-call/<int:on_call_id>/move")
@needs(Permission.ADMINISTER)
def on_call_move(on_call_id: int) -> ResponseReturnValue:
    """One place up or down; the page comes back at the person who was moved."""
    to = request.form.get("to", "up")
    with database().writing() as session:
        done = move_on_call(session, on_call_id, STEPS.get(to) or abort(400), by=current_viewer(), now=now())
    if isinstance(done, NotFound):
        abort(404)
    if done.moved:
        initials = next((one.initials for one in _listed().rows if one.id == on_call_id), "")
        say(f"{initials} is number {done.place} of {done.of} now.", fields={"to": "down" if to == "up" else "up"},
            undo=url_for("admin.on_call_move", on_call_id=on_call_id))
    return redirect(url_for("admin.on_call", _anchor=f"on-call-{on_call_id}"))


@admin.post("/on-call/<int:on_call_id>/remove")
@needs(Permission.ADMINISTER)
def on_call_remove(on_call_id: int) -> ResponseReturnValue:
    """Take somebody off the list; undo puts them back at their place."""
    with database().writing() as session:
        done = take_off_call(session, on_call_id, by=current_viewer(), now=now())
    if isinstance(done, NotFound):
        abort(404)
    say("One person is off the list.", undo=url_for("admin.on_call"), fields={
        "staff_id": str(done.was.staff_id), "place": str(done.was.place), **_fields(done.was.ways)})
    return redirect(url_for("admin.on_call"))


def _listed() -> OnCallList:
    with database().reading() as session:
        return on_call_list(session, current_viewer().clinic_id)


def _fields(ways: Ways) -> dict[str, str]:
    return {"telephone": ways.telephone} | ({"by_email": "y"} if ways.by_email else {})
