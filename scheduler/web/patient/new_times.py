"""The page of new times after a closure: yes or no. Looking changes nothing; the buttons are POSTs."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.queries.patient_links import NEW_TIMES
from scheduler.queries.patient_new_times import new_times as times_of
from scheduler.services.answer_batch import AnswerNewTimes, PartAnswered, answer_new_times
from scheduler.services.whole import booking
from scheduler.web import door
from scheduler.web.patient import patient
from scheduler.web.patient.opened import closed, opened
from scheduler.web.patient.refusals import another_letter, tell

Shown = str | tuple[str, int] | Response

for view in ("new_times", "new_times_accept", "new_times_decline"):
    door.open_to_all(f"patient.{view}")


@patient.get("/visit/new-times")
def new_times() -> Shown:
    """The times, and until when they are kept."""
    link, page = opened()
    if link is None or page is None or link.purpose != NEW_TIMES:
        return closed()
    with door.database().reading() as session:
        found = times_of(session, link, now=door.now())
    if found is None:
        return closed()
    return render_template("patient/new_times.html", found=found, link=link, clinic=page.clinic)


@patient.post("/visit/new-times/accept")
def new_times_accept() -> Shown:
    """I will come at these times."""
    return _answer(True)


@patient.post("/visit/new-times/decline")
def new_times_decline() -> Shown:
    """I cannot come then."""
    return _answer(False)


def _answer(accept: bool) -> Shown:
    link, page = opened()
    if link is None or page is None or link.purpose != NEW_TIMES:
        return closed()
    if request.form.get("link") != link.reference:
        another_letter()
        return redirect(url_for("patient.new_times"))
    command = AnswerNewTimes(link.id, request.form.get("shown", ""), accept)
    with booking(door.database(), now=door.now()) as session:
        result = answer_new_times(session, command, now=door.now())
    if not isinstance(result, PartAnswered):
        tell(result)
    return redirect(url_for("patient.new_times"), 303)
