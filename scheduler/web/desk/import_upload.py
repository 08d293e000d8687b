"""Upload a list of patients; the template to download; past imports."""

from __future__ import annotations

from flask import Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from scheduler.access import Permission
from scheduler.interop.csv_columns import COLUMNS, template
from scheduler.queries.patient_imports import past_imports
from scheduler.services.patients.take_in_list import take_in_list
from scheduler.services.refusal import Refused
from scheduler.web.desk import desk
from scheduler.web.desk.import_forms import UploadForm
from scheduler.web.desk.import_looks import KINDS, STATES
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say

MEGABYTE = 1024 * 1024


def largest() -> int:
    """The largest upload in whole megabytes."""
    return current_app.config["MAX_CONTENT_LENGTH"] // MEGABYTE


@desk.route("/patients/import", methods=["GET", "POST"])
@needs(Permission.IMPORT_PATIENTS)
def import_upload() -> ResponseReturnValue:
    """Take in a file and lead to its import, where it is looked at before anything is imported."""
    form, refused = UploadForm(), None
    if form.validate_on_submit():
        result = take_in_list(database(), form.file.data.stream, by=current_viewer(), now=now())
        if not isinstance(result, Refused):
            return redirect(url_for("desk.import_page", import_id=result), 303)
        refused = result
    with database().reading() as session:
        past = past_imports(session, current_viewer().clinic_id)
    page = render_template(
        "desk/import_upload.html", form=form, refused=refused, past=past, columns=COLUMNS, largest=largest(),
        kinds=KINDS, states=STATES)
    return Response(page, 422 if form.errors or refused else 200)


@desk.get("/patients/import/template.csv")
@needs(Permission.IMPORT_PATIENTS)
def import_template() -> Response:
    """The CSV template: the headings and one example."""
    return Response(template(), mimetype="text/csv", headers={
        "Content-Disposition": "attachment; filename=patients-template.csv"})


@desk.errorhandler(RequestEntityTooLarge)
def import_too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A file over the limit is refused before it is read: say so on the upload page."""
    say(f"The file is larger than {largest()} MB, so it was not read. Divide it, or have it imported on the server: "
        "python3 run.py import-patients FILE", tone="attention")
    return redirect(url_for("desk.import_upload"), 303)
