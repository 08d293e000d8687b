"""Move one visit in place: the same appointment, one version up, at a time that keeps every rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import Appointment, Change, Clinic, Series
from scheduler.access import Viewer
from scheduler.planning.broken_rules import BrokenRule
from scheduler.planning.instants import instant, spoken
from scheduler.planning.lifecycle import AWAITED, LOST, AppointmentStatus, SeriesStatus, refusal
from scheduler.queries.occupied import resources_of
from scheduler.queries.visit_shapes import visit_shapes
from scheduler.services import audit
from scheduler.services.booking.locked import clinic_row, locked_appointment
from scheduler.services.booking.ordered import over_ordered
from scheduler.services.booking.promises import VisitPlace, move
from scheduler.services.booking.series_state import settle
from scheduler.services.changing.call_off import LONGEST_REASON
from scheduler.services.changing.changes import keep_change, keep_override, stood
from scheduler.services.changing.hand_picked import (
    HOURS,
    Wanted,
    chosen_of,
    options_at,
    picked,
    refused_for,
    what_stands,
)
from scheduler.services.conflicts import InThePast, NotAsked, RulesBroken, Stale
from scheduler.services.messages.owe_messages import OwedRow, owe_messages
from scheduler.services.refusal import Conflict, NotFound, Refused
from scheduler.services.whole import whole

WAITING = AWAITED | LOST
"""What can be given another time: a visit to come, kept ones too, and one that was called off or missed."""


@dataclass(frozen=True)
class MoveVisit:
    """Another time (clinic wall time) for one visit. `version` is the one that was looked at.

    Of the kinds that `resources` (kind to id) does not name, those that cost least are taken. A time that breaks a rule
    of the course is refused, unless whoever may set it aside gives an `override_reason`, which is kept with the series
    and in the audit trail. Hours and occupancy are never set aside.
    """

    appointment_id: int
    version: int
    wall_start: datetime
    resources: Mapping[str, int] | None = None
    override_reason: str = ""


@dataclass(frozen=True)
class Moved:
    """The visit's new version and instant, the rules set aside, the messages owed now, and the change to undo it by."""

    appointment_id: int
    version: int
    starts_at: datetime
    messages: tuple[OwedRow, ...]
    change_id: int
    set_aside: tuple[BrokenRule, ...] = ()


@whole
def move_visit(session: Session, command: MoveVisit, *, by: Viewer, now: datetime) -> Moved | Refused | NotFound:
    """Move one visit while the rest of its series stays. Use it inside `booking(database, now=…)`."""
    row = locked_appointment(session, by.clinic_id, command.appointment_id)
    if isinstance(row, NotFound):
        return row
    if stands := stands_in_the_way(session, row, command.version):
        return Refused(stands)
    clinic = clinic_row(session, by.clinic_id)
    if stands := time_stands(session, clinic, row, command, now):
        return Refused(stands)
    series = session.get(Series, row.series_id) if row.series_id else None
    was, audited = stood(session, [row], series), {"from": row.starts_at.isoformat(), "status": str(row.status)}
    broken = _move(session, clinic, row, command, by, now)
    if isinstance(broken, Refused):
        return broken
    if series is not None:
        series.latest_on = max(series.latest_on, row.starts_on)
    settle(session, row.series_id, now=now)
    messages = owe_messages(session, clinic_id=clinic.id, patient_id=row.patient_id, appointment_ids=[row.id],
                            series_id=row.series_id, now=now, why="changed")
    change = keep_change(session, was, row.patient_id, series, by=by, now=now)
    keep_override(session, change, row, broken, command.override_reason, by=by, now=now)
    audit.record(session, by=by, verb="reschedule", subject="appointment", subject_id=row.id,
                 patient_id=row.patient_id, now=now, detail=audited | _detail(row, command, broken, change))
    session.flush()
    return Moved(row.id, row.version, row.starts_at, messages, change.id, broken)


def _detail(row: Appointment, command: MoveVisit, broken: tuple[BrokenRule, ...], change: Change) -> dict:
    detail: dict = {"to": row.starts_at.isoformat(), "change": change.id}
    if reason := command.override_reason.strip():
        detail |= {"reason": reason[:LONGEST_REASON], "set aside": [f"{one.rule}: {one.step}" for one in broken]}
    return detail


def stands_in_the_way(session: Session, row: Appointment, version: int) -> tuple[Conflict, ...]:
    """Why this appointment, as it was looked at, cannot be given another time."""
    if row.version != version:
        return (Stale(row.id),)
    if row.status not in WAITING:
        refused = refusal(row.status, AppointmentStatus.BOOKED)
        return (refused or NotAsked("reschedule", "Take the record of this visit back before you move it."),)
    series = session.get(Series, row.series_id) if row.series_id else None
    if series is not None and series.status not in (SeriesStatus.ACTIVE, SeriesStatus.COMPLETED):
        return (NotAsked("reschedule", "This series does not run. Resume it, or take the stop back, first."),)
    return ()


def time_stands(session: Session, clinic: Clinic, row: Appointment, command: MoveVisit,
                now: datetime) -> tuple[Conflict, ...]:
    """Why this time cannot even be asked for: it is the visit's own, has passed, or is more than was ordered."""
    had, = resources_of(session, [row.id])
    here = command.wall_start == row.wall_start and row.status == AppointmentStatus.BOOKED
    if here and (command.resources or {}).items() <= had.items():
        return (NotAsked("reschedule", "The visit is at this time already."),)
    if instant(command.wall_start, clinic.timezone) <= now:
        return (InThePast(),)
    return over_ordered(session, [row])


def _move(session: Session, clinic: Clinic, row: Appointment, command: MoveVisit, by: Viewer,
          now: datetime) -> tuple[BrokenRule, ...] | Refused:
    """Move it and give the rules that were set aside, or say why not. Who was chosen and is taken the claims name."""
    one = picked(session, clinic, row, Wanted(command.wall_start, command.resources or {}), now=now)
    if conflicts := refused_for(one.broken, command.override_reason, by):
        return Refused(conflicts)
    chosen, kinds = one.wanted.resources, visit_shapes(session, clinic.id, [row.visit_type_id])[row.visit_type_id].kinds
    everything = set(kinds) <= set(chosen)
    if not everything:
        _, options = options_at(session, clinic, one, now=now)
        if not options:
            return Refused(what_stands(session, clinic, one, now=now))
        chosen = chosen_of(options[0])
    place = VisitPlace(row.visit_type_id, command.wall_start, chosen, row.step, row.ordinal)
    if conflicts := move(session, clinic, [(row, place)], now=now):
        return Refused(conflicts)
    if everything and not options_at(session, clinic, one, now=now, everything=True)[1]:
        return Refused((RulesBroken(HOURS.format(when=spoken(command.wall_start)), row.step),))
    return one.broken
