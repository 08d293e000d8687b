"""One plan for every course that a closure, an absence or a breakdown has hit. A preview: nothing is written."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Appointment, Clinic
from scheduler.access import Viewer
from scheduler.planning.instants import instant
from scheduler.planning.many.board import placed
from scheduler.planning.plans import SeriesPlan
from scheduler.planning.scenario import Booking, Scenario, Series
from scheduler.planning.series_planner import plan_series
from scheduler.planning.several import calendar_for, index_of, plan_all
from scheduler.planning.why_not import why_not
from scheduler.queries.occupied import resources_of
from scheduler.queries.planning_calendar import number
from scheduler.queries.visits import VisitRow, visits
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.changing.hand_picked import labels_of
from scheduler.services.outages.batch_parts import Part, PlanBatch, parts_of
from scheduler.services.outages.batch_scenario import BatchProblem, batch_problem
from scheduler.services.outages.batch_shapes import BatchMove, BatchPlan, PlannedPart, Unplaced

SECONDS, SECONDS_A_COURSE = 4.5, 0.08
"""How long the planner may take for all courses: so long, and more for each; the best plan found by then is shown."""
SHARE_AGAIN = 0.5
"""How long of that it may take again, where courses found no room and keep the places of theirs that were not hit."""
SECONDS_WHY = 1.5
"""How long it may look for the reasons."""
ROUNDS = 3
TOO_LONG = "No plan was found in the time there was. Plan it by itself on the page of its series."
BESIDE = ("It fits by itself, but not beside the others: with the courses that stay where they are, no place is left. "
          "Move it by hand, or apply this plan and look again.")


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
               seconds: float | None = None) -> BatchPlan:
    """Plan every hit course together, within so many seconds (None: `seconds_for` so many courses)."""
    began = time.monotonic()
    clinic = clinic_row(session, by.clinic_id)
    parts, out = parts_of(session, clinic, command, now=now)
    ids = [row.id for part in parts for row in part.rows] + [id_ for one in out for id_ in one.hit]
    rows = {row.id: row for row in visits(session, clinic.id, Appointment.id.in_(ids))} if ids else {}
    left_out = tuple(Unplaced(one.key, rows[one.hit[0]], None, tuple(rows[id_] for id_ in one.hit), one.sentence)
                     for one in out)
    if not parts:
        return BatchPlan(command, (), (), left_out, True, 0.0)
    seconds = seconds_for(len(parts)) if seconds is None else seconds
    problem, found, optimal = _apart(session, clinic, parts, now, seconds) if command.apart else \
        _placed(session, clinic, parts, now, seconds)
    words = _Words(problem, parts, rows)
    planned = tuple(_planned(session, part, found[part.key], rows, words, clinic.timezone)
                    for part in parts if part.key in found)
    why = _left(SECONDS_WHY)
    unplaced = tuple(Unplaced(part.key, rows[part.urgency[0].visit_id], part.urgency[0],
                              tuple(rows[id_] for id_ in part.hit), words.sentence(part, _why(problem, part, why)))
                     for part in parts if part.key not in found)
    return BatchPlan(command, planned, unplaced, left_out, optimal, time.monotonic() - began)


def seconds_for(courses: int) -> float:
    """How long planning so many courses together may take."""
    return SECONDS + SECONDS_A_COURSE * courses


def _placed(session: Session, clinic: Clinic, parts: Sequence[Part], now: datetime,
            seconds: float) -> tuple[BatchProblem, dict[str, SeriesPlan], bool]:
    """The problem of all parts, and the plans by key; whether they are proved to be the best.

    A course that finds no room stays where it is, with everything of it that was not hit: the others are planned again
    around that, until every one of them has a place that nobody keeps. Where the time does not reach for that, every
    course is placed by itself: never are fewer placed than so.
    """
    whole = problem = batch_problem(session, clinic, parts, now=now)
    trying, proved = list(parts), True
    for at in range(ROUNDS):
        left = _left(seconds * SHARE_AGAIN if at else seconds)
        schedule = plan_all(problem.scenario, index_of(problem.scenario), left)
        proved = proved and schedule.optimal
        found = {plan.series: plan for plan in schedule.planned}
        if len(found) == len(trying):
            break
        trying = [part for part in trying if part.key in found]
        if not trying or not all(one.proved for one in schedule.unplanned):
            found = {}
            break
        problem = batch_problem(session, clinic, trying, now=now)
    else:
        found = {}
    if len(found) == len(parts) or proved:
        return whole, found, proved
    alone = _one_by_one(whole.scenario, _left(seconds))
    return (whole, alone, False) if len(alone) > len(found) else (whole, found, proved)


def _apart(session: Session, clinic: Clinic, parts: Sequence[Part], now: datetime,
           seconds: float) -> tuple[BatchProblem, dict[str, SeriesPlan], bool]:
    """Every course by itself: none needs a place that another one has to give up first."""
    problem = batch_problem(session, clinic, parts, now=now, apart=True)
    return problem, _one_by_one(problem.scenario, _left(seconds)), False


def _one_by_one(scenario: Scenario, left: Callable[[], float]) -> dict[str, SeriesPlan]:
    """Every course by itself, the most urgent first, beside all places that the others have now and are offered."""
    now_at = {series.id: [Booking(series.patient, step.visit_type, step.current.start, step.current.resources)
                          for step in series.steps if step.current] for series in scenario.series}
    taken = index_of(scenario).also(one for places in now_at.values() for one in places)
    found: dict[str, SeriesPlan] = {}
    for series in scenario.series:
        others, own = taken.also((), without=now_at[series.id]), series
        for _ in range(ROUNDS):
            plan = plan_series(others, own, scenario.weights, late=lambda: left() <= 0)
            if not isinstance(plan, SeriesPlan) or not (spans := _over_own(scenario, own, plan)):
                break
            own = replace(own, unavailable=tuple(sorted({*own.unavailable, *spans})))
        if isinstance(plan, SeriesPlan):
            found[series.id] = plan
            taken = taken.also(new for new in placed(series, plan) if new not in now_at[series.id])
    return found


def _over_own(scenario: Scenario, series: Series, plan: SeriesPlan) -> set[tuple[datetime, datetime]]:
    """The times of the series' visits, as they stand, over which one that moves would lie: both cannot be kept."""
    length = {step.id: timedelta(minutes=scenario.visit_types[step.visit_type].minutes) for step in series.steps}
    stands = {step.id: step.current.start for step in series.steps if step.current and not step.fixed}
    return {(at, at + length[step]) for one in plan.visits if one.start != stands.get(one.step)
            for step, at in stands.items() if at < one.start + length[one.step] and one.start < at + length[step]}


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

