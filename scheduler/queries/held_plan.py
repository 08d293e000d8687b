"""A plan that is held: until when, for whom, and its visits; and the series that came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Hold, Protocol, ProtocolVersion, Series, StaffMember
from scheduler.planning.words import HoldPurpose
from scheduler.queries.visits import VisitRow, visits


@dataclass(frozen=True)
class HeldPlan:
    """One hold. `seconds` is how long it still stands, rounded up: who counts them down never says it too early."""

    id: int
    patient_id: int
    created_at: datetime
    expires_at: datetime
    seconds: int
    protocol: str
    visits: tuple[VisitRow, ...]


def held_plan(session: Session, clinic_id: int, patient_id: int, hold_id: int, *, now: datetime) -> HeldPlan | None:
    """A patient's hold that still stands; None where it has passed, was released, or is anybody else's."""
    row = session.scalar(select(Hold).where(
        Hold.id == hold_id, Hold.clinic_id == clinic_id, Hold.patient_id == patient_id, Hold.expires_at > now,
        Hold.purpose == HoldPurpose.SERIES))
    if row is None:
        return None
    protocol = session.scalar(
        select(Protocol.name).join(ProtocolVersion, ProtocolVersion.protocol_id == Protocol.id).where(
            ProtocolVersion.id == row.terms.get("protocol_version_id"), Protocol.clinic_id == clinic_id))
    left = ceil((row.expires_at - now).total_seconds())
    return HeldPlan(row.id, row.patient_id, row.created_at, row.expires_at, left,
                    protocol or "", visits(session, clinic_id, Appointment.hold_id == hold_id))


@dataclass(frozen=True)
class OpenHold:
    """One hold that still stands, and who made it."""

    id: int
    expires_at: datetime
    held_by: str


def open_holds(session: Session, clinic_id: int, patient_id: int, *, now: datetime) -> tuple[OpenHold, ...]:
    """The plans that are held for a patient of the clinic. One query."""
    rows = session.execute(
        select(Hold.id, Hold.expires_at, StaffMember.name).outerjoin(StaffMember, StaffMember.id == Hold.held_by)
        .where(Hold.clinic_id == clinic_id, Hold.patient_id == patient_id, Hold.expires_at > now,
               Hold.purpose == HoldPurpose.SERIES).order_by(Hold.id))
    return tuple(OpenHold(row.id, row.expires_at, row.name or "") for row in rows)


def series_with_key(session: Session, clinic_id: int, patient_id: int, key: str) -> int | None:
    """The patient's series that was booked with an idempotency key."""
    return session.scalar(select(Series.id).where(
        Series.clinic_id == clinic_id, Series.patient_id == patient_id, Series.idempotency_key == key))
