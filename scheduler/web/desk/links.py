"""A patient's links, as the desk sees to them: unlock them after wrong dates of birth, send a new one."""

from __future__ import annotations

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.services.by_link.send_new_link import send_link
from scheduler.services.patients.unlock_links import lock_links_again, unlock_links
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.way_back import then_or
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say


@desk.post("/patients/<int:patient_id>/links/unlock")
@needs(Permission.SEND_MESSAGES)
def links_unlock(patient_id: int) -> ResponseReturnValue:
    """The wrong tries are forgiven and the old links end; a new one goes on request."""
    back = then_or(url_for("desk.patient", patient_id=patient_id))
    with database().writing() as session:
        result = unlock_links(session, patient_id, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    else:
        say(f"The links of {result.initials} are unlocked. The old ones have ended: send a new one when they ask.",
            undo=url_for("desk.links_lock_again", patient_id=patient_id), fields={"then": back})
    return redirect(back, 303)


@desk.post("/patients/<int:patient_id>/links/lock-again")
@needs(Permission.SEND_MESSAGES)
def links_lock_again(patient_id: int) -> ResponseReturnValue:
    """It was a slip: they are locked as they were."""
    with database().writing() as session:
        result = lock_links_again(session, patient_id, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    say(result.sentence if isinstance(result, Refused) else "The links are locked again.",
        tone="attention" if isinstance(result, Refused) else "ready")
    return redirect(then_or(url_for("desk.patient", patient_id=patient_id)), 303)


@desk.post("/patients/<int:patient_id>/links/send")
@needs(Permission.SEND_MESSAGES)
def links_send(patient_id: int) -> ResponseReturnValue:
    """Send a new link to the address on file."""
    with database().writing() as session:
        result = send_link(session, patient_id, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    else:
        say(f"A new link goes to {result.initials} by {'text' if result.channel == 'text' else 'e-mail'}.")
    return redirect(then_or(url_for("desk.patient", patient_id=patient_id)), 303)
