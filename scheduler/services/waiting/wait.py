"""Put visits on the waiting list, for a patient who would come earlier, and take them off again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, WaitlistEntry
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.waitlist import Suits
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.locked import locked_appointment
from scheduler.services.conflicts import InThePast, NotAsked
from scheduler.services.refusal import Conflict, NotFound, Refused
from scheduler.services.whole import whole
from scheduler.services.wrong_value import WrongValue

BOOKED_ALONE = "Only a booked visit waits for an earlier time. One without a time is offered freed times by itself."


@dataclass(frozen=True)
class WaitForEarlier:
    """Booked visits, and which earlier times would suit them. All are put on the list, or none."""

    appointment_ids: tuple[int, ...]
    suits: Suits = Suits()


@dataclass(frozen=True)
class EndWait:
    """Take entries off the list, or with `undo` put them back."""

    entry_ids: tuple[int, ...]
    undo: bool = False


@dataclass(frozen=True)
class Waits:
    """The entries, and whether they are on the list now."""

    entry_ids: tuple[int, ...]
    waits: bool


@whole
def wait_for_earlier(session: Session, command: WaitForEarlier, *, by: Viewer,
                     now: datetime) -> Waits | Refused | NotFound:
    """Add visits, or change which times suit those that are on the list already."""
    suits = command.suits
    if suits.from_time and suits.to_time and suits.to_time <= suits.from_time:
        return Refused((WrongValue("to_time", "It must suit until later than it suits from."),))
    if not command.appointment_ids:
        return Refused((NotAsked("wait", "Choose the visits that would be earlier."),))
    entries = []
    for id_ in sorted(set(command.appointment_ids)):
        row = locked_appointment(session, by.clinic_id, id_)
        if isinstance(row, NotFound):
            return row
        if stands := _stands(row, now):
            return Refused(stands)
        entries.append(_entry(session, row, suits, by, now))
    return Waits(tuple(entries), True)


def _stands(row: Appointment, now: datetime) -> tuple[Conflict, ...]:
    if row.status != AppointmentStatus.BOOKED:
        return (NotAsked("wait", BOOKED_ALONE),)
    return (InThePast(),) if row.starts_at <= now else ()


def _entry(session: Session, row: Appointment, suits: Suits, by: Viewer, now: datetime) -> int:
    entry = session.scalar(select(WaitlistEntry).where(
        WaitlistEntry.appointment_id == row.id, WaitlistEntry.ended_at.is_(None)))
    if entry is None:
        entry = WaitlistEntry(clinic_id=row.clinic_id, patient_id=row.patient_id, appointment_id=row.id, added_at=now,
                              added_by=by.staff_id)
        session.add(entry)
    entry.not_before, entry.weekdays = suits.not_before, sorted(set(suits.weekdays))
    entry.from_time, entry.to_time = suits.from_time, suits.to_time
    session.flush()
    audit.record(session, by=by, verb="wait", subject="appointment", subject_id=row.id, patient_id=row.patient_id,
                 now=now, detail={"entry": entry.id})
    return entry.id


@whole
def end_wait(session: Session, command: EndWait, *, by: Viewer, now: datetime) -> Waits | Refused | NotFound:
    """Take entries off the list, or put them back: all of them, or none."""
    found = session.scalars(select(WaitlistEntry).where(
        WaitlistEntry.id.in_(command.entry_ids), WaitlistEntry.clinic_id == by.clinic_id)).all()
    if not found or len(found) != len(set(command.entry_ids)):
        return NotFound("waiting list entry")
    lock_patients(session, by.clinic_id, {entry.patient_id for entry in found})
    for entry in found:
        session.refresh(entry)
        if command.undo and _on_the_list(session, entry.appointment_id):
            return Refused((NotAsked("wait", "This visit is on the waiting list already."),))
        if command.undo:
            entry.ended_at, entry.ended_why = None, ""
        elif entry.ended_at is None:
            entry.ended_at, entry.ended_why = now, "taken off"
        session.flush()
        audit.record(session, by=by, verb="undo end wait" if command.undo else "end wait", subject="appointment",
                     subject_id=entry.appointment_id, patient_id=entry.patient_id, now=now, detail={"entry": entry.id})
    return Waits(tuple(entry.id for entry in found), command.undo)


def _on_the_list(session: Session, appointment_id: int) -> bool:
    return session.scalar(select(WaitlistEntry.id).where(
        WaitlistEntry.appointment_id == appointment_id, WaitlistEntry.ended_at.is_(None))) is not None
