"""Changes of booked visits: how they stood, and whether the last one can still be taken back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Appointment, Call, Change, Message, Series, StaffMember
from scheduler.planning.documents import from_document
from scheduler.planning.lifecycle import AppointmentStatus, Departure, MessageState
from scheduler.planning.words import CallResult

TOLD = (CallResult.REACHED, CallResult.LEFT_WORD)


@dataclass(frozen=True)
class VisitBefore:
    """One visit as it stood: its place with the resources it occupied, or gave back, and what was said of it."""

    id: int
    status: AppointmentStatus
    wall_start: datetime
    starts_at: datetime
    ends_at: datetime
    patient_leaves_at: datetime
    resources: Mapping[str, int]
    booked_at: datetime
    confirmed_at: datetime | None
    cannot_come_at: datetime | None
    ended_at: datetime | None
    ended_reason: str
    departure: Departure | None = None
    departed_at: datetime | None = None
    not_before: date | None = None


@dataclass(frozen=True)
class Before:
    """Every visit that a change moved, as it stood; `latest_on` is the series' last day then."""

    visits: tuple[VisitBefore, ...]
    latest_on: date | None = None


@dataclass(frozen=True)
class LastChange:
    """The newest change of a series. `stands`: why it cannot be taken back any more; empty where it can."""

    id: int
    made_at: datetime
    by: str
    visits: int
    stands: str


def before_of(change: Change) -> Before:
    """What a change keeps."""
    return from_document(Before, change.before, "before")


def fingerprint(series: Series | None, rows: Sequence[Appointment]) -> str:
    """What changes when anything of a series (or of a visit by itself) does."""
    facts = [[series.id, str(series.status)] if series else [],
             *([row.id, row.version, str(row.status), str(row.departure), row.starts_at.isoformat()] for row in rows)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def last_change(session: Session, clinic_id: int, series_id: int) -> LastChange | None:
    """The newest change of a series; None where there is none, or it was taken back."""
    found = session.execute(
        select(Change, StaffMember.name).outerjoin(StaffMember, StaffMember.id == Change.made_by)
        .where(Change.clinic_id == clinic_id, Change.series_id == series_id)
        .order_by(Change.id.desc()).limit(1)).first()
    if found is None or found[0].undone_at is not None:
        return None
    change, name = found
    return LastChange(change.id, change.made_at, name or "", len(before_of(change).visits),
                      against_undo(session, change))


def against_undo(session: Session, change: Change, *, though_told: bool = False) -> str:
    """In a sentence why a change cannot be taken back; empty where nothing was sent or changed since.

    `though_told`: that the patient was told of it is no reason, since it is the patient who takes it back.
    """
    if change.undone_at is not None:
        return "This change has been taken back already."
    ids = [one.id for one in before_of(change).visits]
    whole = Appointment.series_id == change.series_id if change.series_id else Appointment.id.in_(ids)
    rows = session.scalars(select(Appointment).where(whole).order_by(Appointment.ordinal, Appointment.id)).all()
    series = session.get(Series, change.series_id) if change.series_id else None
    if any(row.id in ids and (row.confirmed_at or row.cannot_come_at) for row in rows):
        return "The patient has answered since, so this can no longer be taken back. Move the visit again instead."
    if fingerprint(series, rows) != change.fingerprint:
        return "Something of it has been changed since, so this can no longer be taken back. Move the visit again."
    if not though_told and told_of(session, change):
        return "The patient has been told since, so this can no longer be taken back. Move the visit again instead."
    return ""


def told_of(session: Session, change: Change) -> bool:
    """Whether the patient has been written to, or reached by telephone, about a change."""
    ids = [one.id for one in before_of(change).visits]
    about = Message.appointment_id.in_(ids)
    if change.series_id is not None:
        about = or_(about, (Message.series_id == change.series_id) & Message.appointment_id.is_(None))
    gone = or_(Message.sent_at >= change.made_at, Message.state == MessageState.CLAIMED)
    message = select(Message.id).where(Message.patient_id == change.patient_id, about, gone).limit(1)
    call = select(Call.id).where(Call.patient_id == change.patient_id, Call.called_at >= change.made_at,
                                 Call.result.in_(TOLD)).limit(1)
    return session.scalar(message) is not None or session.scalar(call) is not None
