"""All courses that were hit as one problem for the planner, in the clinic's own calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from models import Clinic
from scheduler.planning.instants import wall
from scheduler.planning.occupation import Phase
from scheduler.planning.scenario import Current, Scenario, Series, Step, VisitType
from scheduler.queries.planning_calendar import PlanningCalendar, Without, planning_calendar, resource_word
from scheduler.services.booking.series_problem import series_of, with_notice
from scheduler.services.outages.batch_parts import Part

ASKED_FOR = "asked-for"
NOTICE_TO_ANSWER = timedelta(hours=12)
"""Where patients are asked first nobody is given a new time sooner than this, whatever the clinic's notice."""


@dataclass(frozen=True)
class BatchProblem:
    """The scenario, the calendar it was read from, and each part's series as it was asked (by key)."""

    scenario: Scenario
    calendar: PlanningCalendar
    names: dict[str, str]
    """What the planner's words mean to people."""


def batch_problem(session: Session, clinic: Clinic, parts: Sequence[Part], *, now: datetime,
                  apart: bool = False) -> BatchProblem:
    """One problem of all parts. What of them is fixed counts as taken, what may move is free for all of them.

    `apart`: nobody comes at the time of a visit of theirs that was hit, for new times are kept beside the old ones.
    """
    present, notice = wall(now, clinic.timezone), timedelta(hours=clinic.notice_hours)
    notice = max(notice, NOTICE_TO_ANSWER) if apart else notice
    series = {}
    for part in parts:
        own = replace(series_of(part.asked, clinic.timezone, now), id=part.key)
        series[part.key] = _near_and_old(part, own, present, notice, apart)
    calendar = batch_calendar(session, clinic, parts, series.values(), now)
    asked = [_with_therapist(part, series[part.key], calendar) for part in parts]
    types = {**calendar.visit_types, **{made.id: made for _, made in asked if made is not None}}
    scenario = Scenario(calendar.clinic, calendar.resources, types, calendar.bookings,
                        tuple(one for one, _ in asked), calendar.weights)
    names = dict(calendar.names) | {word: shape.name.lower() for word, shape in (
        (f"v{id_}", shape) for id_, shape in calendar.shapes.items())}
    return BatchProblem(scenario, calendar, names)


def batch_calendar(session: Session, clinic: Clinic, parts: Sequence[Part], series, now: datetime,
                   everything: bool = False) -> PlanningCalendar:
    """The calendar over all the days of these series and of where they stand; with `everything` free, hours alone."""
    standing = [one for part in parts for one in part.asked.standing.values()]
    days = [one.wall_start.date() for one in standing]
    spans = list(series)
    own = [id_ for part in parts for id_ in part.asked.without.appointment_ids]
    return planning_calendar(
        session, clinic.id, min([*days, *(one.earliest for one in spans)]),
        max([*days, *(one.latest for one in spans)]), now=now,
        without=Without(everything=True) if everything else Without(appointment_ids=own),
        named={id_ for one in standing for id_ in one.resources.values()})


def _near_and_old(part: Part, series: Series, present: datetime, notice: timedelta, apart: bool) -> Series:
    """The series without times that are too near, but for those that its visits have now; and where patients are asked
    first, without the times of its hit visits, for new times are kept beside the old ones."""
    spans = {row.id: (row.wall_start, row.wall_start + (row.patient_leaves_at - row.starts_at)) for row in part.rows}
    gone = [spans[id_] for id_ in part.hit] if apart else []
    series = replace(series, unavailable=tuple(sorted([*series.unavailable, *gone])))
    return with_notice(series, [span for id_, span in spans.items() if span not in gone], present, notice)


def _with_therapist(part: Part, series: Series, calendar: PlanningCalendar) -> tuple[Series, VisitType | None]:
    """The series with the therapist who was asked for: one and the same through the course, as one fixed step long
    ago has it. Where a visit that stays had another one, the wish has been given up already."""
    wanted = part.asked.terms.wishes.therapist_id
    word = resource_word(wanted) if wanted is not None else ""
    kind = next((one.kind for one in calendar.resources if one.id == word), None)
    if kind is None:
        return series, None
    held = {step.current.resources[kind] for step in series.steps
            if step.fixed and step.current and kind in step.current.resources}
    if held - {word}:
        return series, None
    made = VisitType(f"{ASKED_FOR}-{kind}", (Phase(calendar.clinic.grid_minutes, {kind: 1}, False),))
    long_ago = datetime.combine(calendar.first - timedelta(days=2), time())
    step = Step(ASKED_FOR, made.id, (), Current(long_ago, {kind: word}), True)
    same = series.same if kind in series.same else (*series.same, kind)
    return replace(series, steps=(step, *series.steps), same=same), made
