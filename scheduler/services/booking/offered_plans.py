"""From the planner's plan to the rows that a page shows."""

from __future__ import annotations

from datetime import timedelta

from scheduler.planning.course import infusion_numbers
from scheduler.planning.instants import instant
from scheduler.planning.plans import SeriesPlan, Visit
from scheduler.queries.planning_calendar import number
from scheduler.services.booking.cost_words import cost_parts
from scheduler.services.booking.offers import ByHand, OfferedPlan, OfferedResource, OfferedVisit
from scheduler.services.booking.series_problem import Problem


def offered_plan(problem: Problem, plan: SeriesPlan, name: str, gives_up: str,
                 by_hand: tuple[ByHand, ...] = ()) -> OfferedPlan:
    """One plan with its visits in the order of the steps, and what it costs in words."""
    chosen = {one.step for one in by_hand}
    visits = {visit.step: visit for visit in plan.visits}
    rows = tuple(_row(problem, ordinal, visits[step.id], step.id in chosen)
                 for ordinal, step in enumerate(problem.terms.steps, start=1) if step.id in visits)
    parts = cost_parts(problem.series, problem.calendar.weights, plan)
    return OfferedPlan(name, gives_up, rows, plan.cost.total, parts, plan.optimal)


def _row(problem: Problem, ordinal: int, visit: Visit, by_hand: bool) -> OfferedVisit:
    terms, calendar = problem.terms, problem.calendar
    step = terms.steps[ordinal - 1]
    shape = calendar.shapes[step.visit_type_id]
    numbers = infusion_numbers([(one.id, one.kind) for one in terms.steps])
    starts_at = instant(visit.start, calendar.clinic.timezone)
    return OfferedVisit(
        step=step.id, ordinal=ordinal, step_kind=step.kind, kind=shape.kind, visit_type_id=shape.id,
        visit_type_name=shape.name, infusion_number=numbers[step.id][0] if step.id in numbers else None,
        infusions=terms.wishes.infusions, wall_start=visit.start, starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=shape.minutes),
        patient_leaves_at=starts_at + timedelta(minutes=shape.patient_minutes), minutes=shape.minutes,
        resources=tuple(OfferedResource(kind, number(word), calendar.names[word])
                        for kind, word in visit.resources.items()),
        suits=problem.series.prefer.suits(visit.start), by_hand=by_hand)
