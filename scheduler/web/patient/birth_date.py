"""Asking for the date of birth, once for each opened letter, before anything is changed or shown in full."""

from __future__ import annotations

from datetime import date

from babel.dates import get_month_names
from flask import redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from scheduler.queries.patient_links import LinkRow
from scheduler.queries.patient_page import PatientPage
from scheduler.services.by_link.prove_birth_date import ProveBirthDate, Proven, WrongDate, prove_birth_date
from scheduler.services.refusal import Refused
from scheduler.web import door
from scheduler.web.formats import locale_of
from scheduler.web.looks import current_reading
from scheduler.web.patient import keyring, patient
from scheduler.web.patient.opened import Shown, closed, opened

for view in ("birth_date", "birth_date_given"):
    door.open_to_all(f"patient.{view}")


@patient.get("/visit/birth-date")
def birth_date() -> Shown:
    """The question."""
    link, page = opened()
    if link is None or page is None:
        return closed()
    if keyring.proven():
        return redirect(_then())
    return _ask(link, page)


@patient.post("/visit/birth-date")
def birth_date_given() -> Shown:
    """The answer: on to where one wanted to go, or asked again, or closed after too many."""
    link, page = opened()
    if link is None or page is None:
        return closed()
    given = _given()
    if given is None:
        return _ask(link, page, wrong=gettext("That is not a date. Please enter month, day and year.")), 422
    with door.database().writing() as session:
        result = prove_birth_date(session, ProveBirthDate(link.id, given), now=door.now())
    if isinstance(result, Proven):
        return keyring.give(redirect(_then(), 303), link, proven=True)
    return _refused(link, page, result)


def _refused(link: LinkRow, page: PatientPage, result: Refused) -> Shown:
    conflict = result.conflicts[0]
    if isinstance(conflict, WrongDate):
        left = ngettext("That is not the date we have. You can try once more.",
                        "That is not the date we have. You can try %(num)s more times.", conflict.left)
        return _ask(link, page, wrong=left), 422
    return _ask(link, page, locked=True), 403


def _given() -> date | None:
    try:
        year, month, day = (int(request.form.get(name, "").strip()) for name in ("year", "month", "day"))
        return date(year, month, day)
    except ValueError:
        return None


def _then() -> str:
    """Where one wanted to go: a page of ours, or the course."""
    then = request.values.get("then", "")
    ours = then.startswith("/visit/") and not {"\\", "?", "#", ":"} & set(then) and "//" not in then
    return then if ours else url_for("patient.visits")


def _ask(link: LinkRow, page: PatientPage, *, wrong: str = "", locked: bool = False) -> str:
    months = get_month_names("wide", "stand-alone", locale=locale_of(current_reading().locale))
    return render_template("patient/birth_date.html", clinic=page.clinic, then=_then(), months=dict(months),
                           wrong=wrong, locked=locked or link.locked)
