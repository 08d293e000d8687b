"""Cancel a visit, or stop a series, with a reason; and take a cancellation back while its time is still free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import Series
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AWAITED, AppointmentStatus, SeriesStatus, refusal
from scheduler.services import audit
from scheduler.services.booking.gate_holds import reopen_stopped
from scheduler.services.booking.locked import appointments_of, locked_appointment, locked_series
from scheduler.services.booking.series_state import settle
from scheduler.services.changing.call_off import LONGEST_REASON, call_off, reason_stands, take_again, tell
from scheduler.services.conflicts import NotAsked
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole


@dataclass(frozen=True)
class CancelVisit:
    """One visit; nothing else of its series is lost."""

    appointment_id: int
    reason: str


@dataclass(frozen=True)
class StopSeries:
    """Every visit of a series that is still to come. What has happened stays."""

    series_id: int
    reason: str


@dataclass(frozen=True)
class UndoCancel:
    """Take a cancelled visit's time again."""

    appointment_id: int


@dataclass(frozen=True)
class UndoStop:
    """Take a stop back: the series runs again, with the visits that the stop cancelled."""

    series_id: int


@dataclass(frozen=True)
class Cancelled:
    """What was cancelled or taken back, and where the series stands now."""

    appointment_ids: tuple[int, ...]
    series_id: int | None
    series_status: SeriesStatus | None


Outcome = Cancelled | Refused | NotFound


@whole
def cancel_visit(session: Session, command: CancelVisit, *, by: Viewer, now: datetime) -> Outcome:
    """Cancel one visit and give its time back."""
    row = locked_appointment(session, by.clinic_id, command.appointment_id)
    if isinstance(row, NotFound):
        return row
    stands = (*reason_stands(command.reason), refusal(row.status, AppointmentStatus.CANCELLED))
    if any(stands):
        return Refused(tuple(one for one in stands if one))
    was = row.status
    call_off(session, [row], command.reason, now)
    status = settle(session, row.series_id, now=now)
    audit.record(session, by=by, verb="cancel", subject="appointment", subject_id=row.id, patient_id=row.patient_id,
                 now=now, detail={"series": row.series_id})
    if was != AppointmentStatus.HELD:
        tell(session, [row], row.series_id, "cancelled", now)
    return Cancelled((row.id,), row.series_id, status)


@whole
def stop_series(session: Session, command: StopSeries, *, by: Viewer, now: datetime) -> Outcome:
    """Stop a series: cancel what is still to come and keep what has happened."""
    series = locked_series(session, by.clinic_id, command.series_id)
    if isinstance(series, NotFound):
        return series
    stands = (*reason_stands(command.reason), refusal(series.status, SeriesStatus.STOPPED))
    if any(stands):
        return Refused(tuple(one for one in stands if one))
    rows = [row for row in appointments_of(session, series.id) if row.status in AWAITED]
    told = [row for row in rows if row.status == AppointmentStatus.BOOKED]
    call_off(session, rows, command.reason, now)
    series.status, series.ended_at = SeriesStatus.STOPPED, now
    series.ended_reason = command.reason.strip()[:LONGEST_REASON]
    audit.record(session, by=by, verb="stop", subject="series", subject_id=series.id, patient_id=series.patient_id,
                 now=now, detail={"cancelled": [row.id for row in rows], "reason": command.reason.strip()})
    tell(session, told, series.id, "cancelled", now)
    return Cancelled(tuple(row.id for row in rows), series.id, series.status)


@whole
def undo_cancel(session: Session, command: UndoCancel, *, by: Viewer, now: datetime) -> Outcome:
    """Book a cancelled visit again at its old time, on its old resources, if they are still to be had."""
    row = locked_appointment(session, by.clinic_id, command.appointment_id)
    if isinstance(row, NotFound):
        return row
    if row.status != AppointmentStatus.CANCELLED:
        return Refused((NotAsked("undo", "This visit is not cancelled."),))
    series = session.get(Series, row.series_id) if row.series_id else None
    if series is not None and series.status in (SeriesStatus.STOPPED, SeriesStatus.ON_HOLD):
        return Refused((NotAsked("undo", "This series does not run. Resume it, or take the stop back, first."),))
    if conflicts := take_again(session, [row], by, now):
        return Refused(conflicts)
    status = settle(session, row.series_id, now=now)
    audit.record(session, by=by, verb="undo cancel", subject="appointment", subject_id=row.id,
                 patient_id=row.patient_id, now=now, detail={"series": row.series_id})
    tell(session, [row], row.series_id, "booked", now)
    return Cancelled((row.id,), row.series_id, status)


@whole
def undo_stop(session: Session, command: UndoStop, *, by: Viewer, now: datetime) -> Outcome:
    """Run a stopped series again, with every visit that the stop cancelled and that still lies ahead: all, or none."""
    series = locked_series(session, by.clinic_id, command.series_id)
    if isinstance(series, NotFound):
        return series
    if series.status != SeriesStatus.STOPPED:
        return Refused((NotAsked("undo", "This series is not stopped."),))
    rows = [row for row in appointments_of(session, series.id)
            if row.status == AppointmentStatus.CANCELLED and row.ended_at == series.ended_at and row.starts_at > now]
    reopen_stopped(session, series)
    if rows and (conflicts := take_again(session, rows, by, now)):
        return Refused(conflicts)
    series.status, series.ended_at, series.ended_reason = SeriesStatus.ACTIVE, None, ""
    audit.record(session, by=by, verb="undo stop", subject="series", subject_id=series.id,
                 patient_id=series.patient_id, now=now, detail={"booked": [row.id for row in rows]})
    tell(session, rows, series.id, "booked", now)
    return Cancelled(tuple(row.id for row in rows), series.id, settle(session, series.id, now=now))
