"""How the patient wants to be written to: channel, language, quiet hours, what a text may say; and no more at all."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from scheduler.messaging.catalogue import locale_for
from scheduler.messaging.texts import TextFacts, write_text
from scheduler.planning.words import Channel, Discretion, MessageKind
from scheduler.queries.patient_links import LinkRow
from scheduler.queries.patient_page import PatientPage
from scheduler.queries.patient_wishes import PatientWishes, patient_wishes
from scheduler.services.patient_wishes import SetWishes, set_wishes, stop_messages, undo_stop_messages
from scheduler.services.refusal import Refused
from scheduler.services.wrong_value import WrongValue
from scheduler.web import door, translations
from scheduler.web.patient import patient
from scheduler.web.patient.language import keep_language
from scheduler.web.patient.opened import Shown, behind_birth_date
from scheduler.web.patient.refusals import tell
from scheduler.web.said import say

for view in ("wishes", "wishes_set", "stop", "stop_back"):
    door.open_to_all(f"patient.{view}")


@patient.get("/visit/messages")
@behind_birth_date
def wishes(link: LinkRow, page: PatientPage) -> Shown:
    """What is set now, with a text as it would look at each level."""
    return _show(link, page)


@patient.post("/visit/messages")
@behind_birth_date
def wishes_set(link: LinkRow, page: PatientPage) -> Shown:
    """Keep what was set."""
    try:
        command = SetWishes(link.id, Channel(request.form.get("channel", "")), request.form.get("language", ""),
                            _time("quiet_from"), _time("quiet_until"), Discretion(request.form.get("discretion", "")))
    except ValueError:
        return _show(link, page, gettext("Please look at your choices again.")), 422
    with door.database().writing() as session:
        result = set_wishes(session, command, now=door.now())
    if isinstance(result, Refused):
        return _show(link, page, _sentence(result)), 422
    translations.speak(command.language)
    say(gettext("Your choices are saved."))
    return keep_language(redirect(url_for("patient.wishes"), 303), command.language)


@patient.post("/visit/messages/stop")
@behind_birth_date
def stop(link: LinkRow, page: PatientPage) -> Response:
    """No more letters and texts."""
    with door.database().writing() as session:
        result = stop_messages(session, link.id, now=door.now())
    if isinstance(result, Refused):
        tell(result)
    else:
        say(gettext("We will not write to you any more. Your visits stay booked."),
            undo=url_for("patient.stop_back"), undo_label=gettext("Undo"), fields={"link": link.reference})
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
        say(gettext("We write to you again, as before."))
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


def _show(link: LinkRow, page: PatientPage, wrong: str = "") -> str:
    with door.database().reading() as session:
        found = patient_wishes(session, link)
    hours = [time(hour, half) for hour in range(24) for half in (0, 30)]
    return render_template("patient/messages.html", page=page, clinic=page.clinic, link=link, wishes=found,
                           samples=_samples(page, found), hours=hours, wrong=wrong)


def _samples(page: PatientPage, wishes_now: PatientWishes) -> dict[Discretion, str]:
    """A text of each level as it would go out for the next visit, in the language of this page."""
    at = page.coming[0].starts_at if page.coming else door.now() + timedelta(days=3)
    sample = at if page.coming else datetime.combine(at.date(), time(14), tzinfo=at.tzinfo)
    locale = locale_for(translations.spoken(), page.clinic.locale)
    return {level: write_text(TextFacts(
        kind=MessageKind.ONE_DAY, short_name=wishes_now.short_name, telephone=page.clinic.telephone,
        region=page.clinic.region, timezone=page.clinic.timezone, locale=locale, discretion=level, times=(sample,),
        link=f"{door.settings().base_url}/v/…", reader_timezone=page.timezone)) for level in Discretion}
