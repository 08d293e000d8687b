"""The outbox, a message sent again, and the calls to make."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.call_list import call_list
from scheduler.queries.messages import Shelf, message_row, outbox
from scheduler.services.messages.resend_message import SendAgain, resend_message
from scheduler.services.patients.record_call import RecordCall, record_call, take_back_call
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.way_back import then_or
from scheduler.web.door import current_clinic, current_viewer, database, needs, now, settings
from scheduler.web.formats import when
from scheduler.web.looks import current_reading
from scheduler.web.said import say


@desk.app_context_processor
def mail_server() -> dict[str, bool]:
    """Lists of messages say where nothing goes out for want of a mail server."""
    return {"has_mail_server": settings().mail_server is not None}


@desk.get("/worklists/calls")
@needs(Permission.SEE_MESSAGES)
def worklists_calls() -> str:
    """The day's calls to make."""
    with database().reading() as session:
        calls = call_list(session, current_viewer().clinic_id, current_clinic().timezone, now=now())
    return render_template("desk/call_list.html", calls=calls)


@desk.post("/worklists/calls/<int:patient_id>")
@needs(Permission.SEND_MESSAGES)
def worklists_called(patient_id: int) -> ResponseReturnValue:
    """A call was made; an unknown result is a 400."""
    result = request.form.get("result", "")
    command = RecordCall(patient_id, result, request.form.get("note", ""))
    with database().writing() as session:
        call = record_call(session, command, by=current_viewer(), now=now())
    if isinstance(call, NotFound | Refused):
        abort(404 if isinstance(call, NotFound) else 400)
    back = then_or(url_for("desk.worklists_calls"))
    say(f"Call to {call.initials}: {result}.", undo=url_for("desk.worklists_call_undo", call_id=call.call_id),
        fields={"then": back})
    return redirect(back, 303)


@desk.post("/worklists/calls/<int:call_id>/undo")
@needs(Permission.SEND_MESSAGES)
def worklists_call_undo(call_id: int) -> ResponseReturnValue:
    """The call was noted by mistake."""
    with database().writing() as session:
        if isinstance(take_back_call(session, call_id, by=current_viewer(), now=now()), NotFound):
            abort(404)
    say("The call is taken back.")
    return redirect(then_or(url_for("desk.worklists_calls")), 303)


@desk.get("/worklists/outbox")
@needs(Permission.SEE_MESSAGES)
def worklists_outbox() -> str:
    """Every message of the clinic, shelf by shelf; an unknown shelf shows what is waiting."""
    asked = request.args.get("show", "")
    shelf = Shelf(asked) if asked in set(Shelf) else Shelf.WAITING
    with database().reading() as session:
        found = outbox(session, current_viewer().clinic_id, shelf, now=now(), after=request.args.get("after", ""))
    return render_template("desk/outbox.html", outbox=found, shelves=Shelf)


@desk.post("/messages/<int:message_id>/again")
@needs(Permission.SEND_MESSAGES)
def message_again(message_id: int) -> ResponseReturnValue:
    """Send a message once more."""
    with database().writing() as session:
        row = message_row(session, current_viewer().clinic_id, message_id, now=now())
        result = resend_message(session, SendAgain(message_id), by=current_viewer(), now=now())
    if row is None or isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(f"{row.initials}: {result.sentence}", tone="attention")
    elif result.due_at > now():
        say(f"{row.initials}: “{row.kind}” goes out {when(result.due_at, current_reading())}.")
    else:
        say(f"{row.initials}: “{row.kind}” goes out within a minute." if settings().mail_server else
            f"{row.initials}: “{row.kind}” waits in the outbox, there is no mail server yet.")
    return redirect(then_or(url_for("desk.worklists_outbox")))
