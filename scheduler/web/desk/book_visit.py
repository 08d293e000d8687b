"""Book a single visit: a consultation, an extra session, a booster."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.messages import messages_of_visit
from scheduler.queries.messages_by_visit import by_visit
from scheduler.queries.patient_details import PatientRow
from scheduler.queries.visit_choices import VisitChoices, visit_choices
from scheduler.services.booking.book_visit import BookVisit, book_visit
from scheduler.services.booking.free_times import FreeTime, VisitTimes, visit_times
from scheduler.services.booking.record_order import record_order
from scheduler.services.changing.cancel import Cancelled, CancelVisit, cancel_visit
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.book_series_done import BY_MISTAKE
from scheduler.web.desk.book_visit_form import ANYONE, VisitForm, VisitWish, place_of, start_value
from scheduler.web.desk.patients import the_patient
from scheduler.web.desk.start_days import Start, start_days
from scheduler.web.desk.visit_actions import the_visit
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.formats import when
from scheduler.web.looks import current_reading
from scheduler.web.said import say

DAYS = timedelta(days=13)
TOLD = "A message about this visit has already gone out. Cancel it with a reason instead, and the patient is told."


@desk.get("/patients/<int:patient_id>/visits/new")
@needs(Permission.BOOK)
def visit_new(patient_id: int) -> ResponseReturnValue:
    """The form; with `find` in the address the times that were found for it."""
    patient = the_patient(patient_id)
    choices = choices_of(patient_id)
    if "find" not in request.args:
        return visit_page(patient, choices, form_for(choices))
    return times_page(patient, choices, wish_or_400())


@desk.post("/patients/<int:patient_id>/visits/new")
@needs(Permission.BOOK)
def visit_new_find(patient_id: int) -> ResponseReturnValue:
    """Look for times: what was typed becomes an address. A new order is recorded on the way, at its own door."""
    patient = the_patient(patient_id)
    choices = choices_of(patient_id)
    form = form_for(choices)
    if not form.validate():
        return Response(visit_page(patient, choices, form), 422)
    if form.records_order:
        return redirect(url_for("desk.visit_new_order", patient_id=patient_id), 307)
    return redirect(url_for("desk.visit_new", patient_id=patient_id, find=1, **form.to_wish().address), 303)


@desk.post("/patients/<int:patient_id>/visits/new/order")
@needs(Permission.RECORD_ORDERS)
def visit_new_order(patient_id: int) -> ResponseReturnValue:
    """Record the order that the form says, then look for times on it."""
    patient = the_patient(patient_id)
    choices = choices_of(patient_id)
    form = form_for(choices)
    if not form.records_order:
        abort(400)
    if not form.validate():
        return Response(visit_page(patient, choices, form), 422)
    with database().writing() as session:
        result = record_order(session, form.to_order(patient_id), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return Response(visit_page(patient, choices, form, refused=result), 422)
    say("The order is recorded.")
    wish = form.to_wish(result.order_id)
    return redirect(url_for("desk.visit_new", patient_id=patient_id, find=1, **wish.address), 303)


@desk.post("/patients/<int:patient_id>/visits")
@needs(Permission.BOOK)
def visit_book(patient_id: int) -> ResponseReturnValue:
    """Book the visit at the time that was chosen. Where it has gone meanwhile: what, and the times as they are now."""
    patient = the_patient(patient_id)
    wish, key = wish_or_400(), request.form.get("key", "")[:64]
    try:
        place = place_of(request.form.get("start", ""), wish.visit_type_id)
    except (ValueError, TypeError):
        abort(400)
    command = BookVisit(patient_id, place, key or abort(400), order_id=wish.order_id)
    with booking(database(), now=now()) as session:
        result = book_visit(session, command, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return times_page(patient, choices_of(patient_id), wish, result)
    say(f"{patient.initials} is booked for {when(place.wall_start, current_reading())}.",
        undo=url_for("desk.visit_unbook", appointment_id=result.appointment_id))
    return redirect(url_for("desk.appointment", appointment_id=result.appointment_id), 303)


@desk.post("/appointments/<int:appointment_id>/unbook")
@needs(Permission.BOOK)
def visit_unbook(appointment_id: int) -> ResponseReturnValue:
    """Take a single visit's booking back as long as nothing has been sent."""
    row, viewer = the_visit(appointment_id), current_viewer()
    with database().writing() as session:
        told = not by_visit(messages_of_visit(session, viewer.clinic_id, appointment_id, now=now())).nothing_sent
        result = None if told else cancel_visit(session, CancelVisit(appointment_id, BY_MISTAKE), by=viewer, now=now())
    if not isinstance(result, Cancelled):
        say(result.sentence if result else TOLD, tone="attention")
        return redirect(url_for("desk.appointment", appointment_id=appointment_id), 303)
    say(f"The booking of {row.initials} is taken back.",
        undo=url_for("desk.appointment_cancel_undo", appointment_id=appointment_id))
    return redirect(url_for("desk.patient", patient_id=row.patient_id), 303)


