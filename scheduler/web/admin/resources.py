"""Chairs, rooms, nurses, therapists: add and change them."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from scheduler.access import Permission
from scheduler.queries.hit_visits import hit_visits
from scheduler.queries.resource_list import ResourceRow, opening_week, resource, resource_list
from scheduler.queries.staff_list import staff_list
from scheduler.services.clinic.edit_resource import ResourceDetails, add_resource, edit_resource
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import Attempt, attempt, shown
from scheduler.web.admin.hours_field import WeekForm, days_of
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.options import options
from scheduler.web.said import say

NOBODY = 0
USUAL_KINDS = ("chair", "nurse", "room", "therapist")


class ResourceForm(WeekForm):
    """What an administrator says of a resource."""

    kind = StringField("Kind", validators=[InputRequired("Say what kind it is."), Length(max=40)],
                       description="Visits need resources by kind: chair, nurse, therapist, room …")
    name = StringField("Name", validators=[InputRequired("Give it a name."), Length(max=80)])
    units = IntegerField("Units", default=1, validators=[InputRequired("Give the units as a whole number.")],
                         description="How much of it there is at one time: a chair is 1; a nurse who can watch four "
                                     "patients in recovery is 4.")
    staff_id = SelectField("Staff member", coerce=int, description="Whose day this is, where it is a person.")
    active = BooleanField("In use", default=True)
    own_hours = BooleanField("Has hours of its own", description="Otherwise the clinic's opening hours hold.")

    def to_command(self) -> ResourceDetails:
        """What was typed."""
        return ResourceDetails(
            " ".join((self.kind.data or "").lower().split()), " ".join((self.name.data or "").split()),
            self.units.data or 0, self.staff_id.data or None, self.active.data, self.own_hours.data, self.week())


@admin.get("/resources")
@needs(Permission.ADMINISTER)
def resources() -> str:
    """Everything the clinic has."""
    clinic_id = current_viewer().clinic_id
    with database().reading() as session:
        rows, hits = resource_list(session, clinic_id), hit_visits(session, clinic_id, now=now())
    return render_template("admin/resources.html", rows=rows, hits=hits)


@admin.route("/resources/new", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def resources_new() -> ResponseReturnValue:
    """Add one."""
    form = _form(None)
    if form.validate_on_submit():
        tried = attempt(form, add_resource, form.to_command())
        if tried.done is not None:
            say(f"{form.name.data} is added.")
            return redirect(url_for("admin.resources"))
    return shown("admin/resource_form.html", form, row=None, usual_kinds=USUAL_KINDS)


@admin.route("/resources/<int:resource_id>", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def resources_edit(resource_id: int) -> ResponseReturnValue:
    """Change one."""
    with database().reading() as session:
        row = resource(session, current_viewer().clinic_id, resource_id) or abort(404)
    form, tried = _form(row), Attempt()
    if form.validate_on_submit():
        tried = attempt(form, edit_resource, resource_id, form.to_command(), asks=True)
        if tried.done is not None:
            say(f"{form.name.data} is changed.{tried.afterwards}")
            return redirect(url_for("admin.resources"))
    return shown("admin/resource_form.html", form, tried, row=row, usual_kinds=USUAL_KINDS)


def _form(row: ResourceRow | None) -> ResourceForm:
    clinic_id = current_viewer().clinic_id
    with database().reading() as session:
        people, opening = staff_list(session, clinic_id), opening_week(session, clinic_id)
    week = row.week if row is not None and row.week else opening
    form = ResourceForm(obj=row, data=days_of(week))
    form.staff_id.choices = options([(NOBODY, "Nobody"), *((each.id, each.name) for each in people if each.active or (
        row is not None and each.id == row.staff_id))])
    if not form.is_submitted():
        form.staff_id.data = (row.staff_id if row else None) or NOBODY
    return form
