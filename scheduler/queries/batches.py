"""Batches as the desk follows them: who moved, who accepted, who has not answered, and who is to be called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Batch, BatchPart, Change, Patient, StaffMember
from scheduler.planning.batches import NEEDS_CALL, PartState
from scheduler.queries.batch_calls import PartToCall, parts_to_call
from scheduler.queries.call_list import CallMade, calls_made
from scheduler.queries.patient_details import initials
from scheduler.queries.visits import VisitRow, visits

RECENT = 10


@dataclass(frozen=True)
class MovedRow:
    """One visit of a part: from where to where, clinic wall times."""

    visit: VisitRow
    before: datetime
    after: datetime


@dataclass(frozen=True)
class PartRow:
    """One part. `telephone` is for the call that may be needed."""

    id: int
    patient_id: int
    patient_name: str = field(repr=False)
    initials: str = field(repr=False)
    telephone: str | None = field(repr=False)
    series_id: int | None
    appointment_id: int | None
    state: PartState
    why: str
    expires_at: datetime | None
    ended_at: datetime | None
    moved: tuple[MovedRow, ...]

    by_letter: bool = False
    to_call: bool = False
    """Whether somebody has to telephone: the patient has not agreed, or cannot be written to."""
    last_call: CallMade | None = None


@dataclass(frozen=True)
class BatchLine:
    """One batch in a list."""

    id: int
    made_at: datetime
    by: str
    visits: int
    patients: int
    open: int
    to_call: int
    offered: bool
    undone_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True)
class BatchPage:
    """One batch with its parts, the most urgent first."""

    line: BatchLine
    parts: tuple[PartRow, ...]

    command: dict[str, Any]
    """What was asked to be planned."""

    @property
    def to_call(self) -> tuple[PartRow, ...]:
        """Whom somebody has to telephone."""
        return tuple(part for part in self.parts if part.to_call)

    @property
    def waiting(self) -> tuple[PartRow, ...]:
        """Who was written to and has not answered."""
        return tuple(part for part in self.parts if part.state == PartState.OPEN and part.by_letter)

    @property
    def done(self) -> tuple[PartRow, ...]:
        """Whose visits moved."""
        return self.those(PartState.APPLIED, PartState.ACCEPTED)

    @property
    def settled(self) -> tuple[PartRow, ...]:
        """Who did not agree, and need not be called any more: their visits fit again, or were moved since."""
        return tuple(part for part in self.parts if part.state in NEEDS_CALL and not part.to_call)

    def those(self, *states: str) -> tuple[PartRow, ...]:
        """The parts in one of these states, by their words."""
        return tuple(part for part in self.parts if part.state in states)


def recent_batches(session: Session, clinic_id: int, *, now: datetime) -> tuple[BatchLine, ...]:
    """The newest batches of a clinic, newest first. A constant number of queries."""
    rows = session.execute(
        select(Batch, StaffMember.initials).outerjoin(StaffMember, StaffMember.id == Batch.made_by)
        .where(Batch.clinic_id == clinic_id).order_by(Batch.id.desc()).limit(RECENT)).all()
    return _lines(session, rows, parts_to_call(session, clinic_id, now=now))


def batch_page(session: Session, clinic_id: int, batch_id: int, *, now: datetime) -> BatchPage | None:
    """One batch of the clinic; None where there is none. A constant number of queries, however many parts."""
    rows = session.execute(
        select(Batch, StaffMember.initials).outerjoin(StaffMember, StaffMember.id == Batch.made_by)
        .where(Batch.clinic_id == clinic_id, Batch.id == batch_id)).all()
    if not rows:
        return None
    parts = session.execute(select(BatchPart, Patient).join(Patient, Patient.id == BatchPart.patient_id)
                            .where(BatchPart.batch_id == batch_id).order_by(BatchPart.rank, BatchPart.id)).all()
    ids = [id_ for part, _ in parts for id_, *_ in part.moved]
    there = {row.id: row for row in visits(session, clinic_id, Appointment.id.in_(ids))} if ids else {}
    to_call = parts_to_call(session, clinic_id, now=now)
    calls = calls_made(session, {part.patient_id for part, _ in parts})
    return BatchPage(_lines(session, rows, to_call)[0], tuple(
        replace(_part(part, patient, there), to_call=part.id in to_call,
                last_call=next((call for call in calls[part.patient_id] if call.called_at >= rows[0][0].made_at), None))
        for part, patient in parts), rows[0][0].command)


def changes_of(session: Session, batch_id: int) -> list[Change]:
    """The changes that the desk applied with a batch."""
    return list(session.scalars(select(Change).join(BatchPart, BatchPart.change_id == Change.id).where(
        BatchPart.batch_id == batch_id, BatchPart.state == PartState.APPLIED).order_by(Change.id)))


def _part(part: BatchPart, patient: Patient, there: dict[int, VisitRow]) -> PartRow:
    moved = tuple(MovedRow(there[id_], datetime.fromisoformat(before), datetime.fromisoformat(after))
                  for id_, before, after in part.moved if id_ in there)
    return PartRow(part.id, part.patient_id, f"{patient.given_name} {patient.family_name}",
                   initials(patient.given_name, patient.family_name), patient.telephone, part.series_id,
                   part.appointment_id, part.state, part.why, part.expires_at, part.ended_at, moved,
                   part.message_id is not None)


def _lines(session: Session, rows, to_call: Mapping[int, PartToCall]) -> tuple[BatchLine, ...]:
    parts = session.execute(select(BatchPart.id, BatchPart.batch_id, BatchPart.patient_id, BatchPart.state,
                                   BatchPart.moved).where(
        BatchPart.batch_id.in_([batch.id for batch, _ in rows]))).all()
    found = []
    for batch, by in rows:
        own = [part for part in parts if part.batch_id == batch.id]
        found.append(BatchLine(
            batch.id, batch.made_at, by or "", sum(len(part.moved) for part in own),
            len({part.patient_id for part in own}), sum(part.state == PartState.OPEN for part in own),
            sum(part.id in to_call for part in own),
            batch.expires_at is not None, batch.undone_at,
            batch.expires_at))
    return tuple(found)


def batch_of(session: Session, clinic_id: int, part_id: int) -> int | None:
    """The batch of a part of the clinic."""
    return session.scalar(select(BatchPart.batch_id).where(BatchPart.id == part_id, BatchPart.clinic_id == clinic_id))
