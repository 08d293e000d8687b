"""Who works here: add people, give them roles, and a link to sign in with."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from scheduler.access import Permission
from scheduler.planning.words import Role
from scheduler.queries.staff_list import staff_list, staff_member
from scheduler.services.clinic.add_staff import Added, NewStaff, add_staff
from scheduler.services.clinic.edit_staff import StaffDetails, edit_staff, renew_link
from scheduler.services.clinic.enrol import LINK_HOURS, sign_in_token
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import attempt, show_faults, shown
from scheduler.web.door import current_viewer, database, needs, now, settings
from scheduler.web.options import options
from scheduler.web.said import say

ROLES = [(role.value, role.value.capitalize()) for role in Role]


class NewStaffForm(FlaskForm):
    """Who comes, and what they may do."""

    name = StringField("Name", validators=[InputRequired("Give the name."), Length(max=120)])
    email = EmailField("E-mail address", validators=[InputRequired("Give the address."), Length(max=254)],
                       description="They sign in with it.")
    roles = SelectMultipleField("Roles", choices=options(ROLES), option_widget=CheckboxInput(),
                                widget=ListWidget(prefix_label=False))

    def chosen(self) -> frozenset[Role]:
        """The roles that are ticked."""
        return frozenset(Role(word) for word in self.roles.data or ())

    def validate_roles(self, field: SelectMultipleField) -> None:
        """Nobody comes without a role."""
        if not field.data:
            raise ValidationError("Tick at least one role.")


class StaffForm(NewStaffForm):
    """Who somebody is."""

    initials = StringField("Initials", validators=[InputRequired("Give the initials."), Length(max=8)])
    active = BooleanField("May sign in", description="Who no longer works here is not deleted: what they did stays.")

    def to_command(self) -> StaffDetails:
        """What was typed."""
        return StaffDetails(" ".join((self.name.data or "").split()), (self.initials.data or "").strip(),
                            (self.email.data or "").strip(), self.chosen(), self.active.data)


@admin.get("/staff")
@needs(Permission.ADMINISTER)
def staff() -> str:
    """Everybody with a role here."""
    with database().reading() as session:
        rows = staff_list(session, current_viewer().clinic_id)
    return render_template("admin/staff.html", rows=rows)


@admin.route("/staff/new", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def staff_new() -> ResponseReturnValue:
    """Add somebody, and show their link once."""
    form = NewStaffForm()
    if form.validate_on_submit():
        new = NewStaff(form.email.data.strip(), form.chosen(), form.name.data)
        with database().writing() as session:
            result = add_staff(session, new, by=current_viewer(), now=now())
        if isinstance(result, Refused):
            show_faults(form, result)
        elif isinstance(result, Added) and result.known:
            say("This person has an account already; the roles here are added to it.")
            return redirect(url_for("admin.staff"))
        else:
            return _show_link(result.staff_id)
    return shown("admin/staff_new.html", form)


@admin.route("/staff/<int:staff_id>", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def staff_edit(staff_id: int) -> ResponseReturnValue:
    """Change somebody."""
    with database().reading() as session:
        row = staff_member(session, current_viewer().clinic_id, staff_id) or abort(404)
    form = StaffForm(obj=row, data={"roles": sorted(role.value for role in row.roles)})
    if form.validate_on_submit():
        tried = attempt(form, edit_staff, staff_id, form.to_command())
        if tried.done is not None:
            say(f"{form.initials.data} is changed.")
            return redirect(url_for("admin.staff"))
    return shown("admin/staff_form.html", form, row=row)


@admin.post("/staff/<int:staff_id>/link")
@needs(Permission.ADMINISTER)
def staff_link(staff_id: int) -> ResponseReturnValue:
    """Make a one-time link, which voids every earlier one, and show it once."""
    return _show_link(staff_id)


def _show_link(staff_id: int) -> ResponseReturnValue:
    with database().writing() as session:
        account = renew_link(session, staff_id, by=current_viewer(), now=now())
        if isinstance(account, NotFound):
            abort(404)
        if isinstance(account, Refused):
            say(account.sentence, tone="attention")
            return redirect(url_for("admin.staff_edit", staff_id=staff_id))
        token = sign_in_token(settings().secret_key, account)
        row = staff_member(session, current_viewer().clinic_id, staff_id)
    link = settings().base_url + url_for("security.reset_password", token=token)
    return Response(render_template("admin/staff_link.html", row=row, link=link, hours=LINK_HOURS))
