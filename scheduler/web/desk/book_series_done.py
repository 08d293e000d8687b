"""A series that was just booked: the itinerary, the messages that go out, and the way back."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.closures import closed_days
from scheduler.queries.messages import messages_of_series
from scheduler.queries.messages_by_visit import by_visit
from scheduler.services.changing.cancel import Cancelled, StopSeries, stop_series
from scheduler.web.course import strip_of
from scheduler.web.desk import desk
from scheduler.web.desk.series import the_series
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.formats import day_of
from scheduler.web.looks import current_reading
from scheduler.web.said import say

BY_MISTAKE = "The booking was taken back at once."
TOLD = ("A message about this booking has already gone out. Stop the series with a reason instead, and the patient is "
        "told.")


@desk.get("/series/<int:series_id>/booked")
@needs(Permission.BOOK)
def series_booked(series_id: int) -> str:
    """The confirmation, with the itinerary to print and every message with its date."""
    row, clinic_id = the_series(series_id), current_viewer().clinic_id
    days = [day_of(visit.starts_at, current_reading()) for visit in row.visits]
    with database().reading() as session:
        messages = by_visit(messages_of_series(session, clinic_id, series_id, now=now()))
        closed = closed_days(session, clinic_id, min(days), max(days)) if days else {}
    return render_template("desk/book_series_done.html", series=row, strip=strip_of(row, closed=closed),
                           messages=messages)


@desk.post("/series/<int:series_id>/unbook")
@needs(Permission.BOOK)
def series_unbook(series_id: int) -> ResponseReturnValue:
    """Take a booking back as long as nothing has been sent; after that a series is stopped with a reason."""
    row, viewer = the_series(series_id), current_viewer()
    with database().writing() as session:
        told = not by_visit(messages_of_series(session, viewer.clinic_id, series_id, now=now())).nothing_sent
        result = None if told else stop_series(session, StopSeries(series_id, BY_MISTAKE), by=viewer, now=now())
    if not isinstance(result, Cancelled):
        say(result.sentence if result else TOLD, tone="attention")
        return redirect(url_for("desk.series_booked", series_id=series_id), 303)
    count = len(result.appointment_ids)
    say(f"The booking of {row.initials} is taken back: {count} visit{'' if count == 1 else 's'} cancelled.",
        undo=url_for("desk.series_stop_undo", series_id=series_id))
    return redirect(url_for("desk.patient", patient_id=row.patient_id), 303)
