"""Whether places that come in from outside are a plan of these terms: every step once, in time, keeping every rule.

The rules are asked of the planner, each visit pinned to its place. Whether the times are free is the claims' to say, so
the calendar is read without bookings here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from models import Clinic
from scheduler.planning.instants import instant, spoken
from scheduler.planning.plans import Restriction, SeriesPlan
from scheduler.planning.scenario import Series
from scheduler.planning.series_planner import plan_series
from scheduler.queries.planning_calendar import PlanningCalendar, Without, resource_word
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.booking.series_problem import Asked, Problem, Standing, problem_for
from scheduler.services.booking.terms import Terms
from scheduler.services.conflicts import InThePast, RulesBroken
from scheduler.services.refusal import Refused

NOT_THESE_STEPS = "This plan was made for another number of visits, or the protocol has changed since. Plan it again."
GAPS = "These visits do not keep the days that the protocol asks for between them. Plan them again."


def refuse_shape(clinic: Clinic, terms: Terms, places: Sequence[VisitPlace], *, now: datetime,
                 standing: Mapping[str, Standing] | None = None) -> Refused | None:
    """None where there is a place to come for every step; asked before anything is claimed. Fixed steps need none."""
    fixed = _fixed(standing)
    asked = [(step.id, step.visit_type_id) for step in terms.steps if step.id not in fixed]
    if sorted((place.step or "", place.visit_type_id) for place in places) != sorted(asked):
        return Refused((RulesBroken(NOT_THESE_STEPS),))
    if any(instant(place.wall_start, clinic.timezone) <= now for place in places):
        return Refused((InThePast(),))
    return None


def refuse_rules(session: Session, clinic: Clinic, patient_id: int, terms: Terms, places: Sequence[VisitPlace], *,
                 now: datetime, standing: Mapping[str, Standing] | None = None,
                 calendar: PlanningCalendar | None = None) -> Refused | None:
    """None where the places keep every rule. Many at once may hand in one calendar, read without bookings.

    Asked after they are claimed: a time that is taken, the common case where many want the same, is then refused
    without a search, and the caller undoes its claims where a rule is broken.
    """
    asked = Asked(patient_id, terms, standing=_fixed(standing), without=Without(everything=True))
    problem = problem_for(session, clinic, asked, now=now, calendar=calendar)
    pinned = pin(problem.restrict, places)
    if _keeps(problem, problem.series, pinned):
        return None
    return Refused(_alone(problem, places, pinned) or (RulesBroken(GAPS),))


def _fixed(standing: Mapping[str, Standing] | None) -> dict[str, Standing]:
    return {step: one for step, one in (standing or {}).items() if one.fixed}


def pin(restrict: Restriction, places: Sequence[VisitPlace]) -> Restriction:
    """The restriction under which every visit is exactly where its place says, or nowhere."""
    starts = {place.step: frozenset({place.wall_start}) for place in places}
    for step, asked in restrict.starts.items():
        starts[step] = starts.get(step, asked) & asked
    words = {place.step: {kind: resource_word(id_) for kind, id_ in place.resources.items()} for place in places}
    for step, wanted in restrict.resources.items():
        if any(words.get(step, wanted).get(kind, word) != word for kind, word in wanted.items()):
            starts[step] = frozenset()
    return replace(restrict, starts=starts, resources=words)


def _keeps(problem: Problem, series: Series, pinned: Restriction) -> bool:
    return isinstance(plan_series(problem.index, series, problem.calendar.weights, restrict=pinned), SeriesPlan)


def _alone(problem: Problem, places: Sequence[VisitPlace], pinned: Restriction) -> tuple[RulesBroken, ...]:
    """The visits that break a rule by themselves, whatever the others do."""
    starts = {place.step: place.wall_start for place in places}
    broken = []
    for step in problem.series.steps:
        if step.id not in starts:
            continue
        single = replace(problem.series, steps=(replace(step, gaps=()),), finish=None, same=())
        if not _keeps(problem, single, pinned):
            broken.append(RulesBroken(
                f"The visit on {spoken(starts[step.id])} does not lie in the hours of the clinic and of its chair, "
                "nurse or therapist, or not on a day that was asked for. Plan it again.", step.id))
    return tuple(broken)
