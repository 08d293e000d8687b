"""The pages behind a patient's link: no password, the minimum to see, and nothing happens without a button."""

from flask import Blueprint

patient = Blueprint("patient", __name__)
