"""What becomes of a request: the one way in which its state changes, is written down, and is taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import AppointmentRequest, Consent, Notice, Patient, RequestMove
from scheduler.access import Viewer
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.planning.requests import MOVES, WAITING, RequestState
from scheduler.planning.words import CallResult
from scheduler.queries.patient_details import initials
from scheduler.services import audit
from scheduler.services.messages.message_state import move
from scheduler.services.refusal import NotFound, Refused

SPAM = "The request was marked as spam."


@dataclass(frozen=True)
class AlreadySeenTo:
    """Somebody has closed this request in the meantime."""

    state: RequestState
    sentence: str = "Somebody has already seen to this request. Look at what was done before you go on."


@dataclass(frozen=True)
class NotTheLatest:
    """Something else was done since."""

    sentence: str = "Something else was done with this request since. Only what was done last can be taken back."


@dataclass(frozen=True)
class Moved:
    """What was done is on file; `move_id` is what an undo names."""

    request_id: int
    move_id: int
    initials: str = field(repr=False)
    state: RequestState
    patient_id: int | None = None
    left_out: tuple[str, ...] = ()
    """Channels whose consent was not carried over, being for another address than the patient's."""


def waiting_request(session: Session, request_id: int, to: RequestState, *,
                    by: Viewer) -> AppointmentRequest | Refused | NotFound:
    """The request, locked, if it may go into a state; its clinic is the viewer's."""
    request = session.scalar(select(AppointmentRequest).where(
        AppointmentRequest.id == request_id, AppointmentRequest.clinic_id == by.clinic_id).with_for_update())
    if request is None:
        return NotFound("request")
    if to not in MOVES[request.state]:
        return Refused((AlreadySeenTo(request.state),))
    return request


def move_request(session: Session, request: AppointmentRequest, state: RequestState, *, by: Viewer, now: datetime,
                 result: CallResult | None = None, reason: str = "", detail: dict[str, Any] | None = None) -> Moved:
    """Put a request into a state and write the line and the audit entry of it."""
    done = RequestMove(clinic_id=by.clinic_id, request_id=request.id, before=request.state, state=state, result=result,
                       reason=reason, detail=detail or {}, at=now, staff_id=by.staff_id)
    request.state, request.closed_at = state, None if state in WAITING else now
    session.add(done)
    session.flush()
    noted = {"move": done.id} | ({"result": str(result)} if result else {})
    audit.record(session, by=by, verb=f"request: {state}", subject="request", subject_id=request.id,
                 patient_id=request.patient_id, now=now, detail=noted)
    return Moved(request.id, done.id, initials(request.given_name, request.family_name), state, request.patient_id)


def take_back_request(session: Session, move_id: int, *, by: Viewer, now: datetime) -> Moved | Refused | NotFound:
    """Undo what was done last: the state before, without the consents and addresses that it wrote to a patient.

    A patient who was put on file stays on file; the audit trail keeps that it was done and taken back.
    """
    request = session.scalar(
        select(AppointmentRequest).join(RequestMove, RequestMove.request_id == AppointmentRequest.id)
        .where(RequestMove.id == move_id, AppointmentRequest.clinic_id == by.clinic_id)
        .with_for_update(of=AppointmentRequest))
    if request is None:
        return NotFound("request")
    if session.scalar(select(func.max(RequestMove.id)).where(RequestMove.request_id == request.id)) != move_id:
        return Refused((NotTheLatest(),))
    last = session.get_one(RequestMove, move_id)
    patient_id = request.patient_id
    if patient_id is not None:
        _take_from_patient(session, request, session.get_one(Patient, patient_id), last.detail, now)
    if request.state == RequestState.SPAM:
        _send_after_all(session, request, now=now)
    request.state, request.patient_id, request.same_as_id = last.before, None, None
    request.closed_at = None
    audit.record(session, by=by, verb="take back request", subject="request", subject_id=request.id,
                 patient_id=patient_id, now=now, detail={"move": last.id, "state": str(last.state)})
    session.delete(last)
    return Moved(request.id, move_id, initials(request.given_name, request.family_name), request.state)


def hold_back_acknowledgement(session: Session, request: AppointmentRequest, *, now: datetime) -> None:
    """What has not been handed over does not go out; what a clock has in its hands in these seconds still does."""
    for notice in session.scalars(select(Notice).where(
            Notice.request_id == request.id, Notice.state.in_(OUTGOING)).with_for_update()):
        move(notice, MessageState.SKIPPED, SPAM, now=now)


def _send_after_all(session: Session, request: AppointmentRequest, *, now: datetime) -> None:
    for notice in session.scalars(select(Notice).where(
            Notice.request_id == request.id, Notice.state == MessageState.SKIPPED, Notice.reason == SPAM,
            Notice.expires_at > now).with_for_update()):
        move(notice, MessageState.PLANNED, "", now=now)


def _take_from_patient(session: Session, request: AppointmentRequest, patient: Patient, detail: dict[str, Any],
                       now: datetime) -> None:
    session.execute(delete(Consent).where(Consent.request_id == request.id, Consent.patient_id == patient.id))
    filled = detail.get("filled", ())
    if "email" in filled and patient.email == request.email:
        patient.email, patient.changed_at = None, now
    if "telephone" in filled and patient.telephone == request.telephone:
        patient.telephone, patient.telephone_use, patient.can_be_texted, patient.changed_at = None, None, False, now
