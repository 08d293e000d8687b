"""The form of a kind of visit: one row a phase, one column a kind of resource."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from scheduler.planning.occupation import Phase
from scheduler.planning.words import VisitKind
from scheduler.queries.visit_shapes import VisitShape
from scheduler.services.clinic.edit_visit_type import VisitTypeDetails
from scheduler.web.options import options

SPARE_ROWS = 3
KINDS = [(kind.value, kind.value.capitalize()) for kind in VisitKind]


class VisitTypeForm(FlaskForm):
    """What an administrator says of a kind of visit; `form_for` adds the phases."""

    name = StringField("Name", validators=[InputRequired("Give it a name."), Length(max=80)],
                       description="What the staff calls it.")
    public_name = StringField("What the patient's page calls it", default="Visit", validators=[
        InputRequired("Say what patients read: “Visit” is a good word."), Length(max=80)])
    kind = SelectField("What it is for", choices=options(KINDS),
                       description="Infusions are numbered and counted against the order; therapy is paired with them.")
    active = BooleanField("May be booked", default=True)


def need_field(kind: str) -> str:
    """The name of the field for the units that a phase needs of a kind."""
    return f"need_{kind.encode().hex()}"


def form_for(kinds: Sequence[str], shape: VisitShape | None = None) -> VisitTypeForm:
    """The form with a column for each kind of resource, filled with a kind of visit and some spare rows."""
    class PhaseRow(Form):
        """One phase."""

        name = StringField("Phase", validators=[Length(max=40)])
        minutes = IntegerField("Minutes", validators=[Optional(), NumberRange(1, 1440, "1 to 1440 minutes.")])
        patient = BooleanField("Patient there")

    for kind in kinds:
        setattr(PhaseRow, need_field(kind), IntegerField(f"{kind.capitalize()} units", validators=[
            Optional(), NumberRange(0, 1000, "0 to 1000 units.")]))

    class WholeForm(VisitTypeForm):
        """The details and the phases."""

        phases = FieldList(FormField(PhaseRow), label="Phases")

    rows: list[dict[str, Any]] = [_row(phase) for phase in shape.phases] if shape else []
    rows += [{"patient": not rows}] * SPARE_ROWS
    return WholeForm(obj=shape, data={"phases": rows}) if shape is None else WholeForm(data={
        "name": shape.name, "public_name": shape.public_name, "kind": shape.kind.value, "active": shape.active,
        "phases": rows})


def details_of(form: VisitTypeForm, kinds: Sequence[str]) -> VisitTypeDetails:
    """The command that the form says; a row without name and minutes is no phase."""
    phases = []
    for row in form["phases"]:
        name, minutes = " ".join((row["name"].data or "").split()), row["minutes"].data
        if not name and not minutes:
            continue
        needs = {kind: row[need_field(kind)].data for kind in kinds if row[need_field(kind)].data}
        phases.append(Phase(minutes or 0, needs, row["patient"].data, name))
    return VisitTypeDetails(
        " ".join((form.name.data or "").split()), " ".join((form.public_name.data or "").split()),
        VisitKind(form.kind.data), tuple(phases), form.active.data)


def _row(phase: Phase) -> dict[str, Any]:
    return {"name": phase.name, "minutes": phase.minutes, "patient": phase.patient,
            **{need_field(kind): units for kind, units in phase.needs.items()}}
