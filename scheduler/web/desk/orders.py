"""Record a clinician's order on the way to booking it."""

from __future__ import annotations

from flask import Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.services.booking.record_order import record_order
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.book_series_address import address_of
from scheduler.web.desk.book_series_page import series_page, starting_for
from scheduler.web.desk.patients import the_patient
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say


@desk.post("/patients/<int:patient_id>/orders")
@needs(Permission.RECORD_ORDERS)
def order_new(patient_id: int) -> ResponseReturnValue:
    """Record the order that the form of a series says, then look for times on it."""
    patient = the_patient(patient_id)
    starting = starting_for(patient_id)
    form = starting.form()
    if not form.records_order:
        abort(400)
    if not form.validate():
        return Response(series_page(patient, starting, form), 422)
    command = form.to_order(patient_id)
    with database().writing() as session:
        result = record_order(session, command, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return Response(series_page(patient, starting, form, refused=result), 422)
    say(f"The order for {command.infusions} infusion{'' if command.infusions == 1 else 's'} is recorded.")
    infusions = starting.infusions(result.order_id, int(form.protocol.data), command)
    plan = form.to_command(patient_id, result.order_id, infusions)
    return redirect(url_for("desk.series_new", patient_id=patient_id, find=1, **address_of(plan)), 303)
