"""Naming who takes the patient home, and that they have said yes."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from scheduler.queries.patient_links import LinkRow
from scheduler.queries.patient_page import PatientPage
from scheduler.services.by_link.name_ride import NameRide, name_ride
from scheduler.services.refusal import Refused
from scheduler.web import door
from scheduler.web.patient import patient
from scheduler.web.patient.courses import course_of, name_of
from scheduler.web.patient.opened import Shown, behind_birth_date, closed
from scheduler.web.patient.refusals import tell
from scheduler.web.said import say

for view in ("ride", "ride_named"):
    door.open_to_all(f"patient.{view}")


@patient.get("/visit/<int:appointment_id>/ride")
@behind_birth_date
def ride(link: LinkRow, page: PatientPage, appointment_id: int) -> Shown:
    """Who it is now."""
    visit = course_of(link).visit(appointment_id)
    if visit is None or not visit.wants_ride:
        return closed()
    return render_template("patient/ride.html", page=page, clinic=page.clinic, link=link, visit=visit, name_of=name_of)


@patient.post("/visit/<int:appointment_id>/ride")
@behind_birth_date
def ride_named(link: LinkRow, page: PatientPage, appointment_id: int) -> Shown:
    """Write it down; an empty name takes it back."""
    command = NameRide(link.id, appointment_id, request.form.get("name", ""), request.form.get("telephone", ""),
                       agreed=bool(request.form.get("agreed")))
    with door.database().writing() as session:
        result = name_ride(session, command, now=door.now())
    if isinstance(result, Refused):
        tell(result)
    else:
        say(gettext("Thank you. We know who takes you home.") if result.ride_id
            else gettext("Nobody is named for the way home."))
    return redirect(url_for("patient.visits"), 303)
