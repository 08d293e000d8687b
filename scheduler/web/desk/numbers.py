"""Give the texts of a number that is on nobody's file to a patient, and take that back."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.services.messages.attach_number import AttachNumber, attach_number, detach_number
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.crisis import the_text
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say


@desk.post("/texts/<int:text_id>/attach")
@needs(Permission.EDIT_PATIENTS)
def text_attach(text_id: int) -> ResponseReturnValue:
    """The texts of this number are those of `patient_id`; with `keep` the number goes on file."""
    the_text(text_id)
    patient_id = request.form.get("patient_id", type=int) or abort(400)
    command = AttachNumber(text_id, patient_id, keep=bool(request.form.get("keep")))
    with database().writing() as session:
        result = attach_number(session, command, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
        return redirect(url_for("desk.text_in", text_id=text_id), 303)
    words = f"What this number wrote stands with {result.initials} now."
    if result.kept:
        words += " The number is on file." + (" It had sent STOP, so texts to them have stopped." if result.stopped
                                              else "")
    say(words, undo=url_for("desk.text_detach", text_id=text_id))
    return redirect(url_for("desk.conversation", patient_id=patient_id), 303)


@desk.post("/texts/<int:text_id>/detach")
@needs(Permission.EDIT_PATIENTS)
def text_detach(text_id: int) -> ResponseReturnValue:
    """It was a slip: the texts are nobody's again."""
    with database().writing() as session:
        result = detach_number(session, text_id, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    say(result.sentence if isinstance(result, Refused) else "What this number wrote is nobody’s again.",
        tone="attention" if isinstance(result, Refused) else "ready")
    return redirect(url_for("desk.text_in", text_id=text_id), 303)
