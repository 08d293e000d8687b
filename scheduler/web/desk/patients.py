"""Find, add and change patients."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.planning.lifecycle import AWAITED
from scheduler.queries.find_patients import find_patients
from scheduler.queries.held_plan import open_holds
from scheduler.queries.messages import messages_of_patient
from scheduler.queries.patient_details import PatientRow, patient_details
from scheduler.queries.patient_links import locked_since
from scheduler.queries.series_page import series_of_patient
from scheduler.queries.visits import visits_of_patient
from scheduler.services.patients.edit_patient import add_patient, edit_patient
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.course import strip_of
from scheduler.web.desk import desk
from scheduler.web.desk.patient_forms import PatientForm
from scheduler.web.door import current_clinic, current_viewer, database, needs, now
from scheduler.web.said import say


def the_patient(patient_id: int) -> PatientRow:
    """The patient of this page; 404 for another clinic's."""
    today = now().astimezone(ZoneInfo(current_clinic().timezone)).date()
    with database().reading() as session:
        row = patient_details(session, current_viewer().clinic_id, patient_id, today)
    return row or abort(404)


@desk.get("/patients")
@needs(Permission.SEE_PATIENTS)
def patients() -> str:
    """The list, narrowed as one types."""
    typed = request.args.get("q", "")[:100]
    with database().reading() as session:
        found = find_patients(session, current_viewer().clinic_id, typed, now=now())
    part = "desk/_patient_hits.html" if request.headers.get("HX-Request") else "desk/patients.html"
    return render_template(part, found=found, typed=typed)


@desk.get("/patients/<int:patient_id>")
@needs(Permission.SEE_PATIENTS)
def patient(patient_id: int) -> str:
    """A patient's page: visits, contact preferences and consents."""
    row = the_patient(patient_id)
    with database().reading() as session:
        found = visits_of_patient(session, current_viewer().clinic_id, patient_id)
        courses = [(one, strip_of(one)) for one in series_of_patient(session, current_viewer().clinic_id, patient_id)]
        messages = messages_of_patient(session, current_viewer().clinic_id, patient_id, now=now())
        held = open_holds(session, current_viewer().clinic_id, patient_id, now=now())
        locked = locked_since(session, current_viewer().clinic_id, patient_id, now=now())
    coming = [visit for visit in found if visit.starts_at >= now() and visit.status in AWAITED]
    return render_template("desk/patient.html", patient=row, coming=coming, courses=courses, messages=messages,
                           held=held, locked=locked, past=[visit for visit in reversed(found) if visit not in coming])


@desk.route("/patients/new", methods=["GET", "POST"])
@needs(Permission.EDIT_PATIENTS)
def patients_new() -> ResponseReturnValue:
    """Add a patient."""
    form, refused = PatientForm(), None
    if form.validate_on_submit():
        with database().writing() as session:
            result = add_patient(session, form.to_details(), by=current_viewer(), now=now())
        if not isinstance(result, Refused):
            say("The patient is on file.")
            return redirect(url_for("desk.patient", patient_id=result))
        refused = result
    return Response(render_template("desk/patient_form.html", form=form, refused=refused, patient=None),
                    422 if form.errors or refused else 200)


@desk.route("/patients/<int:patient_id>/edit", methods=["GET", "POST"])
@needs(Permission.EDIT_PATIENTS)
def patients_edit(patient_id: int) -> ResponseReturnValue:
    """Change a patient's details, preferences and consents."""
    row, refused = the_patient(patient_id), None
    form = PatientForm(data=vars(row) | {"consents": [channel.value for channel in row.agreed],
                                        "beyond_caps": row.beyond_caps})
    form.add_language(row.language)
    if form.validate_on_submit():
        with database().writing() as session:
            result = edit_patient(session, patient_id, form.to_details(), by=current_viewer(), now=now())
        if isinstance(result, NotFound):
            abort(404)
        if not isinstance(result, Refused):
            say(f"The details of {row.initials} are saved.")
            return redirect(url_for("desk.patient", patient_id=patient_id))
        refused = result
    return Response(render_template("desk/patient_form.html", form=form, refused=refused, patient=row),
                    422 if form.errors or refused else 200)
