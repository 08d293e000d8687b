"""See to a request: note a call, decline it, call it spam, or leave it to another request of the same person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AppointmentRequest
from scheduler.access import Viewer
from scheduler.planning.requests import WAITING, RequestState
from scheduler.planning.words import CallResult
from scheduler.services.patients.request_moves import Moved, hold_back_acknowledgement, move_request, waiting_request
from scheduler.services.refusal import NotFound, Refused

LONGEST_REASON = 400
CLOSINGS = frozenset({RequestState.DECLINED, RequestState.SPAM})


@dataclass(frozen=True)
class CallRequest:
    """A call to whoever sent a request."""

    request_id: int
    result: str


@dataclass(frozen=True)
class CloseRequest:
    """Decline a request, with a reason for the clinic's own records, or call it spam."""

    request_id: int
    state: str
    reason: str = field(default="", repr=False)


@dataclass(frozen=True)
class LeaveToAnother:
    """The same person has asked twice: the other request is seen to."""

    request_id: int
    other_id: int


@dataclass(frozen=True)
class SayWhat:
    """The result of the call is missing or unknown."""

    sentence: str = "Say what came of the call: reached, left word, no answer or wrong number."


@dataclass(frozen=True)
class SayWhy:
    """A declined request needs a reason."""

    sentence: str = "Write in a few words why the request is declined; whoever asks about it later reads that here."


@dataclass(frozen=True)
class OtherIsClosed:
    """The other request is not waiting."""

    sentence: str = "The other request is closed already. Leave this one open, or reopen the other one first."


def call_request(session: Session, command: CallRequest, *, by: Viewer, now: datetime) -> Moved | Refused | NotFound:
    """Note that the sender was called, and what came of it."""
    request = waiting_request(session, command.request_id, RequestState.CALLED, by=by)
    if not isinstance(request, AppointmentRequest):
        return request
    if command.result not in set(CallResult):
        return Refused((SayWhat(),))
    return move_request(session, request, RequestState.CALLED, result=CallResult(command.result), by=by, now=now)


def close_request(session: Session, command: CloseRequest, *, by: Viewer, now: datetime) -> Moved | Refused | NotFound:
    """Decline it or call it spam; its personal data are forgotten after the days that the clinic has set.

    An acknowledgement that has not gone yet does not go to what is spam.
    """
    if command.state not in CLOSINGS:
        return NotFound("way to close a request")
    state = RequestState(command.state)
    request = waiting_request(session, command.request_id, state, by=by)
    if not isinstance(request, AppointmentRequest):
        return request
    reason = " ".join(command.reason.split())[:LONGEST_REASON]
    if state == RequestState.DECLINED and not reason:
        return Refused((SayWhy(),))
    if state == RequestState.SPAM:
        hold_back_acknowledgement(session, request, now=now)
    return move_request(session, request, state, reason=reason, by=by, now=now)


def leave_to_another(session: Session, command: LeaveToAnother, *, by: Viewer,
                     now: datetime) -> Moved | Refused | NotFound:
    """Close a request because another one of the same person waits."""
    request = waiting_request(session, command.request_id, RequestState.TWICE, by=by)
    if not isinstance(request, AppointmentRequest):
        return request
    other = session.scalar(select(AppointmentRequest).where(
        AppointmentRequest.id == command.other_id, AppointmentRequest.clinic_id == by.clinic_id,
        AppointmentRequest.id != request.id).with_for_update())
    if other is None:
        return NotFound("request")
    if other.state not in WAITING:
        return Refused((OtherIsClosed(),))
    request.same_as_id = other.id
    return move_request(session, request, RequestState.TWICE, by=by, now=now, detail={"same as": other.id})
