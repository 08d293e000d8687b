"""Ids of another clinic's rows for every parameter that an address of ours may have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Appointment,
    AppointmentRequest,
    Batch,
    BatchPart,
    Call,
    Change,
    Clinic,
    Closure,
    Gate,
    Hold,
    InboundText,
    Membership,
    Message,
    Offer,
    OnCall,
    Opening,
    OptOut,
    Order,
    Patient,
    PatientImport,
    PatientImportRow,
    Protocol,
    ProtocolVersion,
    Question,
    RequestMove,
    Resource,
    Series,
    StaffMember,
    TimeOff,
    VisitType,
)
from scheduler.planning.batches import PartState
from scheduler.planning.imports import ImportState, UploadKind
from scheduler.planning.lifecycle import AppointmentStatus, MessageState, SeriesStatus
from scheduler.planning.requests import RequestState
from scheduler.planning.waitlist import OfferState
from scheduler.planning.words import CallResult, Channel, InboundMeaning, InboundState, MessageKind, QuestionState
from tests.builders import NOW

HARMLESS = {"filename": "css/leafout.css", "name": "htmx.js", "token": "no-such-token", "on": "2027-04-05",
            "day": "2027-04-05", "week": "2027-04-05", "kind": "chair", "sends": "one-day-before",
            "catalogue_id": "no-such-schedule",
            "fields": "names", "number": 1, "step": "inf-1", "slug": "no-such-page", "rule_id": "one-day",
            "letter": "one-day-before.en.text"}
"""Parameters that name no row of a clinic."""


def _flagged(clinic_id: int, patient_id: int) -> InboundText:
    return InboundText(clinic_id=clinic_id, patient_id=patient_id, reference="noise", number="+13015550199",
                       body="Noise", received_at=NOW, meaning=InboundMeaning.CRISIS, state=InboundState.OPEN)


def strangers_ids(session: Session) -> dict[str, int]:
    """Of every kind of row, the id of one that belongs to the noise clinic."""
    clinic = session.scalars(select(Clinic).where(Clinic.name == "Noise Clinic")).one()

    def first(table: type) -> int:
        return session.scalars(select(table.id).where(table.clinic_id == clinic.id).order_by(table.id)).first()

    def add(row) -> int:
        session.add(row)
        session.flush()
        return row.id

    patient, order = first(Patient), first(Order)
    staff = session.scalars(select(StaffMember.id).join(Membership).where(Membership.clinic_id == clinic.id)).first()
    resource, visit_type = first(Resource), first(VisitType)
    protocol = add(Protocol(clinic_id=clinic.id, name="Noise"))
    version = add(ProtocolVersion(clinic_id=clinic.id, protocol_id=protocol, version=1, document={}, published_at=NOW))
    series = add(Series(
        clinic_id=clinic.id, patient_id=patient, protocol_version_id=version, order_id=order, infusions=1,
        status=SeriesStatus.ACTIVE, earliest_on=date(2027, 4, 5), latest_on=date(2027, 5, 5), idempotency_key="noise",
        booked_at=NOW))
    appointment = add(Appointment(
        clinic_id=clinic.id, patient_id=patient, visit_type_id=visit_type, status=AppointmentStatus.BOOKED,
        starts_at=NOW, ends_at=NOW + timedelta(hours=1), patient_leaves_at=NOW + timedelta(hours=1),
        wall_start=NOW.replace(tzinfo=None), timezone="UTC", starts_on=NOW.date(), booked_at=NOW))
    hold = add(Hold(clinic_id=clinic.id, patient_id=patient, purpose="book", expires_at=NOW + timedelta(minutes=15),
                    created_at=NOW))
    message = add(Message(
        clinic_id=clinic.id, patient_id=patient, appointment_id=appointment, kind=MessageKind.ONE_DAY,
        channel=Channel.EMAIL, rule="noise", state=MessageState.PLANNED, due_at=NOW, expires_at=NOW, key="noise",
        created_at=NOW))
    text = add(_flagged(clinic.id, patient))
    opening = add(Opening(clinic_id=clinic.id, visit_type_id=visit_type, freed_by=appointment, starts_at=NOW,
                          wall_start=NOW.replace(tzinfo=None), wall_end=NOW.replace(tzinfo=None), freed_at=NOW))
    offer = add(Offer(clinic_id=clinic.id, opening_id=opening, patient_id=patient, appointment_id=appointment,
                      appointment_version=1, state=OfferState.OPEN, made_at=NOW, expires_at=NOW + timedelta(hours=1),
                      starts_at=NOW, wall_start=NOW.replace(tzinfo=None)))
    batch = add(Batch(clinic_id=clinic.id, command={}, made_at=NOW))
    part = add(BatchPart(clinic_id=clinic.id, batch_id=batch, patient_id=patient, series_id=series, rank=1, places=[],
                         moved=[], fingerprint="", state=PartState.OPEN, expires_at=NOW + timedelta(hours=1)))
    gate = add(Gate(clinic_id=clinic.id, patient_id=patient, series_id=series, number=1, step="inf-1"))
    call = add(Call(clinic_id=clinic.id, patient_id=patient, result=CallResult.REACHED, called_at=NOW))
    imported = add(PatientImport(
        clinic_id=clinic.id, kind=UploadKind.CSV, state=ImportState.DONE, started_at=NOW, passed_over={},
        columns_not_taken=[]))
    add(PatientImportRow(clinic_id=clinic.id, import_id=imported, number=1, place="line 2", notes=[]))
    change = add(Change(clinic_id=clinic.id, patient_id=patient, made_at=NOW, before={"visits": []}, fingerprint=""))
    question = add(Question(
        clinic_id=clinic.id, patient_id=patient, appointment_id=appointment, state=QuestionState.OPEN, asked_at=NOW,
        asked={"wall_start": "2027-04-05T09:00:00", "version": 1}))
    closure = add(Closure(clinic_id=clinic.id, starts_on=date(2027, 4, 5), last_on=date(2027, 4, 6)))
    away = add(TimeOff(clinic_id=clinic.id, resource_id=resource, starts_at=datetime(2027, 4, 5),
                       ends_at=datetime(2027, 4, 6)))
    return {"patient_id": patient, "order_id": order, "staff_id": staff, "resource_id": resource,
            "visit_type_id": visit_type, "protocol_id": protocol, "version_id": version, "series_id": series,
            "appointment_id": appointment, "hold_id": hold, "message_id": message, "text_id": text,
            "closure_id": closure, "time_off_id": away, "call_id": call, "gate_id": gate,
            "opening_id": opening, "offer_id": offer, "clinic_id": clinic.id, "import_id": imported,
            **_request(add, clinic.id, patient, staff), "change_id": change, "question_id": question,
            "batch_id": batch, "part_id": part}


def _request(add: Callable[[object], int], clinic_id: int, patient_id: int, staff_id: int) -> dict[str, int]:
    """A request for an appointment, and what was done with it; and an agreement that a patient took back."""
    request = add(AppointmentRequest(
        clinic_id=clinic_id, form_key="noise", state=RequestState.CALLED, given_name="Noisy", family_name="Stranger",
        language="en", reasons=[], weekdays=[], day_parts=[], call_parts=[], consents={}, received_at=NOW))
    move = add(RequestMove(clinic_id=clinic_id, request_id=request, before=RequestState.NEW, state=RequestState.CALLED,
                           result=CallResult.REACHED, at=NOW))
    stopped = add(OptOut(clinic_id=clinic_id, patient_id=patient_id, channels="email", opted_out_at=NOW))
    return {"request_id": request, "move_id": move, "opt_out_id": stopped,
            "on_call_id": add(OnCall(clinic_id=clinic_id, staff_id=staff_id, position=1))}
