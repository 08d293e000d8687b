"""Every blueprint of the house, in one list."""

from __future__ import annotations

from flask import Flask

from scheduler.web import errors, looks
from scheduler.web.admin import admin
from scheduler.web.admin import pages as admin_pages
from scheduler.web.auth.views import auth
from scheduler.web.clinician import clinician
from scheduler.web.clinician import pages as clinician_pages
from scheduler.web.desk import desk
from scheduler.web.desk import pages as desk_pages
from scheduler.web.gallery import gallery
from scheduler.web.gateway import gateway
from scheduler.web.gateway import pages as gateway_pages
from scheduler.web.health import health
from scheduler.web.patient import asked as patient_asked
from scheduler.web.patient import birth_date as patient_birth_date
from scheduler.web.patient import courses as patient_courses
from scheduler.web.patient import language as patient_language
from scheduler.web.patient import new_link as patient_new_link
from scheduler.web.patient import new_times as patient_new_times
from scheduler.web.patient import offers as patient_offers
from scheduler.web.patient import rides as patient_rides
from scheduler.web.patient import visit_changes as patient_visit_changes
from scheduler.web.patient import wishes as patient_wishes
from scheduler.web.patient.pages import patient
from scheduler.web.patient.troubles import show_to_patient

PAGES = (
    admin_pages, clinician_pages, desk_pages, gateway_pages, patient_asked, patient_birth_date, patient_courses,
    patient_language, patient_new_link, patient_new_times, patient_offers, patient_rides,
    patient_visit_changes, patient_wishes,
)
"""Modules that hang their views on a blueprint."""

BLUEPRINTS: tuple = (
    admin, auth, clinician, desk, gallery, gateway, health, patient,
)


def hang(app: Flask) -> None:
    """Register every blueprint, and what goes with sign-in, formats and error pages.

    What the text gateway posts carries no token of a form: it is signed.
    """
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(gateway)
    looks.hang(app)
    app.extensions[errors.FOR_PATIENTS] = show_to_patient
