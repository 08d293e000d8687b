"""Move one visit in place: the same appointment, one version up, at a time that keeps every rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from models import Appointment, Clinic, Series
from scheduler.access import Viewer
from scheduler.planning.instants import instant
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus, refusal
from scheduler.planning.single_visit import StartOption, starts_of
from scheduler.queries.planning_calendar import Without, number
from scheduler.services import audit
from scheduler.services.claim_again import resources_of
from scheduler.services.conflicts import InThePast, NobodyFree, NotAsked, RulesBroken, Stale
from scheduler.services.free_times import asked_to_move
from scheduler.services.legality import pin
from scheduler.services.locked import clinic_row, locked_appointment
from scheduler.services.ordered import over_ordered
from scheduler.services.owe_messages import OwedRow, owe_messages
from scheduler.services.promises import VisitPlace, move
from scheduler.services.refusal import Conflict, NotFound, Refused
from scheduler.services.series_problem import Asked, problem_for
from scheduler.services.series_state import settle
from scheduler.services.standing import any_distance
from scheduler.services.whole import whole

WAITING = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW})
"""What can be given another time: a visit to come, and one that was called off or missed."""
RULES = ("At this time the visit does not keep the protocol's days, the hours of the clinic and of those it needs, "
         "or what the patient asked for. Choose one of the times that are offered, or say why it has to be this one.")


@dataclass(frozen=True)
class MoveVisit:
    """Another time (clinic wall time) for one visit. `version` is the one that was looked at.

    Without `resources` (kind to id) those that cost least are taken. With `override_reason`, which the audit trail
    keeps, the protocol's distances are not asked; hours and occupancy always are.
    """

    appointment_id: int
    version: int
    wall_start: datetime
    resources: Mapping[str, int] | None = None
    override_reason: str = ""


@dataclass(frozen=True)
class Moved:
    """The visit's new version and instant, and the messages owed now."""

    appointment_id: int
    version: int
    starts_at: datetime
    messages: tuple[OwedRow, ...]


@whole
def move_visit(session: Session, command: MoveVisit, *, by: Viewer, now: datetime) -> Moved | Refused | NotFound:
    """Move one visit while the rest of its series stays. Use it inside `booking(database, now=…)`."""
    row = locked_appointment(session, by.clinic_id, command.appointment_id)
    if isinstance(row, NotFound):
        return row
    if stands := stands_in_the_way(session, row, command.version):
        return Refused(stands)
    clinic = clinic_row(session, by.clinic_id)
    if stands := _time_stands(session, clinic, row, command, now):
        return Refused(stands)
    before = {"from": row.starts_at.isoformat(), "status": str(row.status)}
    if refused := _move(session, clinic, row, command, now):
        return refused
    settle(session, row.series_id, now=now)
    messages = owe_messages(session, clinic_id=clinic.id, patient_id=row.patient_id, appointment_ids=[row.id],
                            series_id=row.series_id, now=now, why="changed")
    detail = {**before, "to": row.starts_at.isoformat()}
    if command.override_reason.strip():
        detail["reason"] = command.override_reason.strip()
    audit.record(session, by=by, verb="reschedule", subject="appointment", subject_id=row.id,
                 patient_id=row.patient_id, now=now, detail=detail)
    session.flush()
    return Moved(row.id, row.version, row.starts_at, messages)


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


def _time_stands(session: Session, clinic: Clinic, row: Appointment, command: MoveVisit,
                 now: datetime) -> tuple[Conflict, ...]:
    here = command.wall_start == row.wall_start and row.status == AppointmentStatus.BOOKED
    if here and command.resources in (None, resources_of(session, [row.id])[0]):
        return (NotAsked("reschedule", "The visit is at this time already."),)
    if instant(command.wall_start, clinic.timezone) <= now:
        return (InThePast(),)
    return over_ordered(session, [row])


def _move(session: Session, clinic: Clinic, row: Appointment, command: MoveVisit, now: datetime) -> Refused | None:
    """Move it, or say why not. Who was chosen and is taken is named by the claims, before any rule is asked."""
    asked = asked_to_move(session, clinic, row, now=now, latest_on=command.wall_start.date())
    if command.override_reason.strip() and row.step:
        asked = replace(asked, terms=replace(asked.terms, steps=any_distance(asked.terms.steps, row.step)))
    rules_alone = replace(asked, without=Without(everything=True))
    chosen = command.resources
    if chosen is None:
        options = _options(session, clinic, row, asked, command, now)
        if not options:
            kept = _options(session, clinic, row, rules_alone, command, now)
            return Refused((NobodyFree(command.wall_start, row.step) if kept else RulesBroken(RULES, row.step),))
        chosen = {kind: number(word) for kind, word in options[0].resources.items()}
    place = VisitPlace(row.visit_type_id, command.wall_start, chosen, row.step, row.ordinal)
    if conflicts := move(session, clinic, [(row, place)], now=now):
        return Refused(conflicts)
    if command.resources and not _options(session, clinic, row, rules_alone, command, now):
        return Refused((RulesBroken(RULES, row.step),))
    return None


def _options(session: Session, clinic: Clinic, row: Appointment, asked: Asked, command: MoveVisit,
             now: datetime) -> tuple[StartOption, ...]:
    problem = problem_for(session, clinic, asked, now=now)
    step = next(one.id for one in problem.series.steps if not one.fixed)
    wanted = VisitPlace(row.visit_type_id, command.wall_start, command.resources or {}, step, row.ordinal)
    return starts_of(problem.index, problem.series, problem.calendar.weights, restrict=pin(problem.restrict, [wanted]))
