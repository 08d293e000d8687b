"""Every message that a course causes: of a booked series, and of a held plan before it is booked."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.planning.reminders import VisitFacts
from scheduler.planning.words import VisitKind
from scheduler.queries.message_life import lives_of_series
from scheduler.services.messages.foretell import foretell
from scheduler.services.messages.foretell_series import foretell_series
from scheduler.web.desk import desk
from scheduler.web.desk.hold import the_hold
from scheduler.web.desk.hold_address import same_query
from scheduler.web.desk.patients import the_patient
from scheduler.web.desk.series import the_series
from scheduler.web.door import current_viewer, database, needs, now, settings


@desk.get("/series/<int:series_id>/messages")
@needs(Permission.SEE_MESSAGES)
def series_messages(series_id: int) -> str:
    """What a series has caused and will cause, each with its words, its rule and its life."""
    row, clinic_id = the_series(series_id), current_viewer().clinic_id
    with database().reading() as session:
        booked = foretell_series(session, clinic_id, series_id, base_url=settings().base_url, now=now())
        lives = lives_of_series(session, clinic_id, series_id)
    rows = [(one.row, lives.get(one.message_id)) for one in booked.written] + [(one, None) for one in booked.calls]
    return render_template("desk/course_messages.html", patient_name=row.patient_name, course=booked.to_come,
                           rows=sorted(rows, key=lambda pair: pair[0].due_at), series_id=series_id, hold=None)


@desk.get("/patients/<int:patient_id>/holds/<int:hold_id>/messages")
@needs(Permission.BOOK)
def hold_messages(patient_id: int, hold_id: int) -> ResponseReturnValue:
    """What booking a held plan would cause; nothing is written."""
    patient = the_patient(patient_id)
    held = the_hold(patient_id, hold_id) or abort(404)
    infusions = [visit.id for visit in held.visits if visit.kind == VisitKind.INFUSION]
    facts = [VisitFacts(visit.id, visit.kind, visit.starts_at, first=visit.id in infusions[:1])
             for visit in held.visits]
    with database().reading() as session:
        course = foretell(session, current_viewer().clinic_id, patient_id, facts, base_url=settings().base_url,
                          now=now())
    return render_template("desk/course_messages.html", patient_name=patient.name, course=course,
                           rows=[(one, None) for one in course.rows], series_id=None, hold=hold_id,
                           patient_id=patient_id, query=same_query())
