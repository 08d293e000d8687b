"""From the terms of a series to the planner's problem: its calendar, its steps, and what was asked for on top."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from models import Clinic
from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.instants import wall
from scheduler.planning.plans import Restriction
from scheduler.planning.scenario import Current, Gap, Preference, Series, Step
from scheduler.queries.planning_calendar import (
    PlanningCalendar,
    Without,
    patient_word,
    planning_calendar,
    resource_word,
    visit_type_word,
)
from scheduler.services.booking.offers import ByHand
from scheduler.services.booking.terms import Terms
from scheduler.services.booking.wishes import MIDNIGHT, Wishes, unavailable


@dataclass(frozen=True)
class Standing:
    """Where a step stands in the calendar: wall time and resources (kind to id); `fixed` ones are not moved."""

    wall_start: datetime
    resources: Mapping[str, int]
    fixed: bool = False


@dataclass(frozen=True)
class Problem:
    """A series to be placed into a calendar, as the planner takes it."""

    calendar: PlanningCalendar
    index: CalendarIndex
    series: Series
    restrict: Restriction
    terms: Terms


@dataclass(frozen=True)
class Asked:
    """What is to be planned: for whom, under which terms, which visits are set by hand, which stand somewhere."""

    patient_id: int
    terms: Terms
    by_hand: Collection[ByHand] = ()
    standing: Mapping[str, Standing] = field(default_factory=dict)
    without: Without = Without()
    notice: timedelta = timedelta()
    """So soon from now nothing gets another time, but for what is set by hand."""


def problem_for(session: Session, clinic: Clinic, asked: Asked, *, now: datetime,
                calendar: PlanningCalendar | None = None) -> Problem:
    """The planner's problem. A calendar that spans the series may be handed in; otherwise it is read."""
    series = series_of(asked, clinic.timezone, now)
    if calendar is None:
        calendar = read_calendar(session, clinic, asked, series.earliest, series.latest, now)
    if asked.notice:
        series = with_notice(series, _kept(asked, calendar), wall(now, clinic.timezone), asked.notice)
    return Problem(calendar, calendar.index(), series, restriction(asked, calendar), asked.terms)


def read_calendar(session: Session, clinic: Clinic, asked: Asked, first: date, last: date,
                  now: datetime) -> PlanningCalendar:
    """The calendar for what is asked, wide enough for every visit that stands."""
    days = [one.wall_start.date() for one in asked.standing.values()]
    return planning_calendar(session, clinic.id, min([first, *days]), max([last, *days]), now=now,
                             without=asked.without,
                             named={id_ for one in asked.standing.values() for id_ in one.resources.values()})


def series_of(asked: Asked, timezone: str, now: datetime) -> Series:
    """The series in the planner's words. Nothing is planned before now: the past counts as unavailable."""
    wishes, present = asked.terms.wishes, wall(now, timezone)
    assert wishes.latest_on is not None
    earliest = max(wishes.earliest_on, present.date())
    latest = max(wishes.latest_on, earliest)
    past = [(datetime.combine(earliest, MIDNIGHT), _next_minute(present))] if present.date() == earliest else []
    steps = tuple(
        Step(step.id, visit_type_word(step.visit_type_id), tuple(Gap(**vars(gap)) for gap in step.gaps),
             *_standing(asked.standing.get(step.id)))
        for step in asked.terms.steps)
    return Series(
        "series", patient_word(asked.patient_id), earliest, latest, steps,
        tuple(sorted([*past, *unavailable(wishes, latest)])), preference(wishes), asked.terms.same, asked.terms.finish)


def with_notice(series: Series, kept: Iterable[tuple[datetime, datetime]], present: datetime,
                notice: timedelta) -> Series:
    """The series without times that are too near, but for those `kept`: from when until when a patient is there."""
    begins, until = present.replace(second=0, microsecond=0), (present + notice).replace(second=0, microsecond=0)
    gone = []
    for start, end in sorted(kept):
        if begins < start < until:
            gone.append((begins, start))
        if start < until:
            begins = max(begins, end)
    if begins < until:
        gone.append((begins, until))
    return replace(series, unavailable=tuple(sorted([*series.unavailable, *gone])))


def _kept(asked: Asked, calendar: PlanningCalendar) -> list[tuple[datetime, datetime]]:
    """When the patient is there for the visits that stand, and for those set by hand."""
    long = {step.id: timedelta(minutes=calendar.shapes[step.visit_type_id].patient_minutes)
            for step in asked.terms.steps}
    return [*((one.wall_start, one.wall_start + long.get(step, timedelta())) for step, one in asked.standing.items()),
            *((one.wall_start, one.wall_start + long[one.step]) for one in asked.by_hand)]


def _standing(standing: Standing | None) -> tuple[Current | None, bool]:
    if standing is None:
        return None, False
    words = {kind: resource_word(id_) for kind, id_ in standing.resources.items()}
    return Current(standing.wall_start, words), standing.fixed


def _next_minute(moment: datetime) -> datetime:
    whole = moment.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=1)


def preference(wishes: Wishes) -> Preference:
    """The soft wishes in the planner's words."""
    return Preference(
        weekdays=frozenset(wishes.weekdays) or None, from_minute=_minute(wishes.from_time),
        to_minute=None if wishes.to_time == MIDNIGHT else _minute(wishes.to_time))


def _minute(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute


def restriction(asked: Asked, calendar: PlanningCalendar) -> Restriction:
    """What was asked for on top of the rules: the therapist, and the visits set by hand."""
    wanted = asked.terms.wishes.therapist_id
    resources: dict[str, dict[str, str]] = {}
    if wanted is not None:
        word = resource_word(wanted)
        kind = next(one.kind for one in calendar.resources if one.id == word)
        resources = {step.id: {kind: word} for step in asked.terms.steps
                     if kind in calendar.shapes[step.visit_type_id].kinds}
    for one in asked.by_hand:
        picked = {kind: resource_word(id_) for kind, id_ in one.resources.items()}
        resources[one.step] = {**resources.get(one.step, {}), **picked}
    return Restriction(starts={one.step: frozenset({one.wall_start}) for one in asked.by_hand}, resources=resources)
