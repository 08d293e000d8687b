"""Offer the new times of a batch plan: each patient gets one letter with a link, and the times are kept for them.

Nothing moves before somebody says yes. A course whose new times cannot be kept beside visits that still stand, or
whose patient cannot be written to, is for the desk to call.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Appointment, Batch, BatchPart, Clinic, Hold, Message
from scheduler.access import Viewer
from scheduler.planning.batches import PartState
from scheduler.planning.documents import to_document
from scheduler.planning.instants import instant
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.words import Channel, HoldPurpose, MessageKind
from scheduler.queries.reach import reach_of
from scheduler.services import audit
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.promises import Owner, promise
from scheduler.services.conflicts import NotAsked
from scheduler.services.outages.apply_batch import part_row
from scheduler.services.outages.check_batch import Agreed, CheckedBatch, lock_checked, rows_of
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole
from scheduler.services.wrong_value import WrongValue

LEAST_HOURS, MOST_HOURS = 1, 14 * 24
LEAD = timedelta(hours=2)
"""So long before the first of the visits, old or new, an offer ends at the latest."""
TOO_NEAR = "Too near for an offer: call."
NOT_KEPT = "The new times are still taken by visits that others have not given up: call, or plan again after answers."
NO_LETTER = "No letter reaches this patient: call. The times are kept all the same."
RULE = "new times"


@dataclass(frozen=True)
class OfferBatch:
    """The plan that was shown and checked, and for how many hours its times are kept."""

    plan: CheckedBatch
    hours: int


@dataclass(frozen=True)
class BatchOffered:
    """The batch, how many offers are out, and how many patients are to be called."""

    batch_id: int
    offers: int
    to_call: int


@whole
def offer_batch(session: Session, command: OfferBatch, *, by: Viewer,
                now: datetime) -> BatchOffered | Refused | NotFound:
    """Keep every new time that can be kept, the most urgent course first, and owe the letters. All in one
    transaction; use it inside `booking(database, now=…)`."""
    if not LEAST_HOURS <= command.hours <= MOST_HOURS:
        return Refused((WrongValue("hours", "Times are kept for an hour at least and two weeks at most."),))
    clinic = clinic_row(session, by.clinic_id)
    if refused := lock_checked(session, clinic, command.plan):
        return refused
    if not command.plan.moves:
        return Refused((NotAsked("offer", "Nothing moves in this plan."),))
    until = now + timedelta(hours=command.hours)
    batch = Batch(clinic_id=clinic.id, command=to_document(command.plan.command), made_at=now, made_by=by.staff_id,
                  expires_at=until)
    session.add(batch)
    session.flush()
    rows = rows_of(session, command.plan)
    parts = [_offer(session, clinic, batch, one, [rows[id_] for id_, _ in one.moves], rank, by, now)
             for rank, one in enumerate((one for one in command.plan.parts if one.moves), start=1)]
    out = [part for part in parts if part.state == PartState.OPEN]
    audit.record(session, by=by, verb="offer", subject="batch", subject_id=batch.id, now=now, detail={
        "offered": [part.id for part in out], "until": until.isoformat(), "moved": [part.moved for part in out]})
    session.flush()
    return BatchOffered(batch.id, len(out), len(parts) - len(out))


def _offer(session: Session, clinic: Clinic, batch: Batch, one: Agreed, rows: Sequence[Appointment], rank: int,
           by: Viewer, now: datetime) -> BatchPart:
    part = part_row(batch, one, rank)
    firsts = [row.starts_at for row in rows] + [
        instant(place.wall_start, clinic.timezone) for _, place in one.moves]
    assert batch.expires_at is not None
    until = min(batch.expires_at, min(firsts) - LEAD)
    part.state, part.why, part.ended_at = PartState.TO_CALL, TOO_NEAR, now
    if until > now and _keep(session, clinic, part, one, until, by, now):
        part.state, part.why, part.ended_at, part.expires_at = PartState.OPEN, "", None, until
        _write(session, part, rows, until, now)
    session.add(part)
    session.flush()
    return part


def _keep(session: Session, clinic: Clinic, part: BatchPart, one: Agreed, until: datetime, by: Viewer,
          now: datetime) -> bool:
    """Keep the new times by a hold; gives whether all of them could be."""
    savepoint = session.begin_nested()
    hold = Hold(clinic_id=clinic.id, patient_id=one.patient_id, held_by=by.staff_id, purpose=HoldPurpose.OFFER,
                terms={}, expires_at=until, created_at=now)
    session.add(hold)
    session.flush()
    owner = Owner(one.patient_id, AppointmentStatus.HELD, hold_id=hold.id)
    kept = promise(session, clinic, [replace(place, step=None) for _, place in one.moves], owner, by=by, now=now)
    if kept.conflicts:
        savepoint.rollback()
        part.why = NOT_KEPT
        return False
    savepoint.commit()
    part.hold_id = hold.id
    return True


def _write(session: Session, part: BatchPart, rows: Sequence[Appointment], until: datetime, now: datetime) -> None:
    """Owe the letter, or say that somebody has to call."""
    reach = reach_of(session, part.patient_id, now=now)
    if Channel.EMAIL not in reach.channels or reach.prefers_call:
        part.why = NO_LETTER
        return
    first = min(rows, key=lambda row: (row.starts_at, row.id))
    message = Message(
        clinic_id=part.clinic_id, patient_id=part.patient_id, series_id=part.series_id, appointment_id=first.id,
        appointment_version=first.version, kind=MessageKind.NEW_TIMES, channel=Channel.EMAIL, rule=RULE,
        state=MessageState.PLANNED, due_at=now, expires_at=until, key=secrets.token_hex(16), created_at=now)
    session.add(message)
    session.flush()
    part.message_id = message.id
