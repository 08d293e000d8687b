"""Write down what happened to a visit, and take it back: arrived, started, given or held, not come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Appointment, InfusionRecord, Series, TherapySession, VisitKind, VisitType
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus, Departure, SeriesStatus, refusal, takes_time_again, undo_of
from scheduler.services import audit
from scheduler.services.booking.claim_again import claim_again, give_back
from scheduler.services.booking.locked import clinic_row, locked_appointment
from scheduler.services.booking.ordered import over_ordered
from scheduler.services.booking.series_state import settle
from scheduler.services.conflicts import NotAsked
from scheduler.services.refusal import Conflict, NotFound, Refused
from scheduler.services.whole import whole


class Happened(StrEnum):
    """What can be said of a visit; the value is the audit trail's verb."""

    ARRIVED = "check in"
    STARTED = "start"
    DONE = "record"
    NO_SHOW = "mark no-show"


STATUS = {
    Happened.ARRIVED: AppointmentStatus.ARRIVED, Happened.STARTED: AppointmentStatus.IN_PROGRESS,
    Happened.DONE: AppointmentStatus.FULFILLED, Happened.NO_SHOW: AppointmentStatus.NO_SHOW,
}


@dataclass(frozen=True)
class RecordVisit:
    """DONE is "given" for an infusion and "held" for a talk; its note is kept with the record."""

    appointment_id: int
    what: Happened
    note: str = ""


@dataclass(frozen=True)
class UndoRecord:
    """Take back the last thing that was said of a visit."""

    appointment_id: int


@dataclass(frozen=True)
class Recorded:
    """Where the visit, and its series, stand now."""

    appointment_id: int
    status: AppointmentStatus
    series_status: SeriesStatus | None


Outcome = Recorded | Refused | NotFound


@whole
def record_visit(session: Session, command: RecordVisit, *, by: Viewer, now: datetime) -> Outcome:
    """Check in, start, record or mark as no-show, along the table of moves. Two at once: the second is refused.

    A no-show gives its time back. Its letters need nothing: what they say is decided when they are due.
    """
    row = locked_appointment(session, by.clinic_id, command.appointment_id)
    if isinstance(row, NotFound):
        return row
    wanted = STATUS[command.what]
    stands: tuple[Conflict | None, ...] = (refusal(row.status, wanted), _too_early(row, command.what, now))
    if any(stands):
        return Refused(tuple(one for one in stands if one))
    before, row.status = row.status, wanted
    if command.what == Happened.ARRIVED:
        row.arrived_at = now
    elif command.what == Happened.DONE:
        row.ended_at = now
        write_record(session, row, command.note.strip(), by, now)
    elif command.what == Happened.NO_SHOW:
        row.ended_at = now
        give_back(session, [row])
    return _recorded(session, row, before, str(command.what), by, now)


@whole
def undo_record(session: Session, command: UndoRecord, *, by: Viewer, now: datetime) -> Outcome:
    """Take the last record back. A no-show that comes back claims its time anew, which the calendar may refuse."""
    row = locked_appointment(session, by.clinic_id, command.appointment_id)
    if isinstance(row, NotFound):
        return row
    wanted = undo_of(row.status)
    if wanted is None:
        return Refused((NotAsked("undo", "Nothing has been recorded for this visit that could be taken back."),))
    if conflicts := _reopen(session, row):
        return Refused(conflicts)
    if takes_time_again(row.status, wanted):
        clinic = clinic_row(session, by.clinic_id)
        if conflicts := over_ordered(session, [row]) or claim_again(session, clinic, [row]):
            return Refused(conflicts)
    before, row.status = row.status, wanted
    row.ended_at = None
    if row.departure == Departure.CEASED:
        row.departure, row.departed_at, row.ended_reason = None, None, ""
    if wanted == AppointmentStatus.BOOKED:
        row.arrived_at = None
    for kind in (InfusionRecord, TherapySession):
        session.execute(delete(kind).where(kind.appointment_id == row.id))
    return _recorded(session, row, before, "undo", by, now)


def _too_early(row: Appointment, what: Happened, now: datetime) -> NotAsked | None:
    if what == Happened.NO_SHOW and now < row.starts_at:
        return NotAsked(str(what), "This visit has not begun yet. If the patient cannot come, cancel it.")
    if what == Happened.DONE and now < row.starts_at and row.arrived_at is None:
        return NotAsked(str(what), "This visit has not begun yet. Check the patient in first.")
    return None


def write_record(session: Session, row: Appointment, note: str, by: Viewer, now: datetime) -> None:
    """Write down that an infusion was given or a talk took place, with a note."""
    kind = session.scalar(select(VisitType.kind).where(VisitType.id == row.visit_type_id))
    table = InfusionRecord if kind == VisitKind.INFUSION else TherapySession
    assert by.staff_id is not None
    session.add(table(clinic_id=row.clinic_id, appointment_id=row.id, recorded_at=now, recorded_by=by.staff_id,
                      note=note))


def _reopen(session: Session, row: Appointment) -> tuple[Conflict, ...]:
    """A visit of a stopped series is not taken back by itself."""
    series = session.get(Series, row.series_id) if row.series_id else None
    if series is not None and series.status == SeriesStatus.STOPPED and row.status == AppointmentStatus.NO_SHOW:
        return (NotAsked("undo", "This series is stopped. Take the stop back first."),)
    return ()


def _recorded(session: Session, row: Appointment, before: AppointmentStatus, verb: str, by: Viewer,
              now: datetime) -> Recorded:
    series_status = settle(session, row.series_id, now=now)
    audit.record(session, by=by, verb=verb, subject="appointment", subject_id=row.id, patient_id=row.patient_id,
                 now=now, detail={"from": str(before), "to": str(row.status)})
    session.flush()
    return Recorded(row.id, row.status, series_status)
