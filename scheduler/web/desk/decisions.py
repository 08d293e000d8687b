"""The desk's side of decisions: what waits for a clinician, what was released, what is to be booked."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.gates import decided_to_book, gates_to_decide
from scheduler.services.booking.offers import places_from_text
from scheduler.services.changing.place_added import AddedTimes, BookAdded, added_times, book_added
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.series import the_series
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say
from scheduler.web.sealed import seal, unseal

SEALED = "added"


@desk.get("/worklists/decisions")
@needs(Permission.SEE_MESSAGES)
def worklists_decisions() -> str:
    """Courses that wait for a clinician, and decisions that wait for the desk."""
    with database().reading() as session:
        waiting = gates_to_decide(session, current_viewer().clinic_id, now=now())
        to_book = decided_to_book(session, current_viewer().clinic_id, now=now())
    return render_template("desk/decisions.html", waiting=waiting, to_book=to_book)


@desk.get("/series/<int:series_id>/added")
@needs(Permission.BOOK)
def series_added(series_id: int) -> ResponseReturnValue:
    """The times for the visits that a decision has added."""
    return _page(series_id)


@desk.post("/series/<int:series_id>/added")
@needs(Permission.BOOK)
def series_added_book(series_id: int) -> ResponseReturnValue:
    """Book them as they were shown."""
    series, shown = the_series(series_id), unseal(request.form.get("shown"), SEALED)
    command = BookAdded(series_id, places_from_text(shown["places"]), shown["fingerprint"])
    with booking(database(), now=now()) as session:
        result = book_added(session, command, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return _page(series_id, result)
    count = len(result.appointment_ids)
    say(f"{series.initials}: {count} added visit{'' if count == 1 else 's'} booked.")
    return redirect(url_for("desk.series", series_id=series_id), 303)


def _page(series_id: int, refused: Refused | None = None) -> Response:
    series = the_series(series_id)
    with database().reading() as session:
        found = added_times(session, series_id, by=current_viewer(), now=now())
    if not isinstance(found, AddedTimes):
        say(found.sentence, tone="attention")
        return redirect(url_for("desk.series", series_id=series_id), 303)  # type: ignore[return-value]
    shown = seal({"places": found.plan.to_text(), "fingerprint": found.fingerprint}, SEALED)
    return Response(render_template("desk/series_added.html", series=series, found=found, shown=shown,
                                    refused=refused), 409 if refused else 200)
