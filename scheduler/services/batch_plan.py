"""One plan for every course that a closure, an absence or a breakdown has hit. A preview: nothing is written."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from sqlalchemy.orm import Session

from models import Appointment, Clinic
from scheduler.access import Viewer
from scheduler.planning.instants import instant
from scheduler.planning.plans import SeriesPlan
from scheduler.planning.series_planner import plan_series
from scheduler.planning.several import calendar_for, index_of, plan_all
from scheduler.planning.urgency import Urgency
from scheduler.planning.why_not import why_not
from scheduler.queries.planning_calendar import number
from scheduler.queries.visits import VisitRow, visits
from scheduler.services.batch_parts import Part, PlanBatch, parts_of
from scheduler.services.batch_scenario import BatchProblem, batch_problem
from scheduler.services.claim_again import resources_of
from scheduler.services.hand_picked import labels_of
from scheduler.services.locked import clinic_row
from scheduler.services.promises import VisitPlace

SECONDS = 4.5
"""How long the planner may take for all courses; the best plan found by then is shown."""
SECONDS_AGAIN = 2.0
"""How long it may take again, where courses found no room and keep the places of theirs that were not hit."""
SECONDS_WHY = 1.5
"""How long it may look for the reasons."""
ROUNDS = 3
TOO_LONG = "No plan was found in the time there was. Plan it by itself on the page of its series."
BESIDE = ("It fits by itself, but not beside the others: with the courses that stay where they are, no place is left. "
          "Move it by hand, or apply this plan and look again.")


@dataclass(frozen=True)
class BatchMove:
    """One visit that gets another place; `hit` False: it gives way so that the course keeps its distances."""

    visit: VisitRow
    hit: bool
    before: datetime
    after: datetime
    """Clinic wall times."""
    starts_at: datetime
    resources: tuple[str, ...]

    @property
    def days(self) -> int:
        """By how many calendar days it moves; negative where it comes earlier."""
        return (self.after.date() - self.before.date()).days


@dataclass(frozen=True)
class PlannedPart:
    """One course with its new places. `places` are those of every visit that was free to move, moved or not."""

    key: str
    visit: VisitRow
    """The most urgent of its hit visits."""
    urgency: Urgency
    hit: int
    moves: tuple[BatchMove, ...]
    places: tuple[VisitPlace, ...]
    fingerprint: str


@dataclass(frozen=True)
class Unplaced:
    """One course that finds no room, or was left out, with why."""

    key: str
    visit: VisitRow
    urgency: Urgency | None
    hit: tuple[VisitRow, ...]
    sentence: str


@dataclass(frozen=True)
class BatchPlan:
    """The whole plan with its totals. `optimal`: proved that no plan is better by the clinic's weights."""

    command: PlanBatch
    parts: tuple[PlannedPart, ...]
    unplaced: tuple[Unplaced, ...]
    left_out: tuple[Unplaced, ...]
    optimal: bool
    seconds: float

    @property
    def moves(self) -> tuple[BatchMove, ...]:
        """Everything that moves."""
        return tuple(move for part in self.parts for move in part.moves)

    @property
    def hit_moved(self) -> int:
        """How many hit visits get a new place."""
        return sum(move.hit for move in self.moves)

    @property
    def giving_way(self) -> int:
        """How many visits move that were not hit themselves."""
        return len(self.moves) - self.hit_moved

    @property
    def same_day(self) -> int:
        """How many of the moves stay on their day."""
        return sum(move.days == 0 for move in self.moves)

    @property
    def middle_days(self) -> int:
        """By how many days the moves go, in the middle."""
        return round(median(abs(move.days) for move in self.moves)) if self.moves else 0

    @property
    def most_days(self) -> int:
        """By how many days the farthest move goes."""
        return max((abs(move.days) for move in self.moves), default=0)


def hit_courses(session: Session, command: PlanBatch, *, by: Viewer, now: datetime) -> tuple[Unplaced, ...]:
    """Every course that is hit, the most urgent first, and then those left out: what there is to plan."""
    clinic = clinic_row(session, by.clinic_id)
    parts, out = parts_of(session, clinic, command, now=now)
    ids = [id_ for one in (*parts, *out) for id_ in one.hit]
    rows = {row.id: row for row in visits(session, clinic.id, Appointment.id.in_(ids))} if ids else {}
    return (*(Unplaced(part.key, rows[part.urgency[0].visit_id], part.urgency[0],
                       tuple(rows[id_] for id_ in part.hit), "") for part in parts),
            *(Unplaced(one.key, rows[one.hit[0]], None, tuple(rows[id_] for id_ in one.hit), one.sentence)
              for one in out))


