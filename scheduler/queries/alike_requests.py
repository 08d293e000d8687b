"""Who asked before, and who is on file already: for many requests at once, in two queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from models import AppointmentRequest, Patient
from scheduler.planning.requests import Alike, Contact, RequestState, alike
from scheduler.queries.patient_details import initials

PASSED_OVER = (RequestState.SPAM, RequestState.TWICE)


@dataclass(frozen=True)
class AlikePatient:
    """Somebody on file who may be the sender, and what the two have in common."""

    patient_id: int
    name: str = field(repr=False)
    initials: str = field(repr=False)
    birth_date: date = field(repr=False)
    shared: tuple[Alike, ...]


@dataclass(frozen=True)
class AlikeRequest:
    """Another request that may come from the same person."""

    request_id: int
    name: str = field(repr=False)
    received_at: datetime
    state: RequestState
    shared: tuple[Alike, ...]


def contact_of(row: AppointmentRequest | Patient) -> Contact:
    """What two people are compared by."""
    return Contact(row.family_name, row.given_name, row.birth_date, row.telephone, row.email)


def alike_patients(session: Session, clinic_id: int, requests: Collection[AppointmentRequest],
                   ) -> dict[int, tuple[AlikePatient, ...]]:
    """By request the patients of the clinic who may have sent it, those with most in common first. One query."""
    patients = session.scalars(
        select(Patient).where(Patient.clinic_id == clinic_id, or_(*_shares(Patient, requests)))
        .order_by(Patient.id)).all() if requests else ()
    found = {}
    for request in requests:
        rows = [(alike(contact_of(request), contact_of(patient)), patient) for patient in patients]
        found[request.id] = tuple(
            AlikePatient(patient.id, f"{patient.given_name} {patient.family_name}",
                         initials(patient.given_name, patient.family_name), patient.birth_date, shared)
            for shared, patient in _most_first(rows))
    return found


def alike_requests(session: Session, clinic_id: int, requests: Collection[AppointmentRequest],
                   ) -> dict[int, tuple[AlikeRequest, ...]]:
    """By request the clinic's other requests that may come from the same person. One query."""
    others = session.scalars(select(AppointmentRequest).where(
        AppointmentRequest.clinic_id == clinic_id, AppointmentRequest.state.not_in(PASSED_OVER),
        or_(*_shares(AppointmentRequest, requests))).order_by(AppointmentRequest.id)).all() if requests else ()
    found = {}
    for request in requests:
        rows = [(alike(contact_of(request), contact_of(other)), other) for other in others if other.id != request.id]
        found[request.id] = tuple(
            AlikeRequest(other.id, f"{other.given_name} {other.family_name}", other.received_at, other.state, shared)
            for shared, other in _most_first(rows))
    return found


def _shares(table: type[AppointmentRequest] | type[Patient],
            requests: Iterable[AppointmentRequest]) -> list[ColumnElement[bool]]:
    contacts = [contact_of(request) for request in requests]
    return [
        table.telephone.in_({one.telephone for one in contacts if one.telephone}),
        func.lower(table.email).in_({one.email.lower() for one in contacts if one.email}),
        table.birth_date.in_({one.birth_date for one in contacts if one.birth_date})]


def _most_first(rows: Iterable[tuple[tuple[Alike, ...], object]]) -> list:
    return sorted((row for row in rows if row[0]), key=lambda row: -len(row[0]))
