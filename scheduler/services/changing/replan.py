"""Place a series anew around what happened: cancelled and missed visits get a time, later ones may give way.

First a preview, which writes nothing; then the same preview is applied, if the series is still as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Series
from scheduler.access import Viewer
from scheduler.planning.documents import InOneLine
from scheduler.planning.instants import wall
from scheduler.planning.lifecycle import AWAITED, AppointmentStatus, SeriesStatus, wants_time
from scheduler.planning.plans import SeriesPlan
from scheduler.planning.series_planner import plan_series
from scheduler.queries.changes import fingerprint
from scheduler.queries.occupied import resources_of
from scheduler.services.booking.locked import appointments_of, clinic_row
from scheduler.services.booking.no_room import later_ends, step_label
from scheduler.services.booking.offered_plans import offered_plan
from scheduler.services.booking.offers import ByHand, CostPart, OfferedPlan, OfferedResource, OfferedVisit
from scheduler.services.booking.plan_series import BEST, SECONDS, SECONDS_OUT, after
from scheduler.services.booking.series_problem import Asked, Problem, problem_for
from scheduler.services.booking.standing import Movable, asked_of
from scheduler.services.booking.wishes import Away
from scheduler.services.conflicts import NotAsked
from scheduler.services.refusal import NotFound, Refused


@dataclass(frozen=True)
class ReplanSeries(InOneLine):
    """Place a series anew. `appointment_ids`: the cancelled or missed visits that get a time; empty: all of them.

    `by_hand`: visits set to a time; `away`: when else the patient cannot come; `latest_on`: how far it may reach;
    `beyond`: steps that may lie further from the ones before than the protocol allows, for which a reason is asked;
    `all_lost` False: no lost visit gets a time but those named.
    """

    document_name = "replan"

    series_id: int
    appointment_ids: tuple[int, ...] = ()
    by_hand: tuple[ByHand, ...] = ()
    away: tuple[Away, ...] = ()
    latest_on: date | None = None
    beyond: tuple[str, ...] = ()
    all_lost: bool = True


@dataclass(frozen=True)
class PreviewMove:
    """One visit that gets another place. `before` is None for one that had lost its place."""

    appointment_id: int
    status: AppointmentStatus
    before: datetime | None
    """Clinic wall time."""
    resources_before: tuple[OfferedResource, ...]
    after: OfferedVisit


@dataclass(frozen=True)
class ReplanPreview:
    """What moves, from where to where, and what that costs in words. `fingerprint` goes back with `ApplyReplan`."""

    command: ReplanSeries
    moves: tuple[PreviewMove, ...]
    staying: int
    plan: OfferedPlan
    cost_parts: tuple[CostPart, ...]
    fingerprint: str


@dataclass(frozen=True)
class ReplanWayOut:
    """One thing that makes room if it is given up."""

    sentence: str
    command: ReplanSeries


@dataclass(frozen=True)
class NoReplan:
    """Nothing fits, and the ways out."""

    command: ReplanSeries
    sentence: str
    ways_out: tuple[ReplanWayOut, ...]


@dataclass(frozen=True)
class Standpoint:
    """A series as it stands, with what is asked about it."""

    series: Series
    rows: Sequence[Appointment]
    movable: Movable
    asked: Asked


def preview_replan(session: Session, command: ReplanSeries, *, by: Viewer, now: datetime,
                   ways_out: bool = True) -> ReplanPreview | NoReplan | Refused | NotFound:
    """What a new plan of the rest of a series would move. Writes nothing. `ways_out` False: none are looked for."""
    clinic = clinic_row(session, by.clinic_id)
    series = session.scalar(select(Series).where(Series.id == command.series_id, Series.clinic_id == clinic.id))
    if series is None:
        return NotFound("series")
    here = standpoint(session, clinic, series, command, now)
    if isinstance(here, Refused):
        return here
    problem = problem_for(session, clinic, here.asked, now=now)
    plan = plan_series(problem.index, problem.series, problem.calendar.weights, restrict=problem.restrict,
                       late=after(SECONDS))
    if not isinstance(plan, SeriesPlan):
        return _no_replan(session, clinic, series, command, problem, now, ways_out)
    return _preview(session, command, here, problem, plan)


def standpoint(session: Session, clinic: Clinic, series: Series, command: ReplanSeries,
               now: datetime) -> Standpoint | Refused:
    """Which visits of the series stay, which get a time and which may give way; or why nothing can be planned."""
    if series.status not in (SeriesStatus.ACTIVE, SeriesStatus.COMPLETED):
        return Refused((NotAsked("reschedule", "This series does not run. Resume it, or take the stop back, first."),))
    rows = appointments_of(session, series.id)
    lost = {row.id: row for row in rows if row.step and wants_time(row.status, row.departure)}
    wanted = set(command.appointment_ids) or (set(lost) if command.all_lost else set())
    if not wanted <= set(lost):
        return Refused((NotAsked("reschedule", "Only visits that were cancelled or missed are placed anew."),))
    first = min((lost[id_].ordinal for id_ in wanted), default=0)
    later = {row.step for row in rows
             if row.step and row.status in AWAITED and row.starts_at > now and row.ordinal >= first}
    later |= {one.step for one in command.by_hand}
    movable = Movable(frozenset(str(lost[id_].step) for id_ in wanted), frozenset(step for step in later if step))
    if not movable.placed_anew and not movable.giving_way:
        return Refused((NotAsked("reschedule", "Nothing of this series is left to be placed."),))
    asked = asked_of(session, clinic, series, rows, movable, now=now, by_hand=command.by_hand,
                     latest_on=command.latest_on, away=command.away, beyond=command.beyond,
                     notice=timedelta(hours=clinic.notice_hours))
    return Standpoint(series, rows, movable, asked)


def _preview(session: Session, command: ReplanSeries, here: Standpoint, problem: Problem,
             plan: SeriesPlan) -> ReplanPreview:
    offered = offered_plan(problem, plan, BEST, "", command.by_hand)
    by_step = {row.step: row for row in here.rows if row.step}
    had = dict(zip(by_step, resources_of(session, [row.id for row in by_step.values()]), strict=True))
    moves = tuple(
        PreviewMove(by_step[visit.step].id, by_step[visit.step].status,
                    by_step[visit.step].wall_start if had[visit.step] else None,
                    _named(problem.calendar.names, had[visit.step]), _numbered(visit, here.rows, by_step))
        for visit in offered.visits if _changes(by_step[visit.step], had[visit.step], visit))
    staying = len(here.asked.terms.steps) - len(moves)
    return ReplanPreview(command, moves, staying, offered, offered.cost_parts, fingerprint(here.series, here.rows))


def _numbered(visit: OfferedVisit, rows: Sequence[Appointment], by_step: Mapping[str, Appointment]) -> OfferedVisit:
    """The visit with the ordinal of its row: steps that were given up keep their numbers."""
    return replace(visit, ordinal=by_step[visit.step].ordinal)


def _changes(row: Appointment, had: Mapping[str, int], visit: OfferedVisit) -> bool:
    return not had or row.wall_start != visit.wall_start or had != {one.kind: one.id for one in visit.resources}


def _named(names: Mapping[str, str], had: Mapping[str, int]) -> tuple[OfferedResource, ...]:
    return tuple(OfferedResource(kind, id_, names.get(f"r{id_}", "")) for kind, id_ in had.items())


def _no_replan(session: Session, clinic: Clinic, series: Series, command: ReplanSeries, problem: Problem,
               now: datetime, ways_out: bool) -> NoReplan:
    found = []
    late = after(SECONDS_OUT)
    for sentence, changed in _changed(command, problem) if ways_out else ():
        if changed.beyond != command.beyond and any(way.command.beyond != command.beyond for _, way in found):
            continue
        here = standpoint(session, clinic, series, changed, now)
        if late() or isinstance(here, Refused):
            break
        other = problem_for(session, clinic, here.asked, now=now)
        plan = plan_series(other.index, other.series, other.calendar.weights, restrict=other.restrict, late=late)
        if isinstance(plan, SeriesPlan):
            found.append((plan.cost.total, ReplanWayOut(sentence, changed)))
    found.sort(key=lambda one: one[0])
    today, last = wall(now, clinic.timezone), problem.series.latest
    return NoReplan(command, f"The rest of the series finds no room between {today.day} {today:%b %Y} "
                    f"and {last.day} {last:%b %Y}.", tuple(way for _, way in found[:2]))


def _changed(command: ReplanSeries, problem: Problem) -> list[tuple[str, ReplanSeries]]:
    """Each thing that could be given up, alone, and the command without it."""
    changes = []
    if command.by_hand:
        changes.append(("Let the visits set by hand be planned again.", replace(command, by_hand=())))
    if command.away:
        changes.append(("Come at the times that were excluded after all.", replace(command, away=())))
    lost = tuple(step.id for step in problem.series.steps if step.current is None)
    if lost and not command.beyond:
        name = step_label(problem.terms, lost[0])
        changes.append((f"Let {name} come later than the protocol allows; a reason is asked for.",
                        replace(command, beyond=lost[:1])))
    if len(lost) > 1 and set(command.beyond) != set(lost):
        changes.append((f"Let {len(lost)} visits come later than the protocol allows; a reason is asked for.",
                        replace(command, beyond=lost)))
    return [*changes, *((sentence, replace(command, latest_on=end))
                        for sentence, end in later_ends(problem.series.latest))]
