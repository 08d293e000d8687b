"""What the page behind the link of new times shows: when, in place of what, and until when they are kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, BatchPart
from scheduler.planning.batches import PartState
from scheduler.planning.instants import instant
from scheduler.queries.patient_links import LinkRow


@dataclass(frozen=True)
class NewTime:
    """One visit: its new time, the old one, and how long the patient is there."""

    starts_at: datetime
    instead_of: datetime
    minutes: int


@dataclass(frozen=True)
class NewTimes:
    """All of them, by time. `shown` marks what the page showed."""

    times: tuple[NewTime, ...]
    until: datetime | None
    state: PartState
    shown: str


def mark_of_part(part: BatchPart) -> str:
    """A mark of exactly these times."""
    return hashlib.sha256(f"{part.id} {part.moved}".encode()).hexdigest()[:16]


def new_times(session: Session, link: LinkRow, *, now: datetime) -> NewTimes | None:
    """The times of a link, with their state as they would be answered now; None where there are none."""
    part = session.scalar(select(BatchPart).where(
        BatchPart.message_id == link.message_id, BatchPart.clinic_id == link.clinic_id))
    if part is None or link.message_id is None:
        return None
    rows = {row.id: row for row in session.scalars(select(Appointment).where(
        Appointment.id.in_([id_ for id_, *_ in part.moved])))}
    times = []
    for id_, before, after in part.moved:
        row = rows[id_]
        times.append(NewTime(instant(datetime.fromisoformat(after), row.timezone),
                             instant(datetime.fromisoformat(before), row.timezone),
                             int((row.patient_leaves_at - row.starts_at).total_seconds() // 60)))
    over = part.state == PartState.OPEN and (part.expires_at is None or part.expires_at <= now)
    return NewTimes(tuple(sorted(times, key=lambda one: one.starts_at)), part.expires_at,
                    PartState.EXPIRED if over else part.state, mark_of_part(part))


def how_many_and_until(session: Session, message_id: int) -> tuple[int, datetime | None]:
    """How many visits the letter of a message is about, and until when their times are kept."""
    part = session.scalars(select(BatchPart).where(BatchPart.message_id == message_id)).one()
    return len(part.moved), part.expires_at
