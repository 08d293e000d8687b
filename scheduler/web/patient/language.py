"""The switch between the languages, kept on this telephone. What we write to the patient is set in the preferences."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from scheduler.planning.languages import language_of
from scheduler.web import door
from scheduler.web.patient import patient
from scheduler.web.translations import COOKIE

ASKING = "/request/"
"""How the address of the public page begins, on which anybody may ask for an appointment."""
A_YEAR = 365 * 24 * 3600

door.open_to_all("patient.change_language")


@patient.app_template_global()
def way_back() -> str:
    """Where the switch leads back to: this page; the visit where a link did not open or an answer went wrong."""
    here = request.path.startswith(ASKING) or request.method == "GET" and request.path.startswith("/visit")
    return request.path if here else url_for("patient.visit")


@patient.post("/visit/language")
def change_language() -> Response:
    """Read on in another language."""
    back = request.form.get("back", "")
    here = back.startswith(("/visit", ASKING)) and not {"\\", "?", "#"} & set(back)
    return keep_language(redirect(back if here else url_for("patient.visit"), 303), request.form.get("language", ""))


def keep_language(response: Response, wanted: str) -> Response:
    """Remember a language on this telephone; what is none of ours changes nothing."""
    if language := language_of(wanted):
        response.set_cookie(COOKIE, language, max_age=A_YEAR, httponly=True, samesite="Lax",
                            secure=door.settings().secure_cookies)
    return response
