"""Upcoming sessions: today, tomorrow, two weeks; mine or all."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from flask import render_template, request

from scheduler.access import Permission
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.queries.gates import gates_to_decide
from scheduler.queries.questions import open_questions
from scheduler.queries.upcoming import upcoming
from scheduler.web.clinician import clinician
from scheduler.web.door import current_clinic, current_viewer, database, needs, now
from scheduler.web.formats import day_of
from scheduler.web.looks import current_reading

SPANS = {"today": (0, 0, "Today"), "tomorrow": (1, 1, "Tomorrow"), "two-weeks": (0, 13, "Two weeks")}
UNDER_WAY = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED, AppointmentStatus.IN_PROGRESS)


@clinician.get("/my-day")
@needs(Permission.RECORD_CARE)
def my_day() -> str:
    """The sessions of a span, by day, with the next patient first."""
    span = request.args.get("span", "today")
    span = span if span in SPANS else "today"
    who = "all" if request.args.get("who") == "all" else "mine"
    first, last, _ = SPANS[span]
    today, clinic = current_reading().today, current_clinic()
    with database().reading() as session:
        rows = upcoming(session, clinic.id, clinic.timezone, today + timedelta(days=first),
                        today + timedelta(days=last), now=now(),
                        staff_id=current_viewer().staff_id if who == "mine" else None)
        asked = open_questions(session, clinic.id) if current_viewer().may(Permission.OVERRIDE_RULES) else ()
        gates = gates_to_decide(session, clinic.id, now=now()) if current_viewer().may(Permission.DECIDE) else ()
    days = [(day, list(of_day)) for day, of_day in groupby(
        rows, lambda row: day_of(row.visit.starts_at, current_reading()))]
    following = next((row for row in rows
                      if row.visit.status in UNDER_WAY and row.visit.patient_leaves_at > now()), None)
    return render_template("clinician/my_day.html", days=days, following=following, span=span, spans=SPANS, who=who,
                           questions=asked, gates=gates)
