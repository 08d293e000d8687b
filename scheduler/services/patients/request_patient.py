"""From a request to a patient, new or on file already; what was agreed to goes along, word for word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AppointmentRequest, Consent, Patient
from scheduler.access import Viewer
from scheduler.interop.telephones import TelephoneUse
from scheduler.planning.requests import RequestState
from scheduler.planning.words import Channel
from scheduler.services.patients.edit_patient import PatientDetails, add_patient
from scheduler.services.patients.request_moves import Moved, move_request, waiting_request
from scheduler.services.refusal import NotFound, Refused

HOW = "request for an appointment"


@dataclass(frozen=True)
class MergeRequest:
    """The sender of a request is on file."""

    request_id: int
    patient_id: int


def put_on_file(session: Session, request_id: int, details: PatientDetails, *, by: Viewer,
                now: datetime) -> Moved | Refused | NotFound:
    """Write a new patient for a request; refused as `add_patient` does for somebody already on file.

    Consents that were given in the request keep their words and the moment when it came in; those that the form ticks
    besides are the desk's.
    """
    request = waiting_request(session, request_id, RequestState.PATIENT, by=by)
    if not isinstance(request, AppointmentRequest):
        return request
    given = details.consents & set(map(Channel, request.consents))
    added = add_patient(session, replace(details, consents=details.consents - given), by=by, now=now)
    if isinstance(added, Refused):
        return added
    patient = session.get_one(Patient, added)
    left_out = _carry(session, request, patient, given, by)
    request.patient_id = patient.id
    moved = move_request(session, request, RequestState.PATIENT, by=by, now=now)
    return replace(moved, left_out=left_out)


def merge_request(session: Session, command: MergeRequest, *, by: Viewer, now: datetime) -> Moved | Refused | NotFound:
    """Leave a request to a patient on file, with what was agreed to in it.

    An address that the patient lacks is filled in. Consent to a channel goes along only where the patient's address is
    the one that it was given for, and never over a later "stop".
    """
    request = waiting_request(session, command.request_id, RequestState.MERGED, by=by)
    if not isinstance(request, AppointmentRequest):
        return request
    patient = session.scalar(select(Patient).where(
        Patient.id == command.patient_id, Patient.clinic_id == by.clinic_id).with_for_update())
    if patient is None:
        return NotFound("patient")
    filled = _fill_in(patient, request, now)
    left_out = _carry(session, request, patient, map(Channel, request.consents), by)
    request.patient_id = patient.id
    moved = move_request(session, request, RequestState.MERGED, by=by, now=now, detail={"filled": filled})
    return replace(moved, left_out=left_out)


def _fill_in(patient: Patient, request: AppointmentRequest, now: datetime) -> list[str]:
    filled = []
    if request.email and not patient.email:
        patient.email = request.email
        filled.append("email")
    if request.telephone and not patient.telephone:
        patient.telephone, patient.can_be_texted = request.telephone, request.can_be_texted
        patient.telephone_use = str(TelephoneUse.OTHER)
        filled.append("telephone")
    if filled:
        patient.changed_at = now
    return filled


def _carry(session: Session, request: AppointmentRequest, patient: Patient, channels: Iterable[Channel],
           by: Viewer) -> tuple[str, ...]:
    """Write the consents to a patient; gives the channels that were left out."""
    same_email = bool(request.email and patient.email and request.email.casefold() == patient.email.casefold())
    same = {Channel.EMAIL: same_email, Channel.CALL: request.telephone == patient.telephone,
            Channel.TEXT: request.telephone == patient.telephone}
    stopped = set(session.scalars(select(Consent.channel).where(
        Consent.patient_id == patient.id, Consent.withdrawn_at > request.received_at)))
    left_out = []
    for channel in sorted(channels):
        if not same[channel] or channel in stopped:
            left_out.append(str(channel))
            continue
        session.add(Consent(
            clinic_id=request.clinic_id, patient_id=patient.id, channel=channel, granted_at=request.received_at,
            how=HOW, recorded_by=by.staff_id, wording=request.consents[channel], request_id=request.id))
    session.flush()
    return tuple(left_out)
