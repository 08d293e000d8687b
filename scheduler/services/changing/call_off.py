"""Call appointments off and take them back: what cancelling, stopping, pausing and setting aside have in common.

The patient is locked by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import Appointment
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus, allowed
from scheduler.services.booking.claim_again import claim_again, give_back
from scheduler.services.booking.gate_holds import tidy_holds, wait_again
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.openings import close_taken_back, note_openings
from scheduler.services.booking.ordered import over_ordered
from scheduler.services.conflicts import InThePast, ReasonMissing
from scheduler.services.messages.owe_messages import Why, owe_messages
from scheduler.services.refusal import Conflict

LONGEST_REASON = 400


def reason_stands(reason: str) -> tuple[Conflict, ...]:
    """What stands in the way of an act for which nobody said why."""
    return () if reason.strip() else (ReasonMissing(),)


def call_off(session: Session, rows: Sequence[Appointment], reason: str, now: datetime) -> None:
    """Cancel appointments and give their time back; they remember what they had."""
    note_openings(session, rows, now)
    give_back(session, rows)
    holds = {row.hold_id for row in rows if row.hold_id is not None}
    for row in rows:
        assert allowed(row.status, AppointmentStatus.CANCELLED)
        row.status, row.ended_at, row.ended_reason = AppointmentStatus.CANCELLED, now, reason.strip()[:LONGEST_REASON]
        row.version, row.hold_id = row.version + 1, None
    tidy_holds(session, holds, now)


def take_again(session: Session, rows: Sequence[Appointment], by: Viewer, now: datetime) -> tuple[Conflict, ...]:
    """Book cancelled appointments again at their old time, all or none; gives the conflicts, none where it is done."""
    if any(row.starts_at <= now for row in rows):
        return (InThePast(),)
    if exceeded := over_ordered(session, rows):
        return exceeded
    if conflicts := claim_again(session, clinic_row(session, by.clinic_id), rows):
        return conflicts
    close_taken_back(session, rows, now)
    for row in rows:
        row.status, row.ended_at, row.ended_reason = AppointmentStatus.BOOKED, None, ""
        row.departure = row.departed_at = row.not_before = None
        row.version += 1
        row.confirmed_at = row.cannot_come_at = None
    wait_again(session, rows, now)
    return ()


def tell(session: Session, rows: Sequence[Appointment], series_id: int | None, why: Why, now: datetime) -> None:
    """Owe the patient the news of what was done to these appointments, in one letter."""
    session.flush()
    if rows:
        owe_messages(session, clinic_id=rows[0].clinic_id, patient_id=rows[0].patient_id,
                     appointment_ids=[row.id for row in rows], series_id=series_id, now=now, why=why)
