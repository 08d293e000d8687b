"""One visit: what it is, where it stands, and what can be done with it."""

from __future__ import annotations

from flask import abort, render_template

from scheduler.access import Permission
from scheduler.queries.message_life import lives_of_visit
from scheduler.queries.messages import messages_of_visit
from scheduler.queries.questions import questions_of_visit
from scheduler.queries.visits import visit
from scheduler.web.desk import desk
from scheduler.web.door import current_viewer, database, needs, now


@desk.get("/appointments/<int:appointment_id>")
@needs(Permission.SEE_CALENDAR)
def appointment(appointment_id: int) -> str:
    """The visit's page."""
    with database().reading() as session:
        found = visit(session, current_viewer().clinic_id, appointment_id)
        messages = messages_of_visit(session, current_viewer().clinic_id, appointment_id, now=now())
        lives = lives_of_visit(session, current_viewer().clinic_id, appointment_id)
        questions = questions_of_visit(session, current_viewer().clinic_id, appointment_id)
    return render_template("desk/appointment.html", visit=found or abort(404), messages=messages, questions=questions,
                           lives=lives)
