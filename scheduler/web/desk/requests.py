"""Requests for an appointment: the queue, and one of them in full. What is done with them: `desk.request_acts`."""

from __future__ import annotations

from flask import abort, render_template, request

from scheduler.access import Permission
from scheduler.planning.requests import ContactReason, DayPart, HeardFrom
from scheduler.planning.words import Channel
from scheduler.queries.find_patients import find_patients
from scheduler.queries.requests import RequestRow, RequestShelf, one_request, request_queue
from scheduler.web.desk import desk
from scheduler.web.door import current_viewer, database, needs, now

SAID = {
    "reasons": {ContactReason.REFERRED: "has a referral", ContactReason.TALK_FIRST: "would like to talk first",
                ContactReason.ALREADY_PATIENT: "is already a patient", ContactReason.FOR_SOMEBODY: "asks for another",
                ContactReason.OTHER: "something else"},
    "heard": {HeardFrom.CLINICIAN: "a doctor or another clinic", HeardFrom.PERSON: "somebody they know",
              HeardFrom.WEB: "the internet", HeardFrom.OTHER: "another way"},
    "parts": {DayPart.MORNING: "morning", DayPart.AFTERNOON: "afternoon", DayPart.EVENING: "evening"},
    "channels": {Channel.CALL: "Call", Channel.EMAIL: "E-mail", Channel.TEXT: "Text"},
    "days": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
"""A request's words as the desk reads them."""
FEW = 5


def the_request(request_id: int) -> RequestRow:
    """The request of this page; 404 for another clinic's."""
    with database().reading() as session:
        row = one_request(session, current_viewer().clinic_id, request_id)
    return row or abort(404)


@desk.get("/worklists/requests")
@needs(Permission.SEE_TO_REQUESTS)
def requests() -> str:
    """The queue; an unknown shelf shows what waits."""
    asked, before = request.args.get("show", ""), request.args.get("before", type=int)
    shelf = RequestShelf(asked) if asked in set(RequestShelf) else RequestShelf.WAITING
    with database().reading() as session:
        queue = request_queue(session, current_viewer().clinic_id, shelf, before=before)
    return render_template("desk/requests.html", queue=queue, shelf=shelf, shelves=RequestShelf, said_as=SAID)


@desk.get("/worklists/requests/<int:request_id>")
@needs(Permission.SEE_TO_REQUESTS)
def request_one(request_id: int) -> str:
    """One request: what was said, what was agreed to, who it may be, what was done, and what can be."""
    row, typed = the_request(request_id), request.args.get("q", "")[:100]
    hits = ()
    if typed:
        with database().reading() as session:
            hits = find_patients(session, current_viewer().clinic_id, typed, now=now(), most=FEW).patients
    return render_template("desk/request.html", row=row, typed=typed, hits=hits, said_as=SAID)
