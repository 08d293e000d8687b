"""See a visit, say whether one comes, see every visit to come. GET and HEAD change nothing; the buttons are POSTs."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response as Page
from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from scheduler.interop.visit_calendar import CalendarVisit, calendar_of
from scheduler.queries.patient_links import NEW_TIMES, OFFER, VISIT
from scheduler.queries.patient_page import PatientPage
from scheduler.services.by_link.answer_link import Answer, Answered, AnswerVisit, answer_link
from scheduler.web import door
from scheduler.web.patient import keyring, patient
from scheduler.web.patient.courses import zone_name
from scheduler.web.patient.opened import Shown, closed, opened
from scheduler.web.patient.refusals import another_letter, tell

VIEWS = ("enter", "visit", "calendar", "confirm", "cannot_come", "take_back")

for view in VIEWS:
    door.open_to_all(f"patient.{view}")


@patient.get("/v/<token>")
def enter(token: str) -> Shown:
    """Exchange the link of a letter for a cookie, and go on to an address without the secret."""
    link = keyring.exchange(token)
    if link is None:
        return closed()
    where = {VISIT: "patient.visit", OFFER: "patient.offer",
             NEW_TIMES: "patient.new_times"}.get(link.purpose, "patient.visits")
    return keyring.give(redirect(url_for(where)), link)


@patient.get("/visit")
def visit() -> Shown:
    """The visit that the link is about."""
    link, page = opened()
    if link is None or page is None or page.visit is None:
        return closed()
    return render_template("patient/visit.html", page=page, visit=page.visit, link=link, clinic=page.clinic,
                           zone=zone_name(page, page.visit))


@patient.get("/visit/calendar.ics")
def calendar() -> Shown:
    """The link's visit, the one that is asked for, or all visits to come, for the patient's own calendar."""
    link, page = opened()
    if link is None or page is None:
        return closed()
    asked = request.args.get("visit", "")
    if asked:
        lines = tuple(line for line in page.coming if asked in ("all", str(line.id)))
    else:
        lines = page.coming if link.purpose != VISIT else tuple(line for line in page.day if line.to_come)
    if not lines:
        return closed()
    body = calendar_of((CalendarVisit(line.id, line.version, line.starts_at, line.leaves_at) for line in lines),
                       clinic=page.clinic.name, telephone=page.clinic.telephone,
                       host=urlsplit(door.settings().base_url).hostname or "localhost", now=door.now(),
                       word=gettext("Visit"), place=_place(page))
    return Page(body, mimetype="text/calendar", headers={"Content-Disposition": "attachment; filename=visit.ics"})


def _place(page: PatientPage) -> str:
    return ", ".join(part for part in (page.clinic.name, *page.address.splitlines()) if part.strip())


@patient.post("/visit/confirm")
def confirm() -> Shown:
    """I will come."""
    return _answer(Answer.CONFIRM)


@patient.post("/visit/cannot-come")
def cannot_come() -> Shown:
    """I cannot come: the desk will call."""
    return _answer(Answer.CANNOT_COME)


@patient.post("/visit/take-back")
def take_back() -> Shown:
    """Neither, after all."""
    return _answer(Answer.TAKE_BACK)


def _answer(answer: Answer) -> Shown:
    link, page = opened()
    if link is None or page is None:
        return closed()
    if request.form.get("link") != link.reference:
        another_letter()
        return redirect(url_for("patient.visit" if link.purpose == VISIT else "patient.visits"))
    visit_id = request.form.get("visit", "")
    command = AnswerVisit(link.id, request.form.get("shown", ""), answer, int(visit_id) if visit_id.isdigit() else None,
                          proven=keyring.proven())
    with door.database().writing() as session:
        result = answer_link(session, command, now=door.now())
    if not isinstance(result, Answered):
        tell(result)
    return redirect(url_for("patient.visits" if visit_id else "patient.visit"), 303)

