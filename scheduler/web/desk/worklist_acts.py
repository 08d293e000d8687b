"""What the desk does with a row of a worklist, each act with its way back."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.services.by_link.answer_link import Answer
from scheduler.services.messages.let_message_be import let_message_be, take_message_up
from scheduler.services.messages.see_to_opt_out import finish_opt_out, reopen_opt_out
from scheduler.services.messages.see_to_text import finish_text, reopen_text
from scheduler.services.patients.answer_by_telephone import Told, ToldUs, answer_by_telephone, take_back_answer
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.visit_actions import the_visit
from scheduler.web.desk.way_back import then_or
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say

TOLD = {"comes": Answer.CONFIRM, "cannot": Answer.CANNOT_COME}
SAID = {Answer.CONFIRM: "will come", Answer.CANNOT_COME: "cannot come; the visit stands under “Asked to move”"}


@desk.post("/appointments/<int:appointment_id>/told")
@needs(Permission.SEND_MESSAGES)
def appointment_told(appointment_id: int) -> ResponseReturnValue:
    """What the patient said on the telephone (`said`): comes, or cannot; any other word is a 400."""
    the_visit(appointment_id)
    answer = TOLD.get(request.form.get("said", "")) or abort(400)
    back = then_or(url_for("desk.worklists_unconfirmed"))
    with database().writing() as session:
        result = answer_by_telephone(session, ToldUs(appointment_id, answer), by=current_viewer(), now=now())
    if isinstance(result, Told):
        say(f"{result.initials} {SAID[answer]}.", undo=url_for("desk.appointment_told_undo",
                                                               appointment_id=appointment_id),
            fields={"call_id": str(result.call_id), "then": back})
        return redirect(back, 303)
    return _refused(result, back)


@desk.post("/appointments/<int:appointment_id>/told/undo")
@needs(Permission.SEND_MESSAGES)
def appointment_told_undo(appointment_id: int) -> ResponseReturnValue:
    """It was a slip: nobody has answered, and there was no call (`call_id`)."""
    the_visit(appointment_id)
    call_id = request.form.get("call_id", type=int) or abort(400)
    back = then_or(url_for("desk.worklists_unconfirmed"))
    with database().writing() as session:
        result = take_back_answer(session, appointment_id, call_id, by=current_viewer(), now=now())
    if result is not None:
        return _refused(result, back)
    say("The answer and the call are taken back.")
    return redirect(back, 303)


@desk.post("/texts/<int:text_id>/done")
@needs(Permission.SEND_MESSAGES)
def text_done(text_id: int) -> ResponseReturnValue:
    """Somebody has seen to the text."""
    back = then_or(url_for("desk.worklists_texts"))
    with database().writing() as session:
        result = finish_text(session, text_id, request.form.get("note", ""), by=current_viewer(), now=now())
    if isinstance(result, NotFound | Refused):
        return _refused(result, back)
    say("Marked as done.", undo=url_for("desk.text_reopen", text_id=text_id), fields={"then": back})
    return redirect(back, 303)


@desk.post("/texts/<int:text_id>/reopen")
@needs(Permission.SEND_MESSAGES)
def text_reopen(text_id: int) -> ResponseReturnValue:
    """It was a slip: the text waits again."""
    back = then_or(url_for("desk.worklists_texts"))
    with database().writing() as session:
        result = reopen_text(session, text_id, by=current_viewer(), now=now())
    if isinstance(result, NotFound | Refused):
        return _refused(result, back)
    say("The text waits on its list again.")
    return redirect(back, 303)


@desk.post("/opt-outs/<int:opt_out_id>/done")
@needs(Permission.SEND_MESSAGES)
def opt_out_done(opt_out_id: int) -> ResponseReturnValue:
    """A consent that was taken back is honoured everywhere."""
    with database().writing() as session:
        if isinstance(finish_opt_out(session, opt_out_id, by=current_viewer(), now=now()), NotFound):
            abort(404)
    say("Marked as done.", undo=url_for("desk.opt_out_reopen", opt_out_id=opt_out_id))
    return redirect(url_for("desk.worklists_opted_out"), 303)


@desk.post("/opt-outs/<int:opt_out_id>/reopen")
@needs(Permission.SEND_MESSAGES)
def opt_out_reopen(opt_out_id: int) -> ResponseReturnValue:
    """It was a slip: it waits again."""
    with database().writing() as session:
        if isinstance(reopen_opt_out(session, opt_out_id, by=current_viewer(), now=now()), NotFound):
            abort(404)
    say("It stands on the list again.")
    return redirect(url_for("desk.worklists_opted_out"), 303)


@desk.post("/messages/<int:message_id>/let-be")
@needs(Permission.SEND_MESSAGES)
def message_let_be(message_id: int) -> ResponseReturnValue:
    """Nobody needs to see to this message any more."""
    back = then_or(url_for("desk.worklists_parked"))
    with database().writing() as session:
        result = let_message_be(session, message_id, by=current_viewer(), now=now())
    if isinstance(result, NotFound | Refused):
        return _refused(result, back)
    say("The message is let be.", undo=url_for("desk.message_take_up", message_id=message_id), fields={"then": back})
    return redirect(back, 303)


@desk.post("/messages/<int:message_id>/take-up")
@needs(Permission.SEND_MESSAGES)
def message_take_up(message_id: int) -> ResponseReturnValue:
    """It was a slip: the message stands parked again."""
    with database().writing() as session:
        result = take_message_up(session, message_id, by=current_viewer(), now=now())
    if isinstance(result, NotFound | Refused):
        return _refused(result, then_or(url_for("desk.worklists_parked")))
    say("The message stands under “Parked” again.")
    return redirect(url_for("desk.worklists_parked"), 303)


def _refused(result: Refused | NotFound, back: str) -> ResponseReturnValue:
    if isinstance(result, NotFound):
        abort(404)
    say(result.sentence, tone="attention")
    return redirect(back, 303)
