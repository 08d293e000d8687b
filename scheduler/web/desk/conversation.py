"""Everything said with one patient, on one page."""

from __future__ import annotations

from flask import abort, render_template

from scheduler.access import Permission
from scheduler.queries.conversation import Conversation
from scheduler.queries.conversation import conversation as read_conversation
from scheduler.web.desk import desk
from scheduler.web.door import current_viewer, database, needs, now


def the_conversation(patient_id: int) -> Conversation:
    """The conversation of this page; 404 for another clinic's patient."""
    with database().reading() as session:
        found = read_conversation(session, current_viewer().clinic_id, patient_id, now=now())
    return found or abort(404)


@desk.get("/patients/<int:patient_id>/conversation")
@needs(Permission.SEE_MESSAGES)
def conversation(patient_id: int) -> str:
    """What was said, in its order."""
    return render_template("desk/conversation.html", conversation=the_conversation(patient_id))
