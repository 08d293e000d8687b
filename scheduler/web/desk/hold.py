"""A held plan: how long it still stands, its visits, book it or release it."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.closures import closed_days
from scheduler.queries.held_plan import HeldPlan, held_plan, series_with_key
from scheduler.queries.patient_details import PatientRow
from scheduler.services.booking.book_series import BookHeld, book_held
from scheduler.services.booking.hold_plan import ReleaseHold, release_hold
from scheduler.services.clean_book import booking
from scheduler.services.conflicts import HoldGone
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.course_strips import strip_of_visits
from scheduler.web.desk import desk
from scheduler.web.desk.book_series_address import address_of, command_or_400
from scheduler.web.desk.hold_address import idempotency_key, same_query, since_of
from scheduler.web.desk.patients import the_patient
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.formats import day, day_of
from scheduler.web.looks import current_reading
from scheduler.web.said import say


def the_hold(patient_id: int, hold_id: int) -> HeldPlan | None:
    """The hold of this address as long as it stands; another one that came by its number is not it."""
    with database().reading() as session:
        held = held_plan(session, current_viewer().clinic_id, patient_id, hold_id, now=now())
    return held if held and request.args.get("since", "") in ("", since_of(held.created_at)) else None


@desk.get("/patients/<int:patient_id>/holds/<int:hold_id>")
@needs(Permission.BOOK)
def hold(patient_id: int, hold_id: int) -> ResponseReturnValue:
    """The held plan, with the time that is left."""
    patient = the_patient(patient_id)
    held = the_hold(patient_id, hold_id)
    return held_page(patient, held) if held else gone(patient, hold_id, 410)


@desk.post("/patients/<int:patient_id>/holds/<int:hold_id>/book")
@needs(Permission.BOOK)
def hold_book(patient_id: int, hold_id: int) -> ResponseReturnValue:
    """Book what is held. A second click finds the series of the first."""
    patient = the_patient(patient_id)
    key = request.form.get("key", "")[:64]
    held = the_hold(patient_id, hold_id)
    if held is None:
        return gone(patient, hold_id, 409, key)
    if key != f"hold-{hold_id}-{since_of(held.created_at)}":
        abort(400)
    with booking(database(), now=now()) as session:
        result = book_held(session, BookHeld(hold_id, key), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        if any(isinstance(one, HoldGone) for one in result.conflicts):
            return gone(patient, hold_id, 409, key)
        return Response(held_page(patient, held, result), 409)
    first = day(held.visits[0].starts_at, current_reading())
    say(f"{patient.initials} is booked from {first}.", undo=url_for("desk.series_unbook", series_id=result.series_id))
    return redirect(url_for("desk.series_booked", series_id=result.series_id), 303)


@desk.post("/patients/<int:patient_id>/holds/<int:hold_id>/release")
@needs(Permission.BOOK)
def hold_release(patient_id: int, hold_id: int) -> ResponseReturnValue:
    """Give the times back; the wishes stay in the form."""
    patient = the_patient(patient_id)
    if the_hold(patient_id, hold_id) is None:
        return gone(patient, hold_id, 409)
    with database().writing() as session:
        result = release_hold(session, ReleaseHold(hold_id), by=current_viewer(), now=now())
    if isinstance(result, NotFound | Refused):
        return gone(patient, hold_id, 409)
    say(f"The times held for {patient.initials} are free again. Nothing is booked.")
    if "order" not in request.args:
        return redirect(url_for("desk.series_new", patient_id=patient_id), 303)
    wishes = {**address_of(command_or_400(request.args, patient_id)), "instead": None}
    return redirect(url_for("desk.series_new", patient_id=patient_id, find=1, **wishes), 303)


def held_page(patient: PatientRow, held: HeldPlan, refused: Refused | None = None) -> str:
    """The page of a hold that stands."""
    reading = current_reading()
    days = [day_of(visit.starts_at, reading) for visit in held.visits]
    with database().reading() as session:
        closed = closed_days(session, current_viewer().clinic_id, min(days), max(days)) if days else {}
    query = {**same_query(), "since": since_of(held.created_at)}
    can_plan = "order" in query
    by_hand = {one.step for one in command_or_400(request.args, patient.id).by_hand} if can_plan else set()
    return render_template(
        "desk/book_hold.html", patient=patient, held=held, refused=refused, query=query, can_plan=can_plan,
        by_hand=by_hand, key=f"hold-{held.id}-{since_of(held.created_at)}",
        strip=strip_of_visits("Held course", held.visits, closed, reading))


def gone(patient: PatientRow, hold_id: int, status: int, key: str = "") -> ResponseReturnValue:
    """The hold stands no more: to the series that came of it, else a page that plans again with the same wishes."""
    with database().reading() as session:
        series_id = series_with_key(session, current_viewer().clinic_id, patient.id, key or idempotency_key(hold_id))
    if series_id is not None:
        return redirect(url_for("desk.series_booked", series_id=series_id), 303)
    if "order" not in request.args:
        abort(404)
    command = command_or_400(request.args, patient.id)
    wishes = {**address_of(command), "instead": None}
    return Response(render_template("desk/book_hold_gone.html", patient=patient, wishes=wishes), status)

