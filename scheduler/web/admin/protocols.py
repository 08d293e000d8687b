"""The catalogue of published schedules, and the clinic's own protocols with what it has decided."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.planning.protocol_settings import (
    course_from,
    first_settings,
    integration_from,
    missing_settings,
    published_observation_minutes,
)
from scheduler.planning.protocols import PairingKind, Preparation, ProtocolSettings, PublishedProtocol
from scheduler.protocols import catalogue
from scheduler.queries.protocol_list import ProtocolRow, protocol, protocol_list
from scheduler.queries.visit_shapes import visit_shapes
from scheduler.services.clinic.adopt_protocol import Adoption, adopt_protocol, switch_protocol
from scheduler.services.refusal import NotFound
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import attempt, shown
from scheduler.web.admin.protocol_form import ProtocolForm, data_of
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.options import options
from scheduler.web.said import say


@admin.get("/protocols")
@needs(Permission.ADMINISTER)
def protocols() -> str:
    """The clinic's own protocols, and the published schedules with source and grade."""
    with database().reading() as session:
        rows = protocol_list(session, current_viewer().clinic_id)
    return render_template("admin/protocols.html", rows=rows, published=catalogue.published(),
                           left_out=catalogue.left_out(), adopted={row.catalogue_id for row in rows})


@admin.route("/protocols/adopt/<catalogue_id>", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def protocols_adopt(catalogue_id: str) -> ResponseReturnValue:
    """Adopt a published schedule."""
    published = catalogue.find(catalogue_id) or abort(404)
    before = _with_example(published, first_settings(published, catalogue.pairings().values()))
    return _decide(published, before, published.title, None)


@admin.route("/protocols/<int:protocol_id>", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def protocols_edit(protocol_id: int) -> ResponseReturnValue:
    """Change what the clinic has decided: the next version."""
    with database().reading() as session:
        row = protocol(session, current_viewer().clinic_id, protocol_id) or abort(404)
    published = catalogue.find(row.catalogue_id or "") or row.adopted.published
    return _decide(published, _with_example(published, row.adopted.settings), row.name, row)


@admin.post("/protocols/<int:protocol_id>/switch")
@needs(Permission.ADMINISTER)
def protocols_switch(protocol_id: int) -> ResponseReturnValue:
    """Offer a protocol for booking, or no longer."""
    active = request.form.get("active") == "yes"
    with database().writing() as session:
        result = switch_protocol(session, protocol_id, active, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    say("It is offered for booking." if active else "It is no longer offered; running series go on.",
        undo=url_for("admin.protocols_switch", protocol_id=protocol_id), fields={"active": "no" if active else "yes"})
    return redirect(url_for("admin.protocols"))


def _decide(published: PublishedProtocol, before: ProtocolSettings, name: str,
            row: ProtocolRow | None) -> ResponseReturnValue:
    form = _form(name, before)
    if form.validate_on_submit():
        wanted = Adoption(published.id, " ".join(form.name.data.split()), form.to_settings(before))
        tried = attempt(form, adopt_protocol, wanted, protocol_id=row.id if row else None)
        if tried.done is not None:
            still = missing_settings(published, wanted.settings)
            say(f"{wanted.name} is saved." if not still else
                f"{wanted.name} is saved. Before it can be booked: {still[0].sentence}",
                tone="attention" if still else "ready")
            return redirect(url_for("admin.protocols"))
    return shown("admin/protocol_form.html", form, published=published, row=row,
                 missing=missing_settings(published, before), examples=catalogue.pairings().values(),
                 least_observation=published_observation_minutes(published))


def _form(name: str, before: ProtocolSettings) -> ProtocolForm:
    with database().reading() as session:
        shapes = visit_shapes(session, current_viewer().clinic_id).values()
    form = ProtocolForm(data=data_of(name, before))
    choices = options([("", "Not decided"), *((shape.code, shape.name) for shape in shapes if shape.active)])
    for part in ("infusion", "preparation", "integration", "course"):
        field = form[f"visit_types_{part}"]
        field.choices = choices
        field.data = "" if field.data in (None, "None") else field.data
    return form


def _with_example(published: PublishedProtocol, settings: ProtocolSettings) -> ProtocolSettings:
    """The settings with the example that was asked for (`?example=`) copied in; nothing is saved by it."""
    example = catalogue.pairings().get(request.args.get("example", ""))
    if example is None:
        return settings
    if example.kind == PairingKind.PREPARATION:
        return replace(settings, preparation=Preparation(count=example.sessions))
    if example.kind == PairingKind.INTEGRATION:
        return replace(settings, integration=integration_from(example, published.schedule.most))
    return replace(settings, course=course_from(example))
