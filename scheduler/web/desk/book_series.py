"""Book a series: find the patient, say what suits, look at the plans, hold one."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.find_patients import find_patients
from scheduler.queries.patient_details import PatientRow
from scheduler.services.booking.hold_plan import HoldPlan, hold_plan
from scheduler.services.booking.offers import PlanSeries, places_from_text
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.book_series_address import address_of, command_or_400
from scheduler.web.desk.book_series_page import PLAN, find_plans, series_page, starting_for
from scheduler.web.desk.hold_address import hold_url
from scheduler.web.desk.patients import the_patient
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.sealed import unseal


@desk.get("/series/new")
@needs(Permission.BOOK)
def new_series() -> str:
    """For whom: the patient is found as one types."""
    typed = request.args.get("q", "")[:100]
    with database().reading() as session:
        found = find_patients(session, current_viewer().clinic_id, typed, now=now())
    part = "desk/_book_hits.html" if request.headers.get("HX-Request") else "desk/book_patient.html"
    return render_template(part, found=found, typed=typed)


@desk.get("/patients/<int:patient_id>/series/new")
@needs(Permission.BOOK)
def series_new(patient_id: int) -> ResponseReturnValue:
    """The form; with `find` in the address the plans that were found for it."""
    patient = the_patient(patient_id)
    if "find" not in request.args:
        starting = starting_for(patient_id)
        return series_page(patient, starting, starting.form())
    return planned_page(patient, command_or_400(request.args, patient_id))


@desk.post("/patients/<int:patient_id>/series/new")
@needs(Permission.BOOK)
def series_new_find(patient_id: int) -> ResponseReturnValue:
    """Look for times: what was typed becomes an address. A new order is recorded on the way, at its own door."""
    patient = the_patient(patient_id)
    starting = starting_for(patient_id)
    form = starting.form()
    if not form.validate():
        return Response(series_page(patient, starting, form), 422)
    if form.records_order:
        return redirect(url_for("desk.order_new", patient_id=patient_id), 307)
    order_id, protocol_id = int(form.order.data), int(form.protocol.data)
    command = form.to_command(patient_id, order_id, starting.infusions(order_id, protocol_id))
    return redirect(url_for("desk.series_new", patient_id=patient_id, find=1, **address_of(command)), 303)


@desk.post("/patients/<int:patient_id>/holds")
@needs(Permission.BOOK)
def hold_new(patient_id: int) -> ResponseReturnValue:
    """Hold the plan that was chosen. Where a time has gone meanwhile: what, and the plans as they are now."""
    patient = the_patient(patient_id)
    command, places = chosen_plan(patient_id)
    with booking(database(), now=now()) as session:
        result = hold_plan(session, HoldPlan(command, places), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return planned_page(patient, command, result)
    return redirect(hold_url(result.hold_id, now(), command), 303)


def chosen_plan(patient_id: int):
    """The sealed plan of this request: the command and its places; 400 where it was touched or is not the patient's."""
    told, places = unseal(request.form.get(PLAN), PLAN)
    command = PlanSeries.from_text(told)
    if command.patient_id != patient_id:
        abort(400)
    return command, places_from_text(places)


def planned_page(patient: PatientRow, command: PlanSeries, refused: Refused | None = None) -> Response:
    """The plans for a command; `refused` is what stood in the way of the one that was chosen."""
    starting = starting_for(patient.id)
    found = find_plans(command, starting.choices)
    if isinstance(found, Refused):
        stands = Refused((*refused.conflicts, *found.conflicts)) if refused else found
        return Response(series_page(patient, starting, starting.form(command), refused=stands), 409 if refused else 422)
    page = series_page(patient, starting, starting.form(found.command), found=found, refused=refused)
    return Response(page, 409 if refused else 200)
