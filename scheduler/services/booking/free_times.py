"""The times at which one visit can be, all rules kept: a visit that is to move, or a single one to be booked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Patient, Resource, Series, VisitType
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.single_visit import starts_of
from scheduler.queries.occupied import resources_of
from scheduler.queries.planning_calendar import Without, number
from scheduler.services.booking.locked import appointments_of, clinic_row
from scheduler.services.booking.offers import OfferedResource
from scheduler.services.booking.series_problem import Asked, Standing, problem_for
from scheduler.services.booking.standing import Movable, asked_of
from scheduler.services.booking.term_steps import TermStep
from scheduler.services.booking.terms import Terms
from scheduler.services.booking.wishes import Wishes
from scheduler.services.refusal import NotFound, Refused

ALONE = "visit"
"""The step of a visit that belongs to no protocol."""
LONGEST_LOOK = timedelta(days=60)


@dataclass(frozen=True)
class FreeTime:
    """A start (clinic wall time) with the resources to take; `suits`: among the days and times that suit."""

    wall_start: datetime
    resources: tuple[OfferedResource, ...]
    suits: bool
    cost: int

    @property
    def chosen(self) -> Mapping[str, int]:
        """Kind to resource id, for a command."""
        return {one.kind: one.id for one in self.resources}


@dataclass(frozen=True)
class MoveTimes:
    """Where an appointment could move to, from the day `first_on` to `last_on`, both inclusive."""

    appointment_id: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class VisitTimes:
    """Where a single visit could be. `resource_ids`: those asked for, others of their kind are not taken."""

    patient_id: int
    visit_type_id: int
    first_on: date
    last_on: date
    resource_ids: tuple[int, ...] = ()


def move_times(session: Session, command: MoveTimes, *, by: Viewer,
               now: datetime) -> tuple[FreeTime, ...] | Refused | NotFound:
    """The times for an appointment beside all others of its series, which stay; its own time counts as free."""
    row = session.scalar(select(Appointment).where(
        Appointment.id == command.appointment_id, Appointment.clinic_id == by.clinic_id,
        or_(Appointment.status != AppointmentStatus.HELD, Appointment.series_id.is_not(None))))
    if row is None:
        return NotFound("appointment")
    clinic = clinic_row(session, by.clinic_id)
    return _times(session, clinic, asked_to_move(session, clinic, row, now=now, latest_on=command.last_on),
                  command.first_on, command.last_on, now)


def visit_times(session: Session, command: VisitTimes, *, by: Viewer,
                now: datetime) -> tuple[FreeTime, ...] | Refused | NotFound:
    """The times for a new visit by itself."""
    clinic = clinic_row(session, by.clinic_id)
    for what, table, id_ in (("patient", Patient, command.patient_id), ("visit type", VisitType, command.visit_type_id),
                             *(("resource", Resource, one) for one in command.resource_ids)):
        if session.scalar(select(table.id).where(table.id == id_, table.clinic_id == clinic.id)) is None:
            return NotFound(what)
    asked = alone(command.patient_id, command.visit_type_id, command.first_on, command.last_on)
    return _times(session, clinic, asked, command.first_on, command.last_on, now, frozenset(command.resource_ids))


def alone(patient_id: int, visit_type_id: int, first_on: date, last_on: date) -> Asked:
    """The planner's question about a visit that follows no protocol."""
    step = TermStep(ALONE, "visit", visit_type_id)
    return Asked(patient_id, Terms(0, 0, Wishes(first_on, 1, last_on), (step,), ALONE))


def asked_to_move(session: Session, clinic: Clinic, row: Appointment, *, now: datetime, latest_on: date) -> Asked:
    """The planner's question about one appointment that moves while the rest of its series stays."""
    if row.series_id is None or row.step is None:
        asked = alone(row.patient_id, row.visit_type_id, min(row.starts_on, latest_on), latest_on)
        had, = resources_of(session, [row.id])
        standing = {ALONE: Standing(row.wall_start, had)} if had else {}
        return replace(asked, standing=standing, without=Without(appointment_ids=[row.id]))
    series = session.get(Series, row.series_id)
    assert series is not None
    occupies = bool(resources_of(session, [row.id])[0])
    movable = Movable(frozenset() if occupies else frozenset({row.step}),
                      frozenset({row.step}) if occupies else frozenset())
    return asked_of(session, clinic, series, appointments_of(session, series.id), movable, now=now,
                    latest_on=latest_on, same_day=True)


def _times(session: Session, clinic: Clinic, asked: Asked, first_on: date, last_on: date, now: datetime,
           wanted: frozenset[int] = frozenset()) -> tuple[FreeTime, ...]:
    last_on = min(last_on, first_on + LONGEST_LOOK)
    wishes = replace(asked.terms.wishes, earliest_on=first_on, latest_on=last_on)
    problem = problem_for(session, clinic, replace(asked, terms=replace(asked.terms, wishes=wishes)), now=now)
    calendar = problem.calendar
    kinds = {one.kind for one in calendar.resources if number(one.id) in wanted}
    without = {one.id for one in calendar.resources if one.kind in kinds and number(one.id) not in wanted}
    series = replace(problem.series, earliest=max(first_on, problem.series.earliest), latest=last_on)
    if series.latest < series.earliest:
        return ()
    options = starts_of(problem.index, series, calendar.weights,
                        restrict=replace(problem.restrict, without=frozenset(without)))
    return tuple(
        FreeTime(option.start, tuple(OfferedResource(kind, number(word), calendar.names[word])
                                     for kind, word in option.resources.items()),
                 series.prefer.suits(option.start), option.cost)
        for option in options)
