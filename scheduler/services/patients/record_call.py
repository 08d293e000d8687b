"""Write down that a patient was called, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, Patient
from scheduler.access import Viewer
from scheduler.planning.words import CallResult
from scheduler.queries.patient_details import initials
from scheduler.services import audit
from scheduler.services.refusal import NotFound, Refused


@dataclass(frozen=True)
class RecordCall:
    """A call to one patient."""

    patient_id: int
    result: str
    note: str = ""


@dataclass(frozen=True)
class UnknownResult:
    """The result is none that a call can have."""

    sentence: str = "Say what came of the call: reached, left word, no answer or wrong number."


@dataclass(frozen=True)
class Called:
    """The call is on file."""

    call_id: int
    initials: str = field(repr=False)


def record_call(session: Session, command: RecordCall, *, by: Viewer, now: datetime) -> Called | Refused | NotFound:
    """Note the call."""
    patient = session.scalar(select(Patient).where(
        Patient.id == command.patient_id, Patient.clinic_id == by.clinic_id))
    if patient is None:
        return NotFound("patient")
    if command.result not in set(CallResult):
        return Refused((UnknownResult(),))
    call = Call(clinic_id=by.clinic_id, patient_id=patient.id, result=CallResult(command.result),
                note=command.note.strip()[:500], called_at=now, called_by=by.staff_id)
    session.add(call)
    session.flush()
    audit.record(session, by=by, verb="call", subject="patient", subject_id=patient.id, patient_id=patient.id, now=now,
                 detail={"call": call.id, "result": command.result})
    return Called(call.id, initials(patient.given_name, patient.family_name))


def take_back_call(session: Session, call_id: int, *, by: Viewer, now: datetime) -> None | NotFound:
    """Undo a slip: the call is not on file any more; the audit trail keeps that it was."""
    call = session.scalar(select(Call).where(Call.id == call_id, Call.clinic_id == by.clinic_id))
    if call is None:
        return NotFound("call")
    session.delete(call)
    audit.record(session, by=by, verb="take back call", subject="patient", subject_id=call.patient_id,
                 patient_id=call.patient_id, now=now, detail={"call": call.id})
    return None
