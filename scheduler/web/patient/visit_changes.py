"""Changing one visit behind the date of birth: another time, no visit, something earlier, and each taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from scheduler.planning.waitlist import Suits
from scheduler.queries.patient_course import CourseVisit
from scheduler.queries.patient_links import LinkRow
from scheduler.queries.patient_page import PatientPage
from scheduler.services.by_link.patient_changes import (
    OwnCancel,
    OwnMove,
    OwnVisit,
    own_cancel,
    own_cancel_back,
    own_move,
    own_move_back,
    own_times,
    own_wait,
)
from scheduler.services.clean_book import booking
from scheduler.services.refusal import Refused
from scheduler.web import door
from scheduler.web.formats import when
from scheduler.web.looks import current_reading
from scheduler.web.patient import patient
from scheduler.web.patient.courses import course_of, name_of
from scheduler.web.patient.opened import Shown, behind_birth_date, closed
from scheduler.web.patient.refusals import sentence_of, tell
from scheduler.web.patient.time_choices import by_day
from scheduler.web.said import say

LOOK = timedelta(days=21)
NOON = time(12)
PARTS = {"any": Suits(), "morning": Suits(to_time=NOON), "afternoon": Suits(from_time=NOON)}
REASONS = {"unwell": "not well", "time": "the time does not suit", "ride": "nobody to take me home",
           "unsure": "not sure about going on", "other": "another reason"}
"""What a patient may choose, and how the desk reads it."""
LONGEST_WORD = 200

for view in ("move", "move_chosen", "move_back", "cancel", "cancelled", "cancel_back", "wait", "wait_end"):
    door.open_to_all(f"patient.{view}")


@patient.get("/visit/<int:appointment_id>/move")
@behind_birth_date
def move(link: LinkRow, page: PatientPage, appointment_id: int) -> Shown:
    """The times that keep the course, by day."""
    visit = course_of(link).visit(appointment_id)
    if visit is None:
        return closed()
    today = current_reading().today
    first = max(today, current_reading().today + _later())
    with door.database().reading() as session:
        times = own_times(session, OwnVisit(link.id, appointment_id), first_on=first, last_on=first + LOOK,
                          now=door.now())
    return render_template("patient/move.html", page=page, clinic=page.clinic, link=link, visit=visit, name_of=name_of,
                           refused=sentence_of(times) if isinstance(times, Refused) else "",
                           days=by_day(times) if not isinstance(times, Refused) else (),
                           later=_later().days, look=LOOK.days)


def _later() -> timedelta:
    """How much further on one wants to look: up to half a year, in steps of the look."""
    asked = request.args.get("later", "0")
    return timedelta(days=min(int(asked), 180)) if asked.isdigit() and len(asked) < 4 else timedelta()


@patient.post("/visit/<int:appointment_id>/move")
@behind_birth_date
def move_chosen(link: LinkRow, page: PatientPage, appointment_id: int) -> Shown:
    """Take one of them."""
    try:
        start, version = datetime.fromisoformat(request.form.get("start", "")), int(request.form.get("version", ""))
    except ValueError:
        say(gettext("Please choose one of the times."), tone="attention")
        return redirect(url_for("patient.move", appointment_id=appointment_id), 303)
    with booking(door.database(), now=door.now()) as session:
        result = own_move(session, OwnMove(link.id, appointment_id, version, start.replace(tzinfo=None)),
                          now=door.now())
    if isinstance(result, Refused):
        tell(result)
        return redirect(url_for("patient.move", appointment_id=appointment_id), 303)
    say(gettext("Done. Your visit is now on %(when)s.", when=when(result.starts_at, current_reading())),
        undo=url_for("patient.move_back", appointment_id=appointment_id), undo_label=gettext("Undo"),
        fields={"link": link.reference})
    return redirect(url_for("patient.visits"), 303)


@patient.post("/visit/<int:appointment_id>/move/back")
@behind_birth_date
def move_back(link: LinkRow, page: PatientPage, appointment_id: int) -> Shown:
    """The old time after all."""
    return _taken_back(own_move_back, link, appointment_id, gettext("Your visit has its old time again."))


@patient.get("/visit/<int:appointment_id>/cancel")
@behind_birth_date
def cancel(link: LinkRow, page: PatientPage, appointment_id: int) -> Shown:
    """What cancelling means, and why."""
    visit = course_of(link).visit(appointment_id)
    if visit is None:
        return closed()
    return _ask_why(link, page, visit)


def _ask_why(link: LinkRow, page: PatientPage, visit: CourseVisit, wrong: str = "") -> str:
    words = {"unwell": gettext("I am not well"), "time": gettext("The time does not suit me"),
             "ride": gettext("Nobody can take me home"), "unsure": gettext("I am not sure about going on"),
             "other": gettext("Another reason")}
    return render_template("patient/cancel.html", page=page, clinic=page.clinic, link=link, visit=visit, reasons=words,
                           name_of=name_of, wrong=wrong)


@patient.post("/visit/<int:appointment_id>/cancel")
@behind_birth_date
def cancelled(link: LinkRow, page: PatientPage, appointment_id: int) -> Shown:
    """Cancel it; where the reason calls for it, say at once whom to reach."""
    visit = course_of(link).visit(appointment_id)
    if visit is None:
        return closed()
    reason = request.form.get("reason", "")
    if reason not in REASONS or not request.form.get("version", "").isdigit():
        return _ask_why(link, page, visit, gettext("Please choose a reason.")), 422
    more = " ".join(request.form.get("more", "").split())[:LONGEST_WORD]
    why = f"{REASONS[reason]} ({more})" if more else REASONS[reason]
    with booking(door.database(), now=door.now()) as session:
        result = own_cancel(session, OwnCancel(link.id, appointment_id, int(request.form["version"]), why),
                            now=door.now())
    if isinstance(result, Refused):
        return _told(result, "")
    return render_template("patient/cancelled.html", page=page, clinic=page.clinic, link=link, visit=visit,
                           name_of=name_of, low=reason in ("unwell", "unsure"))


@patient.post("/visit/<int:appointment_id>/cancel/back")
@behind_birth_date
def cancel_back(link: LinkRow, page: PatientPage, appointment_id: int) -> Shown:
    """I will come after all."""
    return _taken_back(own_cancel_back, link, appointment_id, gettext("Your visit is booked again."))


@patient.post("/visit/<int:appointment_id>/wait")
@behind_birth_date
def wait(link: LinkRow, page: PatientPage, appointment_id: int) -> Shown:
    """Tell me if something earlier is free."""
    return _waits(link, appointment_id, PARTS.get(request.form.get("part", ""), Suits()),
                  gettext("We write to you if an earlier time is free. Your visit stays until then."))


@patient.post("/visit/<int:appointment_id>/wait/end")
@behind_birth_date
def wait_end(link: LinkRow, page: PatientPage, appointment_id: int) -> Shown:
    """No longer."""
    return _waits(link, appointment_id, None, gettext("We will not look for an earlier time. Your visit stays."))


def _taken_back(verb: Callable[..., object], link: LinkRow, appointment_id: int, done: str) -> Shown:
    with booking(door.database(), now=door.now()) as session:
        result = verb(session, OwnVisit(link.id, appointment_id), now=door.now())
    return _told(result, done)


def _waits(link: LinkRow, appointment_id: int, suits: Suits | None, done: str) -> Shown:
    with door.database().writing() as session:
        result = own_wait(session, OwnVisit(link.id, appointment_id), suits=suits, now=door.now())
    return _told(result, done)


def _told(result: object, done: str) -> Shown:
    if isinstance(result, Refused):
        tell(result)
    else:
        say(done)
    return redirect(url_for("patient.visits"), 303)
