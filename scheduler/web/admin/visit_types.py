"""Kinds of visit and their phases."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.clinic_settings import clinic_settings
from scheduler.queries.resource_list import resource_list
from scheduler.queries.visit_shapes import VisitShape, visit_shapes
from scheduler.services.clinic.edit_visit_type import add_visit_type, edit_visit_type
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import Attempt, attempt, shown
from scheduler.web.admin.visit_type_form import details_of, form_for, need_field
from scheduler.web.door import current_viewer, database, needs
from scheduler.web.said import say


@admin.get("/visit-types")
@needs(Permission.ADMINISTER)
def visit_types() -> str:
    """Every kind of visit."""
    with database().reading() as session:
        shapes = visit_shapes(session, current_viewer().clinic_id)
    rows = sorted(shapes.values(), key=lambda shape: (not shape.active, shape.name.lower()))
    return render_template("admin/visit_types.html", rows=rows)


@admin.route("/visit-types/new", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def visit_types_new() -> ResponseReturnValue:
    """Add one."""
    kinds, grid = _kinds(None)
    form = form_for(kinds)
    if form.validate_on_submit():
        tried = attempt(form, add_visit_type, details_of(form, kinds))
        if tried.done is not None:
            say(f"{form.name.data} is added.")
            return redirect(url_for("admin.visit_types"))
    return shown("admin/visit_type_form.html", form, shape=None, kinds=kinds, grid=grid, need_field=need_field)


@admin.route("/visit-types/<int:visit_type_id>", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def visit_types_edit(visit_type_id: int) -> ResponseReturnValue:
    """Change one."""
    with database().reading() as session:
        shape = visit_shapes(session, current_viewer().clinic_id, [visit_type_id]).get(visit_type_id) or abort(404)
    kinds, grid = _kinds(shape)
    form, tried = form_for(kinds, shape), Attempt()
    if form.validate_on_submit():
        tried = attempt(form, edit_visit_type, visit_type_id, details_of(form, kinds), asks=True)
        if tried.done is not None:
            say(f"{form.name.data} is changed.{tried.afterwards}")
            return redirect(url_for("admin.visit_types"))
    return shown("admin/visit_type_form.html", form, tried, shape=shape, kinds=kinds, grid=grid, need_field=need_field)


def _kinds(shape: VisitShape | None) -> tuple[list[str], int]:
    """The kinds of resource that a phase may need, and the grid of the clinic's minutes."""
    clinic_id = current_viewer().clinic_id
    with database().reading() as session:
        there = {row.kind for row in resource_list(session, clinic_id) if row.active}
        grid = clinic_settings(session, clinic_id).grid_minutes
    return sorted(there | set(shape.kinds if shape else ())), grid
