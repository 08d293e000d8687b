"""What every page behind a link begins with: the link that the cookie stands for, and what it may show."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from flask import g, render_template

from scheduler.messaging.catalogue import locale_for
from scheduler.queries.patient_links import LinkRow, clinics_to_call
from scheduler.queries.patient_page import PatientPage, patient_page
from scheduler.web import door, looks, translations
from scheduler.web.patient import keyring


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


def closed() -> tuple[str, int]:
    """One answer for a link that is wrong, over or lost: nobody learns whether it ever was."""
    with door.database().reading() as session:
        clinics = clinics_to_call(session)
    return render_template("patient/closed.html", clinics=clinics), 404
