"""A week as it is booked beside the same week level-loaded. A look ahead for an administrator: nothing is written."""

from __future__ import annotations

import time as timer
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic
from scheduler.access import Viewer
from scheduler.planning.instants import wall
from scheduler.planning.levelling import CHAIR, NURSE, Movable, Places, WeekToLevel, levelled
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.loads import DayLoad, check_ins_that_meet, day_load
from scheduler.planning.scenario import Booking
from scheduler.planning.words import VisitKind
from scheduler.queries.day import visits_between
from scheduler.queries.planning_calendar import PlanningCalendar, Without, planning_calendar
from scheduler.queries.visits import VisitRow
from scheduler.services.booking.free_times import asked_to_move
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.series_problem import Asked, restriction, series_of

SECONDS = 4.0
"""How long may be looked for calmer times; the calmest week found by then is shown."""
GONE = (AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELLED)


@dataclass(frozen=True)
class DayShape:
    """One day: its nurses' and chairs' load, and how many visits begin while another patient is checking in."""

    nurses: DayLoad
    chairs: DayLoad
    waiting: int


@dataclass(frozen=True)
class DayBeside:
    """One day as it is booked and as it would be. `moved`: the visits that would begin at another time."""

    on: date
    infusions: int
    booked: DayShape
    level: DayShape
    moved: int


@dataclass(frozen=True)
class WeekTotals:
    """The highest of a week's days, and how many starts meet another check-in."""

    chairs: int
    nurses: int
    waiting: int


@dataclass(frozen=True)
class WeekBeside:
    """The week. `movable`: infusions that may still move; `finished`: no single move would make a day calmer."""

    monday: date
    days: tuple[DayBeside, ...]
    movable: int
    finished: bool

    @property
    def infusions(self) -> int:
        """How many infusions the week has."""
        return sum(day.infusions for day in self.days)

    @property
    def moved(self) -> int:
        """How many would begin at another time."""
        return sum(day.moved for day in self.days)

    @property
    def booked(self) -> WeekTotals:
        """As it is."""
        return _totals(day.booked for day in self.days)

    @property
    def level(self) -> WeekTotals:
        """As it would be."""
        return _totals(day.level for day in self.days)


def level_week(session: Session, monday: date, *, by: Viewer, now: datetime, seconds: float = SECONDS) -> WeekBeside:
    """The week from `monday` as booked, and with its infusions that may still move begun at calmer times of their day.

    Every rule, wish and visit that stays is kept; nobody gets a time sooner than the notice that moves give.
    """
    end = timer.monotonic() + seconds
    clinic = clinic_row(session, by.clinic_id)
    sunday, notice = monday + timedelta(days=6), timedelta(hours=clinic.notice_hours)
    rows = [row for row in visits_between(session, clinic.id, clinic.timezone, monday, sunday)
            if row.kind == VisitKind.INFUSION and row.status not in GONE]
    free = {row.id: row for row in rows
            if row.status == AppointmentStatus.BOOKED and row.starts_at > now + notice}
    asked = _asked(session, clinic, free, now)
    named = {id_ for one in asked.values() for step in one.standing.values() for id_ in step.resources.values()}
    calendar = planning_calendar(session, clinic.id, monday, sunday, now=now, named=named,
                                 without=Without(appointment_ids=list(asked)))
    movable = [_movable(one, free[id_], calendar, clinic, now) for id_, one in asked.items()]
    stays = [(wall(row.starts_at, clinic.timezone), _check_in(row)) for row in rows if row.id not in asked]
    week = WeekToLevel(calendar.clinic, calendar.resources, calendar.visit_types, calendar.bookings, calendar.weights,
                       stays, wall(now + notice, clinic.timezone))
    places, finished = levelled(week, movable, _late(end))
    shown = (monday + timedelta(days=at) for at in range(7))
    beside = [_beside(on, calendar, stays, movable, places) for on in shown]
    return WeekBeside(monday, tuple(day for day in beside if day.infusions or not day.booked.nurses.idle),
                      len(movable), finished)


def _asked(session: Session, clinic: Clinic, free: Mapping[int, VisitRow], now: datetime) -> dict[int, Asked]:
    """For each visit the planner's question about moving it alone; one that occupies nothing has nothing to move."""
    appointments = session.scalars(select(Appointment).where(Appointment.id.in_(list(free))).order_by(
        Appointment.starts_at, Appointment.id)).all()
    found = {row.id: asked_to_move(session, clinic, row, now=now, latest_on=row.starts_on) for row in appointments}
    return {id_: one for id_, one in found.items() if any(not step.fixed for step in one.standing.values())}


def _movable(asked: Asked, row: VisitRow, calendar: PlanningCalendar, clinic: Clinic, now: datetime) -> Movable:
    course = f"s{row.series_id}" if row.series_id and row.step else f"a{row.id}"
    series = replace(series_of(asked, clinic.timezone, now), id=course)
    return Movable(f"a{row.id}", course, series, _check_in(row), restriction(asked, calendar))


def _check_in(row: VisitRow) -> int:
    """The minutes of a visit's first phase."""
    first = row.phases[0]
    return int((first.ends_at - first.starts_at).total_seconds()) // 60


def _beside(on: date, calendar: PlanningCalendar, stays: Sequence[tuple[datetime, int]], movable: Sequence[Movable],
            places: Places) -> DayBeside:
    own = [one for one in movable if one.current.start.date() == on]
    kept = [one for one in stays if one[0].date() == on]
    before = [(one, one.current) for one in own]
    after = [(one, places[one.key]) for one in own]

    def shape(stand: Sequence[tuple]) -> DayShape:
        bookings = [*calendar.bookings, *(one.booked_at(place) for one, place in stand)]
        met = check_ins_that_meet([*kept, *((place.start, one.check_in) for one, place in stand)])
        return DayShape(_load(calendar, bookings, on, NURSE), _load(calendar, bookings, on, CHAIR), met)

    return DayBeside(on, len(own) + len(kept), shape(before), shape(after),
                     sum(one.current.start != place.start for one, place in after))


def _load(calendar: PlanningCalendar, bookings: Sequence[Booking], on: date, kind: str) -> DayLoad:
    return day_load(calendar.clinic, calendar.resources, calendar.visit_types, bookings, on, kind)


def _totals(days: Iterable[DayShape]) -> WeekTotals:
    found = list(days)
    return WeekTotals(max((day.chairs.peak for day in found), default=0),
                      max((day.nurses.peak for day in found), default=0), sum(day.waiting for day in found))


def _late(end: float) -> Callable[[], bool]:
    return lambda: timer.monotonic() > end
