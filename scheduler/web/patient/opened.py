"""What every page behind a link begins with: the link that the cookie stands for, and what it may show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.messaging.catalogue import locale_for
from scheduler.queries.patient_links import LinkRow, clinics_to_call
from scheduler.queries.patient_page import PatientPage, patient_page
from scheduler.web import door, looks, translations
from scheduler.web.patient import keyring
from scheduler.web.patient.refusals import another_letter

Shown = str | tuple[str, int] | Response
View = TypeVar("View", bound=Callable)


def opened() -> tuple[LinkRow | None, PatientPage | None]:
    """The link and its page, read in the patient's language and zone; nothing where the link is over."""
    link = keyring.held()
    if link is None:
        return None, None
    with door.database().reading() as session:
        page = patient_page(session, link, now=door.now())
    if page is not None:
        language = translations.chosen() or page.language
        looks.read_at(page.clinic, locale_for(language, page.clinic.locale))
        translations.speak(language)
        if page.timezone:
            g.reading = replace(g.reading, reader_zone=ZoneInfo(page.timezone))
    return link, page


def behind_birth_date(view: View) -> View:
    """A view that is given the link and its page, once the date of birth was given; it is asked for first.

    A form carries which letter it belongs to: one of another patient's letter, opened meanwhile, does nothing.
    """
    @wraps(view)
    def guarded(**given: object) -> Shown:
        link, page = opened()
        if link is None or page is None:
            return closed()
        if not keyring.proven():
            then = request.path if request.method == "GET" else url_for("patient.visits")
            return redirect(url_for("patient.birth_date", then=then), 303)
        if request.method == "POST" and request.form.get("link") != link.reference:
            another_letter()
            return redirect(url_for("patient.visits"), 303)
        return view(link, page, **given)
    return cast(View, guarded)


def closed() -> tuple[str, int]:
    """One answer for a link that is wrong, over or lost: nobody learns whether it ever was."""
    with door.database().reading() as session:
        clinics = clinics_to_call(session)
    return render_template("patient/closed.html", clinics=clinics), 404