def plan_batch(session: Session, command: PlanBatch, *, by: Viewer, now: datetime,
               seconds: float = SECONDS) -> BatchPlan:
    """Plan every hit course together, within so many seconds."""
    began = time.monotonic()
    clinic = clinic_row(session, by.clinic_id)
    parts, out = parts_of(session, clinic, command, now=now)
    ids = [row.id for part in parts for row in part.rows] + [id_ for one in out for id_ in one.hit]
    rows = {row.id: row for row in visits(session, clinic.id, Appointment.id.in_(ids))} if ids else {}
    left_out = tuple(Unplaced(one.key, rows[one.hit[0]], None, tuple(rows[id_] for id_ in one.hit), one.sentence)
                     for one in out)
    if not parts:
        return BatchPlan(command, (), (), left_out, True, 0.0)
    problem, found, optimal = _placed(session, clinic, parts, now, seconds)
    words = _Words(problem, parts, rows)
    planned = tuple(_planned(session, part, found[part.key], rows, words, clinic.timezone)
                    for part in parts if part.key in found)
    why = _left(SECONDS_WHY)
    unplaced = tuple(Unplaced(part.key, rows[part.urgency[0].visit_id], part.urgency[0],
                              tuple(rows[id_] for id_ in part.hit), words.sentence(part, _why(problem, part, why)))
                     for part in parts if part.key not in found)
    return BatchPlan(command, planned, unplaced, left_out, optimal, time.monotonic() - began)


def _placed(session: Session, clinic: Clinic, parts: Sequence[Part], now: datetime,
            seconds: float) -> tuple[BatchProblem, dict[str, SeriesPlan], bool]:
    """The problem of all parts, and the plans by key; whether they are proved to be the best.

    A course that finds no room stays where it is, with everything of it that was not hit: the others are planned again
    around that, until every one of them has a place that nobody keeps.
    """
    whole = problem = batch_problem(session, clinic, parts, now=now)
    trying, proved = list(parts), True
    for at in range(ROUNDS):
        schedule = plan_all(problem.scenario, index_of(problem.scenario), _left(SECONDS_AGAIN if at else seconds))
        proved = proved and schedule.optimal
        found = {plan.series: plan for plan in schedule.planned}
        if len(found) == len(trying):
            return whole, found, proved
        trying = [part for part in trying if part.key in found]
        if not trying:
            return whole, {}, proved
        problem = batch_problem(session, clinic, trying, now=now)
    return whole, {}, False


def _why(problem: BatchProblem, part: Part, left: Callable[[], float]) -> str:
    """What leaves this course no place: a rule by itself, or the other courses."""
    scenario = problem.scenario
    series = next(one for one in scenario.series if one.id == part.key)
    if left() <= 0:
        return TOO_LONG
    calendar = calendar_for(scenario, index_of(scenario), series)
    alone = plan_series(calendar, series, scenario.weights, late=lambda: left() <= 0)
    if isinstance(alone, SeriesPlan):
        return BESIDE
    return why_not(calendar, series, scenario.weights, late=lambda: left() <= 0).sentence if alone.proved else TOO_LONG


def _left(seconds: float) -> Callable[[], float]:
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


@dataclass(frozen=True)
class _Words:
    """The planner's words for people."""

    problem: BatchProblem
    parts: tuple[Part, ...]
    rows: Mapping[int, VisitRow] = field(repr=False)

    def sentence(self, part: Part, said: str) -> str:
        """Why there is no place, with names in place of the planner's words."""
        known = {**self.problem.names,
                 **(labels_of(part.asked.terms.steps) if part.series else {part.asked.terms.steps[0].id: "the visit"})}
        return re.sub(r"[\w-]+", lambda found: known.get(found.group(), found.group()), said)


def _planned(session: Session, part: Part, plan: SeriesPlan, rows: Mapping[int, VisitRow], words: _Words,
             timezone: str) -> PlannedPart:
    by_step = part.by_step
    free = [visit for visit in plan.visits if visit.step in by_step]
    had = dict(zip((visit.step for visit in free),
                   resources_of(session, [by_step[visit.step].id for visit in free]), strict=True))
    moves, places = [], []
    for visit in sorted(free, key=lambda one: one.start):
        row = by_step[visit.step]
        new = {kind: number(word) for kind, word in visit.resources.items()}
        places.append(VisitPlace(row.visit_type_id, visit.start, new, visit.step, row.ordinal))
        if row.wall_start != visit.start or had[visit.step] != new:
            names = tuple(words.problem.calendar.names[word] for word in visit.resources.values())
            moves.append(BatchMove(rows[row.id], row.id in part.hit, row.wall_start, visit.start,
                                   instant(visit.start, timezone), names))
    return PlannedPart(part.key, rows[part.urgency[0].visit_id], part.urgency[0], len(part.hit), tuple(moves),
                       tuple(places), part.fingerprint)

