"""Pause a series, and resume it from a day: what was to come gives its time back and is placed anew from then on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import Appointment, Series
from scheduler.access import Viewer
from scheduler.planning.instants import wall
from scheduler.planning.lifecycle import AWAITED, AppointmentStatus, Departure, SeriesStatus, refusal
from scheduler.queries.changes import Act
from scheduler.services import audit
from scheduler.services.booking.locked import appointments_of, clinic_row, locked_series
from scheduler.services.booking.series_state import settle
from scheduler.services.changing.call_off import LONGEST_REASON, call_off, reason_stands, take_again, tell
from scheduler.services.changing.changes import keep_change, stood_with_its_series
from scheduler.services.conflicts import NotAsked, RulesBroken
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole


@dataclass(frozen=True)
class PauseSeries:
    """Every visit of a series that is still to come gives its time back, to be placed anew when it is resumed."""

    series_id: int
    reason: str


@dataclass(frozen=True)
class UndoPause:
    """Take a pause back, with the visits that it called off at their old times."""

    series_id: int


@dataclass(frozen=True)
class ResumeSeries:
    """The series runs again; its visits are to be placed from the clinic-local day `from_on` on."""

    series_id: int
    from_on: date
    reason: str


@dataclass(frozen=True)
class Paused:
    """The visits that were called off or taken back, or that are to be placed anew; where the series stands now.

    `change_id`: to take a resumption back by.
    """

    series_id: int
    series_status: SeriesStatus
    appointment_ids: tuple[int, ...]
    change_id: int | None = None


Outcome = Paused | Refused | NotFound


@whole
def pause_series(session: Session, command: PauseSeries, *, by: Viewer, now: datetime) -> Outcome:
    """Pause a running series: what is still to come gives its time back; what has begun stays, to be recorded."""
    series = locked_series(session, by.clinic_id, command.series_id)
    if isinstance(series, NotFound):
        return series
    stands = (*reason_stands(command.reason), refusal(series.status, SeriesStatus.ON_HOLD))
    if any(stands):
        return Refused(tuple(one for one in stands if one))
    rows = [row for row in appointments_of(session, series.id) if row.status in AWAITED and row.starts_at > now]
    call_off(session, rows, command.reason, now)
    series.status, series.ended_at = SeriesStatus.ON_HOLD, now
    series.ended_reason = command.reason.strip()[:LONGEST_REASON]
    return _done(session, series, rows, "pause", command.reason, "cancelled", by, now)


@whole
def undo_pause(session: Session, command: UndoPause, *, by: Viewer, now: datetime) -> Outcome:
    """Run a paused series again as if nothing had been: every visit it called off that lies ahead, or none."""
    series = locked_series(session, by.clinic_id, command.series_id)
    if isinstance(series, NotFound):
        return series
    if series.status != SeriesStatus.ON_HOLD:
        return Refused((NotAsked("undo", "This series is not paused."),))
    rows = [row for row in _paused(session, series) if row.starts_at > now]
    if rows and (conflicts := take_again(session, rows, by, now)):
        return Refused(conflicts)
    series.status, series.ended_at, series.ended_reason = SeriesStatus.ACTIVE, None, ""
    return _done(session, series, rows, "undo pause", "", "booked", by, now)


@whole
def resume_series(session: Session, command: ResumeSeries, *, by: Viewer, now: datetime) -> Outcome:
    """Let a paused series run again. Nothing is booked by it: the visits wait for new times from that day on."""
    series = locked_series(session, by.clinic_id, command.series_id)
    if isinstance(series, NotFound):
        return series
    today = wall(now, clinic_row(session, by.clinic_id).timezone).date()
    stands = [*reason_stands(command.reason)]
    if series.status != SeriesStatus.ON_HOLD:
        stands.append(NotAsked("resume", "This series is not paused."))
    if command.from_on < today:
        stands.append(RulesBroken("This day has passed. Choose today or a later day."))
    if stands:
        return Refused(tuple(stands))
    rows = _paused(session, series)
    was = stood_with_its_series(session, rows, series, Act.RESUME)
    for row in rows:
        row.departure, row.departed_at, row.not_before = Departure.DEFERRED, now, command.from_on
    series.status, series.ended_at, series.ended_reason = SeriesStatus.ACTIVE, None, ""
    series.latest_on = max(series.latest_on, command.from_on)
    done = _done(session, series, rows, "resume", command.reason, None, by, now)
    change = keep_change(session, was, series.patient_id, series, by=by, now=now)
    return replace(done, change_id=change.id)


def _paused(session: Session, series: Series) -> list[Appointment]:
    """The visits that the pause called off, as far as nothing else has been said of them since."""
    return [row for row in appointments_of(session, series.id) if row.step and row.departure is None
            and row.status == AppointmentStatus.CANCELLED and row.ended_at == series.ended_at]


def _done(session: Session, series: Series, rows: list[Appointment], verb: str, reason: str, why: str | None,
          by: Viewer, now: datetime) -> Paused:
    detail: dict = {"visits": [row.id for row in rows]} | ({"reason": reason.strip()} if reason.strip() else {})
    audit.record(session, by=by, verb=verb, subject="series", subject_id=series.id, patient_id=series.patient_id,
                 now=now, detail=detail)
    if why is not None:
        tell(session, rows, series.id, why, now)  # type: ignore[arg-type]
    return Paused(series.id, settle(session, series.id, now=now) or series.status, tuple(row.id for row in rows))
