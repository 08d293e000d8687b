"""What a patient changes behind a link: move a visit, cancel it, wait for an earlier time, and take each back.

The desk's own verbs do it, with the patient as the viewer: every rule of the course is asked, none can be set aside.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Change, WaitlistEntry
from scheduler.planning.instants import instant
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.waitlist import Suits
from scheduler.queries.changes import before_of
from scheduler.queries.patient_course import STOPPED_BY_LINK, TAKE_BACK_WITHIN
from scheduler.services.booking.free_times import FreeTime, MoveTimes, move_times
from scheduler.services.booking.locked import clinic_row
from scheduler.services.by_link.answer_link import VisitOver
from scheduler.services.by_link.by_link import Holder, TooNear, holder_of, soonest_change, visit_of
from scheduler.services.changing.cancel import Cancelled, CancelVisit, UndoCancel, cancel_visit, undo_cancel
from scheduler.services.changing.reschedule import Moved, MoveVisit, move_visit
from scheduler.services.changing.undo_change import UndoChange, Undone, undo_change
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.waiting.wait import EndWait, WaitForEarlier, Waits, end_wait, wait_for_earlier


@dataclass(frozen=True)
class OwnMove:
    """Another time (clinic wall time) for an own visit. `version` is the one that the page showed."""

    link_id: int
    appointment_id: int
    version: int
    wall_start: datetime


@dataclass(frozen=True)
class OwnVisit:
    """An own visit, for the verbs that need no more; `version` where the page showed one."""

    link_id: int
    appointment_id: int
    version: int | None = None


@dataclass(frozen=True)
class OwnCancel:
    """An own visit that the patient will not come to, with the reason as the desk reads it."""

    link_id: int
    appointment_id: int
    version: int
    reason: str = field(repr=False)


@dataclass(frozen=True)
class Gone:
    """The time was taken, or the rules of the course leave it no more."""

    sentence: str = "This time has just gone. Please choose another one, or call us."


def own_times(session: Session, command: OwnVisit, *, first_on: date, last_on: date,
              now: datetime) -> tuple[FreeTime, ...] | Refused:
    """The times to which a patient may move a visit: those that keep the course, and are not too near."""
    found = _changeable(session, command, now)
    if isinstance(found, Refused):
        return found
    holder, row = found
    clinic = clinic_row(session, row.clinic_id)
    times = move_times(session, MoveTimes(row.id, first_on, last_on), by=holder.by, now=now)
    if isinstance(times, Refused | NotFound):
        return ()
    soonest = soonest_change(clinic, now)
    return tuple(one for one in times
                 if instant(one.wall_start, clinic.timezone) >= soonest and one.wall_start != row.wall_start)


def own_move(session: Session, command: OwnMove, *, now: datetime) -> Moved | Refused:
    """Move one visit. Use it inside `booking(database, now=…)`."""
    found = _changeable(session, OwnVisit(command.link_id, command.appointment_id, command.version), now)
    if isinstance(found, Refused):
        return found
    holder, row = found
    clinic = clinic_row(session, row.clinic_id)
    if instant(command.wall_start, clinic.timezone) < soonest_change(clinic, now):
        return Refused((TooNear(),))
    moved = move_visit(session, MoveVisit(row.id, command.version, command.wall_start), by=holder.by, now=now)
    return moved if isinstance(moved, Moved) else Refused((Gone(),))


def own_move_back(session: Session, command: OwnVisit, *, now: datetime) -> Undone | Refused:
    """Take the last own move of a visit back, if it is fresh. Use it inside `booking(database, now=…)`."""
    found = visit_of(session, command.link_id, command.appointment_id, now=now)
    if isinstance(found, Refused):
        return found
    holder, row = found
    change = session.scalar(select(Change).where(
        Change.patient_id == row.patient_id, Change.clinic_id == row.clinic_id, Change.undone_at.is_(None))
        .order_by(Change.made_at.desc(), Change.id.desc()).limit(1))
    if (change is None or change.made_by is not None or change.made_at < now - TAKE_BACK_WITHIN
            or row.id not in {one.id for one in before_of(change).visits}):
        return Refused((VisitOver(),))
    undone = undo_change(session, UndoChange(change.id, by_patient=True), by=holder.by, now=now)
    return undone if isinstance(undone, Undone) else Refused((Gone(),))


def own_cancel(session: Session, command: OwnCancel, *, now: datetime) -> Cancelled | Refused:
    """Cancel one visit, with the reason. Use it inside `booking(database, now=…)`."""
    found = _changeable(session, OwnVisit(command.link_id, command.appointment_id, command.version), now)
    if isinstance(found, Refused):
        return found
    holder, row = found
    done = cancel_visit(session, CancelVisit(row.id, f"{STOPPED_BY_LINK}: {command.reason}"), by=holder.by,
                        now=now)
    return done if isinstance(done, Cancelled) else Refused((VisitOver(),))


def own_cancel_back(session: Session, command: OwnVisit, *, now: datetime) -> Cancelled | Refused:
    """Take an own cancellation back, if it is fresh and the time is still free. Inside `booking(database, now=…)`."""
    holder = holder_of(session, command.link_id, now=now)
    if isinstance(holder, Refused):
        return holder
    row = session.get(Appointment, command.appointment_id, populate_existing=True)
    if row is None or row.patient_id != holder.link.patient_id or not fresh_own_cancel(row, now):
        return Refused((VisitOver(),))
    done = undo_cancel(session, UndoCancel(row.id), by=holder.by, now=now)
    return done if isinstance(done, Cancelled) else Refused((Gone(),))


def fresh_own_cancel(row: Appointment, now: datetime) -> bool:
    """Whether a patient has just cancelled this visit by a link."""
    return (row.status == AppointmentStatus.CANCELLED and row.ended_at is not None
            and row.ended_at >= now - TAKE_BACK_WITHIN and row.ended_reason.startswith(STOPPED_BY_LINK))


def own_wait(session: Session, command: OwnVisit, *, suits: Suits | None, now: datetime) -> Waits | Refused:
    """Put a visit on the waiting list for something earlier; `suits` None takes it off again."""
    found = visit_of(session, command.link_id, command.appointment_id, now=now)
    if isinstance(found, Refused):
        return found
    holder, row = found
    if suits is not None:
        done = wait_for_earlier(session, WaitForEarlier((row.id,), suits), by=holder.by, now=now)
        return done if isinstance(done, Waits) else Refused((VisitOver(),))
    entry = session.scalar(select(WaitlistEntry).where(
        WaitlistEntry.appointment_id == row.id, WaitlistEntry.ended_at.is_(None)))
    if entry is None:
        return Waits((), False)
    done = end_wait(session, EndWait((entry.id,)), by=holder.by, now=now)
    return done if isinstance(done, Waits) else Refused((VisitOver(),))


def _changeable(session: Session, command: OwnVisit, now: datetime) -> tuple[Holder, Appointment] | Refused:
    """A visit that its patient may still move or cancel without the desk."""
    found = visit_of(session, command.link_id, command.appointment_id, command.version, now=now)
    if isinstance(found, Refused):
        return found
    _, row = found
    if row.starts_at < soonest_change(clinic_row(session, row.clinic_id), now):
        return Refused((TooNear(),))
    return found
