"""How the patient wants to be written to: channel, language, quiet hours, what a text may say; and no more at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from scheduler.messaging.catalogue import locale_for
from scheduler.messaging.texts import TextFacts, write_text
from scheduler.planning.languages import LANGUAGES
from scheduler.planning.words import Channel, Discretion, MessageKind
from scheduler.queries.patient_links import LinkRow
from scheduler.queries.patient_page import PatientPage
from scheduler.queries.patient_wishes import PatientWishes, patient_wishes
from scheduler.services.by_link.patient_wishes import SetWishes, set_wishes, stop_messages, undo_stop_messages
from scheduler.services.refusal import Refused
from scheduler.services.wrong_value import WrongValue
from scheduler.web import door, translations
from scheduler.web.patient import patient
from scheduler.web.patient.asked_words import agreed_words
from scheduler.web.patient.language import keep_language
from scheduler.web.patient.opened import Shown, behind_birth_date
from scheduler.web.patient.refusals import tell
from scheduler.web.said import say

for view in ("wishes", "wishes_set", "samples", "stop", "withdraw", "stop_back"):
    door.open_to_all(f"patient.{view}")


SAMPLED = (MessageKind.ONE_DAY, MessageKind.CONFIRMATION, MessageKind.CHANGE)
"""Texts that are shown as they would look."""


@patient.get("/visit/messages")
@behind_birth_date
def wishes(link: LinkRow, page: PatientPage) -> Shown:
    """What is set now, with texts as they would look, and what was agreed to."""
    return _show(link, page)


@patient.post("/visit/messages")
@behind_birth_date
def wishes_set(link: LinkRow, page: PatientPage) -> Shown:
    """Keep what was set; or only show how texts would look with it (`act` look), and keep nothing."""
    try:
        command = SetWishes(link.id, Channel(request.form.get("channel", "")), request.form.get("language", ""),
                            _time("quiet_from"), _time("quiet_until"), Discretion(request.form.get("discretion", "")))
    except ValueError:
        return _show(link, page, gettext("Please look at your choices again.")), 422
    if request.form.get("act") == "look":
        return _show(link, page, chosen=command)
    with door.database().writing() as session:
        result = set_wishes(session, command, now=door.now())
    if isinstance(result, Refused):
        return _show(link, page, _sentence(result), command), 422
    translations.speak(command.language)
    say(gettext("Your choices are saved."))
    return keep_language(redirect(url_for("patient.wishes"), 303), command.language)


@patient.post("/visit/messages/samples")
@behind_birth_date
def samples(link: LinkRow, page: PatientPage) -> Shown:
    """How texts would look with what is chosen, as one chooses; nothing is kept."""
    try:
        level = Discretion(request.form.get("discretion", ""))
    except ValueError:
        return "", 400
    with door.database().reading() as session:
        found = patient_wishes(session, link, now=door.now())
    return render_template("patient/_samples.html", texts=_samples(page, found, level, request.form.get("language")))


@patient.post("/visit/messages/stop")
@behind_birth_date
def stop(link: LinkRow, page: PatientPage) -> Response:
    """No more letters and texts."""
    return _stop(link, None, gettext("We will not write to you any more. Your visits stay booked."))


@patient.post("/visit/messages/withdraw")
@behind_birth_date
def withdraw(link: LinkRow, page: PatientPage) -> Shown:
    """One consent is taken back: nothing more by that `channel`."""
    try:
        channel = Channel(request.form.get("channel", ""))
    except ValueError:
        return _show(link, page, gettext("Please look at your choices again.")), 422
    return _stop(link, channel, gettext("You have taken this back. Your visits stay booked."))


def _stop(link: LinkRow, channel: Channel | None, words: str) -> Response:
    with door.database().writing() as session:
        result = stop_messages(session, link.id, channel, now=door.now())
    if isinstance(result, Refused):
        tell(result)
    else:
        say(words, undo=url_for("patient.stop_back"), undo_label=gettext("Undo"), fields={"link": link.reference})
    return redirect(url_for("patient.wishes"), 303)


@patient.post("/visit/messages/stop/back")
@behind_birth_date
def stop_back(link: LinkRow, page: PatientPage) -> Response:
    """Write to me after all."""
    with door.database().writing() as session:
        result = undo_stop_messages(session, link.id, now=door.now())
    if isinstance(result, Refused):
        tell(result)
    elif result.channels:
        say(gettext("It is as it was before."))
    else:
        say(gettext("To get messages again, please call us."), tone="attention")
    return redirect(url_for("patient.wishes"), 303)


def _time(name: str) -> time | None:
    written = request.form.get(name, "")
    return time.fromisoformat(written) if written else None


def _sentence(refused: Refused) -> str:
    wrong = refused.conflicts[0]
    if isinstance(wrong, WrongValue) and wrong.field == "quiet":
        return gettext("Please give both quiet times, and leave four hours of the day in which we may write.")
    return gettext("Please look at your choices again.")


def _show(link: LinkRow, page: PatientPage, wrong: str = "", chosen: SetWishes | None = None) -> str:
    with door.database().reading() as session:
        found = patient_wishes(session, link, now=door.now())
    shown = found if chosen is None else replace(
        found, channel=chosen.channel, language=chosen.language, quiet_from=chosen.quiet_from,
        quiet_until=chosen.quiet_until, discretion=chosen.discretion)
    hours = [time(hour, half) for hour in range(24) for half in (0, 30)]
    return render_template("patient/messages.html", page=page, clinic=page.clinic, link=link, wishes=shown,
                           texts=_samples(page, found, shown.discretion, shown.language), hours=hours, wrong=wrong,
                           agreed_words=agreed_words(page.clinic.name, found.texts), looked=chosen is not None)


def _samples(page: PatientPage, found: PatientWishes, level: Discretion, language: str | None) -> tuple[str, ...]:
    """Texts of a level about the next visit, in the language in which they would go out; none twice."""
    at = page.coming[0].starts_at if page.coming else door.now() + timedelta(days=3)
    sample = at if page.coming else datetime.combine(at.date(), time(14), tzinfo=at.tzinfo)
    locale = locale_for(language if language in LANGUAGES else translations.spoken(), page.clinic.locale)
    return tuple(dict.fromkeys(write_text(TextFacts(
        kind=kind, short_name=found.short_name, telephone=page.clinic.telephone, region=page.clinic.region,
        timezone=page.clinic.timezone, locale=locale, discretion=level, times=(sample,), visits=1,
        link=f"{door.settings().base_url}/v/…", reader_timezone=page.timezone)) for kind in SAMPLED))
