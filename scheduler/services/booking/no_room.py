"""Nothing fits: which visit, which rule leaves it no time, and the ways out, each a changed command that does fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain

from sqlalchemy.orm import Session

from models import Clinic
from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.course import infusion_numbers
from scheduler.planning.instants import spoken, wall
from scheduler.planning.plans import Restriction, SeriesPlan
from scheduler.planning.scenario import Series
from scheduler.planning.series_planner import plan_series
from scheduler.services.booking.offers import NoPlan, PlanSeries, WayOut
from scheduler.services.booking.series_problem import (
    Asked,
    Problem,
    read_calendar,
    restriction,
    series_of,
)
from scheduler.services.booking.terms import Terms
from scheduler.services.refusal import Conflict

WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
LATER = (7, 14, 28)
EARLIER = 7
MOST = 2


def no_room(session: Session, clinic: Clinic, command: PlanSeries, problem: Problem, asked: Asked,
            warnings: tuple[Conflict, ...], *, now: datetime, late: Callable[[], bool]) -> NoPlan:
    """What to tell the desk: the first visit that has no time, the rule that takes it away, and two ways out.

    When it is late, the ways out found by then are all; the visit and the rule are looked for in any case.
    """
    series = problem.series
    calendar = read_calendar(session, clinic, asked, series.earliest - timedelta(days=EARLIER),
                             series.latest + timedelta(days=max(LATER)), now)
    index = calendar.index()
    found: list[tuple[int, WayOut]] = []
    labels = {one.step: step_label(asked.terms, one.step) for one in command.by_hand}
    singles = _changes(command, calendar.names, labels, bool(asked.terms.same), wall(now, clinic.timezone).date())
    for sentence, changed in chain(singles, _several(command, lambda: len(_distinct(found)) < MOST)):
        wishes = changed.wishes
        same = asked.terms.same if wishes.one_therapist else ()
        other = replace(asked, terms=replace(asked.terms, wishes=wishes, same=same), by_hand=changed.by_hand)
        if late():
            break
        plan = plan_series(index, series_of(other, clinic.timezone, now), calendar.weights,
                           restrict=restriction(other, calendar), late=late)
        if isinstance(plan, SeriesPlan):
            found.append((plan.cost.total, WayOut(sentence, changed)))
    step = _first_without_time(problem)
    found.sort(key=lambda one: one[0])
    return NoPlan(command, _sentence(problem, step), step, tuple(way for _, way in _distinct(found)[:MOST]), warnings)


def _distinct(found: list[tuple[int, WayOut]]) -> list[tuple[int, WayOut]]:
    """Of several later ends the nearest one alone."""
    kept: list[tuple[int, WayOut]] = []
    for cost, way in found:
        if not any(one.command.by_hand == way.command.by_hand
                   and replace(one.command.wishes, latest_on=None) == replace(way.command.wishes, latest_on=None)
                   for _, one in kept):
            kept.append((cost, way))
    return kept


def _changes(command: PlanSeries, names: Mapping[str, str], labels: Mapping[str, str], same: bool,
             today: date) -> Iterator[tuple[str, PlanSeries]]:
    """Each thing that could be given up, alone, and the command without it."""
    wishes = command.wishes
    assert wishes.latest_on is not None
    for one in command.by_hand:
        rest = tuple(other for other in command.by_hand if other != one)
        yield f"Let {labels[one.step]} be planned again.", replace(command, by_hand=rest)
    if wishes.therapist_id is not None:
        name = names.get(f"r{wishes.therapist_id}", "the therapist asked for")
        yield f"Let another therapist than {name} do it.", replace(command, wishes=replace(wishes, therapist_id=None))
    elif same:
        yield "Let the therapist change in the series.", replace(command, wishes=replace(wishes, one_therapist=False))
    for day in wishes.not_weekdays:
        rest = tuple(other for other in wishes.not_weekdays if other != day)
        yield f"Come on {WEEKDAYS[day]} too.", replace(command, wishes=replace(wishes, not_weekdays=rest))
    for away in wishes.away:
        rest = tuple(other for other in wishes.away if other != away)
        yield (f"Come between {spoken(away.begins)} and {spoken(away.ends)} after all.",
               replace(command, wishes=replace(wishes, away=rest)))
    for sentence, end in later_ends(wishes.latest_on):
        yield sentence, replace(command, wishes=replace(wishes, latest_on=end))
    begin = max(wishes.earliest_on - timedelta(days=EARLIER), today)
    if begin < wishes.earliest_on:
        yield f"Begin from {begin:%d %b %Y}.", replace(command, wishes=replace(wishes, earliest_on=begin))


def _several(command: PlanSeries, wanted: Callable[[], bool]) -> Iterator[tuple[str, PlanSeries]]:
    """Several things given up together, as long as ways out are wanted: for wishes that no single change can meet."""
    wishes = command.wishes
    if wanted() and len(wishes.not_weekdays) > 1:
        yield "Come on every weekday.", replace(command, wishes=replace(wishes, not_weekdays=()))
    if wanted() and len(wishes.away) > 1:
        yield "Come in spite of every absence.", replace(command, wishes=replace(wishes, away=()))
    if wanted() and wishes.not_weekdays and wishes.away:
        yield "Come whenever the clinic is open.", replace(command, wishes=replace(wishes, not_weekdays=(), away=()))


def later_ends(latest: date) -> tuple[tuple[str, date], ...]:
    """Later last days, nearest first, each with its sentence."""
    ends = (latest + timedelta(days=days) for days in LATER)
    return tuple((f"End by {end:%d %b %Y} at the latest.", end) for end in ends)


def _first_without_time(problem: Problem) -> str | None:
    """The first step, in the order of the protocol, at which the series cannot be planned that far."""
    steps = problem.series.steps
    low, high = 1, len(steps)
    while low < high:
        middle = (low + high) // 2
        if _fits(problem, _prefix(problem.series, middle), problem.restrict, problem.index):
            low = middle + 1
        else:
            high = middle
    return steps[low - 1].id


def _prefix(series: Series, length: int) -> Series:
    return replace(series, steps=series.steps[:length], finish=None)


def _fits(problem: Problem, series: Series, restrict: Restriction, index: CalendarIndex) -> bool:
    return isinstance(plan_series(index, series, problem.calendar.weights, restrict=restrict), SeriesPlan)


def _sentence(problem: Problem, step: str | None) -> str:
    place = next(at for at, one in enumerate(problem.terms.steps) if one.id == step)
    series = _prefix(problem.series, place + 1)
    return f"There is no time for {step_label(problem.terms, step)}: {_rule(problem, series, place)}"


def step_label(terms: Terms, step: str | None) -> str:
    """A step for a sentence: "infusion 3 of 6", or what it is for."""
    names = infusion_numbers([(one.id, one.kind) for one in terms.steps])
    if step in names:
        return f"infusion {names[step][0]} of {names[step][1]}"
    return next((one.kind for one in terms.steps if one.id == step), "a visit")


def _rule(problem: Problem, series: Series, place: int) -> str:
    calendar, asked = problem.calendar, problem.restrict
    last = series.steps[place]
    between = f"{series.earliest:%d %b} and {series.latest:%d %b %Y}"
    empty = CalendarIndex(calendar.clinic, calendar.resources, calendar.visit_types, (), calendar.first, calendar.last)
    free = replace(series, steps=(*series.steps[:-1], replace(last, gaps=())))
    if asked.starts and _fits(problem, series, replace(asked, starts={}), problem.index):
        return "not around the visits that were set by hand."
    if series.unavailable and _fits(problem, replace(series, unavailable=()), asked, problem.index):
        return "the days and times on which the patient cannot come leave none."
    if asked.resources and _fits(problem, series, replace(asked, resources={}), problem.index):
        return "the therapist who was asked for has none."
    if _fits(problem, series, asked, empty):
        return f"everything that would fit between {between} is taken."
    if _fits(problem, free, asked, problem.index):
        return f"the days that the protocol asks for between visits leave none between {between}."
    return f"the opening hours and the hours of chairs, nurses and therapists leave none between {between}."
