"""Error pages: a calm sentence, what to do, and nothing of what went wrong inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, render_template
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from scheduler.database import DatabaseBusy
from scheduler.web import translations

BUSY_SECONDS = 30
"""After which a page that met a busy database may be asked for again."""


@dataclass(frozen=True)
class Trouble:
    """What an error page says: its title, what is the matter, and what to do now."""

    title: str
    matter: str
    remedy: str


TROUBLES = {
    400: Trouble("That could not be read", "Something in this request was not as the page expects it.",
                 "Go back, load the page again and try once more. If you were filling in a form, it may have been open "
                 "for too long."),
    403: Trouble("This is not open to you", "Your role does not include this page, or you are not signed in.",
                 "If you need it for your work, ask an administrator of your clinic to add the role."),
    404: Trouble("There is nothing here", "The page may have moved, or what it showed belongs to another clinic.",
                 "Check the address, or search for what you need."),
    405: Trouble("This cannot be done from here", "The address is right, but it does not take this kind of request.",
                 "Go back to the page you came from and use its buttons."),
    409: Trouble("Somebody was faster", "This has changed since you opened it. Nothing of yours was saved.",
                 "Go back, load the page again and look at the new state before you decide."),
    413: Trouble("This file is too large", "The upload is larger than this clinic accepts. Nothing was imported.",
                 "Split the file into smaller parts and upload them one after another."),
    429: Trouble("Too many tries", "There were many attempts from here in a short time, so we wait a little.",
                 "Wait a minute and try again."),
    500: Trouble("Something went wrong on our side", "Your last step may not have been saved. We have noted the fault.",
                 "Go back and look whether it was saved before you repeat it."),
    503: Trouble("Back in a moment", "The system is busy or being looked after, and nothing of yours was saved.",
                 "Try again in a minute. The printed day list still holds."),
}


def trouble_of(code: int | None) -> Trouble:
    """The words for a status code; an unlisted one reads as its family (4xx as 400, else as 500)."""
    if code in TROUBLES:
        return TROUBLES[code]
    return TROUBLES[400] if code is not None and 400 <= code < 500 else TROUBLES[500]


FOR_PATIENTS = "leafout_patients_troubles"
"""Where an application keeps what writes the error page behind a patient's link (code to page)."""


def show(error: HTTPException) -> tuple[str, int, dict[str, str]]:
    """The page for an HTTP error, keeping headers the error must carry (`Retry-After`, `Allow`)."""
    code = error.code or 500
    kept = {name: value for name, value in error.get_headers() if name in {"Retry-After", "Allow"}}
    if code >= 500:
        g.viewer = None  # the page must not ask a database that may be what is broken
    if translations.of_a_patient():
        return current_app.extensions[FOR_PATIENTS](code), code, kept
    page = render_template("error.html", trouble=trouble_of(code), code=code, request_id=g.get("request_id"))
    return page, code, kept


def hang(app: Flask) -> None:
    """Answer every HTTP error with its page; a bug (any other exception) becomes the 500 page outside debug.

    A busy database is a 503 wherever it was met: in the view, or after it, when the view is written down.
    """
    def answer(error: HTTPException | DatabaseBusy) -> Any:
        if isinstance(error, DatabaseBusy) or isinstance(getattr(error, "original_exception", None), DatabaseBusy):
            return show(ServiceUnavailable(retry_after=BUSY_SECONDS))
        return error.response or show(error)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(DatabaseBusy, answer)
