"""What the desk does with a request: note a call, decline, spam, asked twice, merge, put on file, take back."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.interop.telephones import TelephoneUse
from scheduler.planning.requests import RequestState
from scheduler.planning.words import Channel
from scheduler.queries.requests import RequestRow
from scheduler.services.patients.request_moves import Moved, take_back_request
from scheduler.services.patients.request_patient import HOW, MergeRequest, merge_request, put_on_file
from scheduler.services.patients.see_to_request import (
    CallRequest,
    CloseRequest,
    LeaveToAnother,
    call_request,
    close_request,
    leave_to_another,
)
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.patient_forms import PatientForm
from scheduler.web.desk.requests import SAID, the_request
from scheduler.web.desk.way_back import then_or
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say

DONE = {RequestState.CALLED: "the call is noted", RequestState.PATIENT: "is on file now",
        RequestState.MERGED: "the request is with the patient on file",
        RequestState.TWICE: "the earlier request is seen to instead", RequestState.DECLINED: "the request is declined",
        RequestState.SPAM: "the request is set aside as spam"}


@desk.post("/worklists/requests/<int:request_id>/call")
@needs(Permission.SEE_TO_REQUESTS)
def request_call(request_id: int) -> ResponseReturnValue:
    """A call was made (`result`)."""
    command = CallRequest(request_id, request.form.get("result", ""))
    with database().writing() as session:
        result = call_request(session, command, by=current_viewer(), now=now())
    return _told(result, request_id)


@desk.post("/worklists/requests/<int:request_id>/close")
@needs(Permission.SEE_TO_REQUESTS)
def request_close(request_id: int) -> ResponseReturnValue:
    """Decline it (`reason`) or set it aside as spam (`state`)."""
    command = CloseRequest(request_id, request.form.get("state", ""), request.form.get("reason", ""))
    with database().writing() as session:
        result = close_request(session, command, by=current_viewer(), now=now())
    return _told(result, request_id)


@desk.post("/worklists/requests/<int:request_id>/twice")
@needs(Permission.SEE_TO_REQUESTS)
def request_twice(request_id: int) -> ResponseReturnValue:
    """The same person's other request (`other`) is seen to instead."""
    command = LeaveToAnother(request_id, request.form.get("other", 0, int))
    with database().writing() as session:
        result = leave_to_another(session, command, by=current_viewer(), now=now())
    return _told(result, request_id)


@desk.post("/worklists/requests/<int:request_id>/merge")
@needs(Permission.SEE_TO_REQUESTS)
def request_merge(request_id: int) -> ResponseReturnValue:
    """It comes from a patient on file (`patient`)."""
    command = MergeRequest(request_id, request.form.get("patient", 0, int))
    with database().writing() as session:
        result = merge_request(session, command, by=current_viewer(), now=now())
    return _told(result, request_id)


@desk.route("/worklists/requests/<int:request_id>/patient", methods=["GET", "POST"])
@needs(Permission.SEE_TO_REQUESTS)
def request_patient(request_id: int) -> ResponseReturnValue:
    """Put the sender on file: the patient's form, filled in with what was said."""
    row, refused = the_request(request_id), None
    form = PatientForm(data=_filled_in(row))
    form.add_language(row.language)
    if form.validate_on_submit():
        with database().writing() as session:
            result = put_on_file(session, request_id, form.to_details(), by=current_viewer(), now=now())
        if isinstance(result, Moved) and result.patient_id is not None:
            _say(result)
            return redirect(url_for("desk.patient", patient_id=result.patient_id))
        if isinstance(result, NotFound):
            abort(404)
        refused = result
    return Response(render_template("desk/patient_form.html", form=form, refused=refused, patient=None, asked=row),
                    422 if form.errors or refused else 200)


@desk.post("/worklists/requests/moves/<int:move_id>/undo")
@needs(Permission.SEE_TO_REQUESTS)
def request_undo(move_id: int) -> ResponseReturnValue:
    """Take back what was done last."""
    with database().writing() as session:
        result = take_back_request(session, move_id, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
        return redirect(url_for("desk.requests"))
    say(f"{result.initials}: taken back, the request waits again." if result.state == RequestState.NEW
        else f"{result.initials}: taken back.")
    return redirect(then_or(url_for("desk.request_one", request_id=result.request_id)))


def _told(result: object, request_id: int) -> ResponseReturnValue:
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
        return redirect(url_for("desk.request_one", request_id=request_id))
    assert isinstance(result, Moved)
    _say(result)
    return redirect(then_or(url_for("desk.requests")))


def _say(moved: Moved) -> None:
    words = {Channel.EMAIL: "e-mail", Channel.TEXT: "texts", Channel.CALL: "calls"}
    left = [words[Channel(channel)] for channel in moved.left_out]
    also = f" Consent to {' and '.join(left)} was not taken over: the patient's address is another, or they said " \
           "“stop” since." if left else ""
    say(f"{moved.initials}: {DONE[moved.state]}.{also}",
        undo=url_for("desk.request_undo", move_id=moved.move_id), tone="attention" if left else "ready")


def _filled_in(row: RequestRow) -> dict[str, object]:
    """The patient's form as the request says it."""
    ways = [channel for channel in (Channel.EMAIL, Channel.TEXT, Channel.CALL) if channel in row.consents]
    suits = [SAID["days"][day] for day in row.weekdays] + [SAID["parts"][part] for part in row.day_parts]
    return {
        "given_name": row.given_name, "family_name": row.family_name, "birth_date": row.birth_date,
        "telephone": row.telephone, "telephone_use": TelephoneUse.MOBILE.value, "email": row.email,
        "language": row.language, "preferred_channel": (ways or [Channel.EMAIL])[0].value,
        "consents": [channel.value for channel in ways], "consent_how": HOW,
        "note": f"Asked for: {', '.join(suits)}." if suits else ""}
