"""The public page on which anybody may ask for an appointment. Looking changes nothing; one button sends it."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from scheduler.messaging.catalogue import locale_for
from scheduler.queries.patient_links import clinics_to_call
from scheduler.queries.request_page import PublicPage, public_page
from scheduler.queries.requests import request_received
from scheduler.services.patients.ask import Asked, ask_for_appointment
from scheduler.services.refusal import NotFound
from scheduler.web import door, looks, translations
from scheduler.web.patient import asked_stamp, asked_words, patient
from scheduler.web.patient.asked_form import AskForm

Shown = str | tuple[str, int] | Response
ASKED = "asked"
"""Where the browser's session keeps which request it sent."""

for view in ("ask", "ask_send", "ask_received"):
    door.open_to_all(f"patient.{view}")


@patient.get("/request/<slug>")
def ask(slug: str) -> Shown:
    """The empty form."""
    page = _opened(slug)
    if page is None:
        return _not_open()
    consents = asked_words.consents(page)
    form = AskForm(formdata=None, language=translations.spoken())
    form.offer(page, consents)
    form.stamp.data = asked_stamp.fresh(page.slug, consents)
    return _form(page, form)


@patient.post("/request/<slug>")
def ask_send(slug: str) -> Shown:
    """Send it. What is wrong is shown beside what was typed, and nothing typed is lost."""
    page = _opened(slug)
    if page is None:
        return _not_open()
    form, stamp = AskForm(), asked_stamp.read(request.form.get("stamp"), page.slug)
    form.offer(page, dict(stamp.consents) if stamp else asked_words.consents(page))
    if not asked_stamp.may_try():
        return _too_many(page, form)
    if stamp is None:
        form.stamp.data = asked_stamp.fresh(page.slug, asked_words.consents(page))
        words = gettext("This page was open for a long time. Please look it over and send it again.")
        return _form(page, form, words), 422
    if form.website.data:
        return _form(page, form, gettext("One field near the end has to stay empty. Please clear it and send again."),
                     trapped=True), 422
    if not form.validate():
        return _form(page, form), 422
    if stamp.stands < asked_stamp.SOONEST:
        return _form(page, form, gettext("That was very quick. Please look it over and send it again.")), 422
    return _send(page, form, stamp)


@patient.get("/request/<slug>/received")
def ask_received(slug: str) -> Shown:
    """It has reached the clinic: what happens now, and by when if the clinic promises that."""
    page = _opened(slug)
    if page is None:
        return _not_open()
    with door.database().reading() as reading:
        received = request_received(reading, page.clinic.id, session.get(ASKED))
    if received is None:
        return redirect(url_for("patient.ask", slug=page.slug))
    labels = asked_words.consent_labels()
    return render_template("patient/ask_received.html", page=page, clinic=page.clinic, received=received,
                           ways=[labels[channel] for channel in labels if channel in received.channels],
                           mails=door.settings().mail_server is not None)


def _send(page: PublicPage, form: AskForm, stamp: asked_stamp.Stamp) -> Shown:
    if not asked_stamp.may_ask(page.clinic.id):
        return _too_many(page, form)
    with door.database().writing() as writing:
        result = ask_for_appointment(writing, form.to_command(page, stamp), now=door.now())
    if isinstance(result, NotFound):
        return _not_open()
    if not isinstance(result, Asked):
        form.note(result)
        return _form(page, form), 422
    asked_stamp.count(page.clinic.id)
    session[ASKED] = result.request_id
    return redirect(url_for("patient.ask_received", slug=page.slug), 303)


def _opened(slug: str) -> PublicPage | None:
    """The page, read in the visitor's language."""
    with door.database().reading() as reading:
        page = public_page(reading, slug)
    if page is not None:
        looks.read_at(page.clinic, locale_for(translations.spoken(), page.clinic.locale))
    return page


def _form(page: PublicPage, form: AskForm, notice: str = "", trapped: bool = False) -> str:
    return render_template("patient/ask.html", page=page, clinic=page.clinic, form=form, notice=notice,
                           headline=page.headlines.get(translations.spoken()), trapped=trapped,
                           labels={str(channel): words for channel, words in asked_words.consent_labels().items()})


def _too_many(page: PublicPage, form: AskForm) -> tuple[str, int]:
    words = gettext("Many requests came in a short time, and yours was not sent. Please call us, or try again in "
                    "an hour.")
    return _form(page, form, words), 429


def _not_open() -> tuple[str, int]:
    """One answer where there is no such page and where it is switched off."""
    with door.database().reading() as reading:
        clinics = clinics_to_call(reading)
    return render_template("patient/ask_closed.html", clinics=clinics), 404
