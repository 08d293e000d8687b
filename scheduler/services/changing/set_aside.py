"""Set one step of a course aside, with a reason: put it off, leave it out, or break off what has begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import Appointment, Series
from scheduler.access import Viewer
from scheduler.planning.instants import wall
from scheduler.planning.lifecycle import LOST, AppointmentStatus, Departure, SeriesStatus, departure_refusal
from scheduler.services import audit
from scheduler.services.booking.locked import clinic_row, locked_appointment
from scheduler.services.booking.series_state import settle
from scheduler.services.changing.call_off import LONGEST_REASON, call_off, reason_stands, take_again, tell
from scheduler.services.changing.record_visit import write_record
from scheduler.services.conflicts import NotAsked, RulesBroken
from scheduler.services.refusal import Conflict, NotFound, Refused
from scheduler.services.whole import whole

VERBS = {Departure.DEFERRED: "defer", Departure.OMITTED: "omit", Departure.CEASED: "cease"}


@dataclass(frozen=True)
class SetAside:
    """One step of a series. `not_before` (clinic-local) is for a deferred one: the earliest day of its new time."""

    appointment_id: int
    how: Departure
    reason: str
    not_before: date | None = None


@dataclass(frozen=True)
class UndoSetAside:
    """Take it back: a visit that was booked until then gets its old time again, if that is still to be had."""

    appointment_id: int


@dataclass(frozen=True)
class WasSetAside:
    """Where the visit and its series stand now. `how` is None where it was taken back."""

    appointment_id: int
    how: Departure | None
    status: AppointmentStatus
    series_id: int
    series_status: SeriesStatus | None


Outcome = WasSetAside | Refused | NotFound


@whole
def set_aside(session: Session, command: SetAside, *, by: Viewer, now: datetime) -> Outcome:
    """Defer, omit or cease one step. What is booked gives its time back; nothing else of the series moves."""
    row = locked_appointment(session, by.clinic_id, command.appointment_id)
    if isinstance(row, NotFound):
        return row
    if stands := _stands(session, row, command, by, now):
        return Refused(stands)
    before = row.status
    if command.how == Departure.CEASED:
        row.status, row.ended_at = AppointmentStatus.FULFILLED, now
        row.ended_reason = command.reason.strip()[:LONGEST_REASON]
        write_record(session, row, command.reason.strip(), by, now)
    elif row.status not in LOST:
        call_off(session, [row], command.reason, now)
    else:
        row.ended_reason = command.reason.strip()[:LONGEST_REASON]
    row.departure, row.departed_at = command.how, now
    row.not_before = command.not_before if command.how == Departure.DEFERRED else None
    status = settle(session, row.series_id, now=now)
    audit.record(session, by=by, verb=VERBS[command.how], subject="appointment", subject_id=row.id,
                 patient_id=row.patient_id, now=now, detail=_detail(row, before, command))
    if before == AppointmentStatus.BOOKED:
        tell(session, [row], row.series_id, "cancelled", now)
    assert row.series_id is not None
    return WasSetAside(row.id, command.how, row.status, row.series_id, status)


@whole
def undo_set_aside(session: Session, command: UndoSetAside, *, by: Viewer, now: datetime) -> Outcome:
    """Take back that a step was deferred or omitted. Use it inside `booking(database, now=…)`.

    One that had lost its place before has lost it still; one that was ceased is taken back like any record.
    """
    row = locked_appointment(session, by.clinic_id, command.appointment_id)
    if isinstance(row, NotFound):
        return row
    if row.departure not in (Departure.DEFERRED, Departure.OMITTED) or row.series_id is None:
        return Refused((NotAsked("undo", "This visit is not set aside."),))
    if stands := _series_stands(session, row):
        return Refused(stands)
    booked = row.ended_at == row.departed_at and row.status == AppointmentStatus.CANCELLED
    if booked and (conflicts := take_again(session, [row], by, now)):
        return Refused(conflicts)
    row.departure = row.departed_at = row.not_before = None
    status = settle(session, row.series_id, now=now)
    audit.record(session, by=by, verb="undo set aside", subject="appointment", subject_id=row.id,
                 patient_id=row.patient_id, now=now, detail={"series": row.series_id})
    if booked:
        tell(session, [row], row.series_id, "booked", now)
    return WasSetAside(row.id, None, row.status, row.series_id, status)


def _stands(session: Session, row: Appointment, command: SetAside, by: Viewer, now: datetime) -> tuple[Conflict, ...]:
    stands: list[Conflict] = [*reason_stands(command.reason)]
    if row.series_id is None or row.step is None:
        stands.append(NotAsked("set aside", "This visit is no step of a course. Cancel it, or give it another time."))
    stands += _series_stands(session, row)
    if row.departure == command.how != Departure.DEFERRED:
        stands.append(NotAsked("set aside", f"This visit is {command.how} already."))
    elif refused := departure_refusal(row.status, command.how):
        stands.append(refused)
    today = wall(now, clinic_row(session, by.clinic_id).timezone).date()
    if command.how == Departure.DEFERRED and command.not_before is not None and command.not_before < today:
        stands.append(RulesBroken("The day to which it is put off has passed. Choose today or a later day."))
    return tuple(stands)


def _series_stands(session: Session, row: Appointment) -> tuple[Conflict, ...]:
    series = session.get(Series, row.series_id) if row.series_id else None
    if series is not None and series.status in (SeriesStatus.STOPPED, SeriesStatus.ON_HOLD):
        return (NotAsked("set aside", "This series does not run. Resume it, or take the stop back, first."),)
    return ()


def _detail(row: Appointment, before: AppointmentStatus, command: SetAside) -> dict:
    detail = {"series": row.series_id, "from": str(before), "reason": command.reason.strip()}
    return detail | ({"not_before": row.not_before.isoformat()} if row.not_before else {})
