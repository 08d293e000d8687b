"""Clinicians' and therapists' pages."""

from flask import Blueprint

clinician = Blueprint("clinician", __name__)
