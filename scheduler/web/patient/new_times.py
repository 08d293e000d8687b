"""The page of new times after a closure: yes or no. Looking changes nothing; the buttons are POSTs."""

from __future__ import annotations

from scheduler.queries.patient_links import NEW_TIMES
from scheduler.queries.patient_new_times import new_times as times_of
from scheduler.services.by_link.answer_batch import NEW_TIMES_ASKED
from scheduler.web import door
from scheduler.web.patient import patient
from scheduler.web.patient.asked_by_letter import show, take, yes_or_no
from scheduler.web.patient.opened import Shown

for view in ("new_times", "new_times_accept", "new_times_decline"):
    door.open_to_all(f"patient.{view}")


@patient.get("/visit/new-times")
def new_times() -> Shown:
    """The times, and until when they are kept."""
    return show(NEW_TIMES, times_of, "patient/new_times.html")


@patient.post("/visit/new-times/accept")
def new_times_accept() -> Shown:
    """I will come at these times."""
    return take(NEW_TIMES, "patient.new_times", yes_or_no(NEW_TIMES_ASKED, True))


@patient.post("/visit/new-times/decline")
def new_times_decline() -> Shown:
    """I cannot come then."""
    return take(NEW_TIMES, "patient.new_times", yes_or_no(NEW_TIMES_ASKED, False))
