"""The settings of the clinic as a whole."""

from __future__ import annotations

from dataclasses import asdict

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.clinic_settings import clinic_settings
from scheduler.services.clinic.clinic_settings import change_settings
from scheduler.web.admin import admin
from scheduler.web.admin.attempts import attempt, shown
from scheduler.web.admin.clinic_form import ClinicForm, rows_of, weight_words
from scheduler.web.door import current_viewer, database, needs
from scheduler.web.said import say


@admin.route("/clinic", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def clinic() -> ResponseReturnValue:
    """Names, telephone, time zone, planning and messages."""
    with database().reading() as session:
        present = clinic_settings(session, current_viewer().clinic_id)
    form = ClinicForm(data={**asdict(present), "weights": rows_of(present)})
    if form.validate_on_submit() and attempt(form, change_settings, form.to_settings()).done is not None:
        say("The settings are saved.")
        return redirect(url_for("admin.clinic"))
    return shown("admin/clinic.html", form, weight_words=weight_words)
