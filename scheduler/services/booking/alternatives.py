"""Other plans worth showing: each the proved optimum after one named restriction, where it costs little more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from scheduler.planning.plans import Alternative, Restriction, SeriesPlan
from scheduler.planning.series_planner import plan_series
from scheduler.services.booking.cost_words import gives_up
from scheduler.services.booking.series_problem import Problem

MOST = 2
NOON = 720


def alternatives(problem: Problem, best: SeriesPlan, late: Callable[[], bool]) -> tuple[Alternative, ...]:
    """Up to two, cheapest first. Where the time runs out, those found by then."""
    weights = problem.calendar.weights
    worthwhile = best.cost.total + 7 * weights.finish_day + 3 * weights.off_preference + 1
    found: list[Alternative] = []
    for name, restrict in _restrictions(problem, best):
        if late():
            break
        plan = plan_series(problem.index, problem.series, weights, restrict=restrict, below=worthwhile, late=late)
        if isinstance(plan, SeriesPlan) and plan.optimal and all(_differ(plan, one) for one in [best, *(
                other.plan for other in found)]):
            found.append(Alternative(name, gives_up(weights, best.cost, plan.cost), plan))
    return tuple(sorted(found, key=lambda one: one.plan.cost.total)[:MOST])


def _differ(one: SeriesPlan, other: SeriesPlan) -> bool:
    return {(visit.step, visit.start, *sorted(visit.resources.items())) for visit in one.visits} \
        != {(visit.step, visit.start, *sorted(visit.resources.items())) for visit in other.visits}


def _restrictions(problem: Problem, best: SeriesPlan) -> Iterator[tuple[str, Restriction]]:
    asked = problem.restrict
    starts = [visit.start for visit in best.visits if visit.step not in asked.starts]
    if not starts:
        return
    therapists = Counter(visit.resources["therapist"] for visit in best.visits if "therapist" in visit.resources)
    if therapists and problem.terms.wishes.therapist_id is None:
        (word, _), = therapists.most_common(1)
        yield f"without {problem.calendar.names[word]}", replace(asked, without=asked.without | {word})
    if any(start.hour * 60 >= NOON for start in starts):
        yield "mornings only", replace(asked, to_minute=NOON)
    if any(start.hour * 60 < NOON for start in starts):
        yield "afternoons only", replace(asked, from_minute=NOON)
    days = Counter(start.weekday() for start in starts)
    open_days = frozenset(day for day in range(7) if problem.calendar.clinic.open[day])
    others = open_days - frozenset(days)
    if others:
        yield "other weekdays", replace(asked, weekdays=others)
    elif len(open_days) > 1:
        (day, _), = days.most_common(1)
        yield "other weekdays", replace(asked, weekdays=open_days - {day})
