"""Put a visit on the waiting list, for a patient who would come earlier, and take it off again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import WaitlistEntry
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.waitlist import Suits
from scheduler.services import audit
from scheduler.services.claims import lock_patients
from scheduler.services.conflicts import InThePast, NotAsked
from scheduler.services.locked import locked_appointment
from scheduler.services.refusal import Conflict, NotFound, Refused
from scheduler.services.whole import whole
from scheduler.services.wrong_value import WrongValue

BOOKED_ALONE = "Only a booked visit waits for an earlier time. One without a time is offered freed times by itself."


@dataclass(frozen=True)
class WaitForEarlier:
    """One booked visit, and which earlier times would suit."""

    appointment_id: int
    suits: Suits = Suits()


@dataclass(frozen=True)
class EndWait:
    """Take an entry off the list, or with `undo` put it back."""

    entry_id: int
    undo: bool = False


@dataclass(frozen=True)
class Waits:
    """The entry, and whether it is on the list now."""

    entry_id: int
    appointment_id: int
    waits: bool


@whole
def wait_for_earlier(session: Session, command: WaitForEarlier, *, by: Viewer,
                     now: datetime) -> Waits | Refused | NotFound:
    """Add a visit, or change which times suit one that is on the list already."""
    row = locked_appointment(session, by.clinic_id, command.appointment_id)
    if isinstance(row, NotFound):
        return row
    stands: list[Conflict] = []
    if row.status != AppointmentStatus.BOOKED:
        stands.append(NotAsked("wait", BOOKED_ALONE))
    elif row.starts_at <= now:
        stands.append(InThePast())
    suits = command.suits
    if suits.from_time and suits.to_time and suits.to_time <= suits.from_time:
        stands.append(WrongValue("to_time", "It must suit until later than it suits from."))
    if stands:
        return Refused(tuple(stands))
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
    return Waits(entry.id, row.id, True)


@whole
def end_wait(session: Session, command: EndWait, *, by: Viewer, now: datetime) -> Waits | Refused | NotFound:
    """Take an entry off the list, or put it back."""
    entry = session.scalar(select(WaitlistEntry).where(
        WaitlistEntry.id == command.entry_id, WaitlistEntry.clinic_id == by.clinic_id))
    if entry is None:
        return NotFound("waiting list entry")
    lock_patients(session, by.clinic_id, [entry.patient_id])
    session.refresh(entry)
    if command.undo:
        another = session.scalar(select(WaitlistEntry.id).where(
            WaitlistEntry.appointment_id == entry.appointment_id, WaitlistEntry.ended_at.is_(None)))
        if another is not None:
            return Refused((NotAsked("wait", "This visit is on the waiting list already."),))
        entry.ended_at, entry.ended_why = None, ""
    elif entry.ended_at is None:
        entry.ended_at, entry.ended_why = now, "taken off"
    session.flush()
    audit.record(session, by=by, verb="undo end wait" if command.undo else "end wait", subject="appointment",
                 subject_id=entry.appointment_id, patient_id=entry.patient_id, now=now, detail={"entry": entry.id})
    return Waits(entry.id, entry.appointment_id, entry.ended_at is None)