def choices_of(patient_id: int) -> VisitChoices:
    """What can be chosen for a patient."""
    with database().reading() as session:
        return visit_choices(session, current_viewer().clinic_id, patient_id)


def wish_or_400() -> VisitWish:
    """What the address looks for; one that somebody has bent is answered with 400."""
    try:
        return VisitWish.read(request.args, current_reading().today)
    except ValueError:
        abort(400)


def form_for(choices: VisitChoices, wish: VisitWish | None = None) -> VisitForm:
    """The form: filled from what was looked for, else from what was posted, else with defaults."""
    viewer, today = current_viewer(), current_reading().today
    clinicians = [id_ for id_, _ in choices.clinicians]
    begin = {
        "visit_type": str(choices.types[0].id) if choices.types else None, "earliest": today, "with_whom": ANYONE,
        "order": str(choices.open_orders[0].id) if choices.open_orders else "new", "ordered": 1, "ordered_on": today,
        "ordered_by": viewer.staff_id if viewer.staff_id in clinicians else next(iter(clinicians), None)}
    if wish is None:
        form = VisitForm(data=begin)
    else:
        told = {"visit_type": str(wish.visit_type_id), "earliest": wish.earliest_on,
                "with_whom": wish.resource_id or ANYONE} | ({"order": str(wish.order_id)} if wish.order_id else {})
        form = VisitForm(formdata=None, data=begin | told)
    form.offer(choices, today, viewer.may(Permission.RECORD_ORDERS))
    return form


def times_page(patient: PatientRow, choices: VisitChoices, wish: VisitWish,
               refused: Refused | None = None) -> Response:
    """The times for a wish; `refused` is what stood in the way of the one that was chosen."""
    command = VisitTimes(patient.id, wish.visit_type_id, wish.earliest_on, wish.earliest_on + DAYS,
                         (wish.resource_id,) if wish.resource_id else ())
    with database().reading() as session:
        found = visit_times(session, command, by=current_viewer(), now=now())
    if isinstance(found, NotFound):
        abort(404)
    stands, times = (found, ()) if isinstance(found, Refused) else (refused, found)
    page = visit_page(patient, choices, form_for(choices, wish), refused=stands, wish=wish, times=times)
    return Response(page, 409 if refused else 422 if isinstance(found, Refused) else 200)


def visit_page(patient: PatientRow, choices: VisitChoices, form: VisitForm, *, refused: Refused | None = None,
               wish: VisitWish | None = None, times: tuple[FreeTime, ...] = ()) -> str:
    """The page."""
    days = start_days(Start(one.wall_start, start_value(one)) for one in times)
    later = VisitWish(wish.visit_type_id, wish.earliest_on + DAYS + timedelta(days=1), wish.order_id,
                      wish.resource_id) if wish else None
    return render_template(
        "desk/book_visit.html", patient=patient, choices=choices, form=form, refused=refused, wish=wish, days=days,
        last_on=wish.earliest_on + DAYS if wish else None, later=later, key=secrets.token_hex(16))
