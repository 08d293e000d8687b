"""A day (or a week) of a clinic as the calendar shows it: columns, hours, closures and visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Closure, OpeningHours, Resource, ResourceHours, TimeOff
from scheduler.planning.instants import instant
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.queries.visits import VisitRow, visits

SHOWN = tuple(status for status in AppointmentStatus if status != AppointmentStatus.CANCELLED)


@dataclass(frozen=True)
class Column:
    """One resource of the day. `shut` are the wall-time intervals in which it is not there, half-open."""

    id: int
    kind: str
    name: str
    units: int
    shut: tuple[tuple[time, time], ...]


@dataclass(frozen=True)
class Day:
    """One clinic-local day. `opens` and `closes` bound its opening hours; None where it is shut, `reason` says why."""

    on: date
    opens: time | None
    closes: time | None
    reason: str
    columns: tuple[Column, ...]
    visits: tuple[VisitRow, ...]
    grid_minutes: int
    """Every visit begins on a multiple of these."""


def kinds(session: Session, clinic_id: int) -> tuple[str, ...]:
    """The kinds of active resources that a clinic has: chairs first, then by name."""
    found = session.scalars(
        select(Resource.kind).distinct().where(Resource.clinic_id == clinic_id, Resource.active))
    return tuple(sorted(found, key=lambda kind: (kind != "chair", kind)))


def visits_between(session: Session, clinic_id: int, timezone: str, first: date, last: date) -> tuple[VisitRow, ...]:
    """The visits (none that was cancelled) from the day `first` to the day `last`, both clinic-local and inclusive."""
    begin = instant(datetime.combine(first, time()), timezone)
    end = instant(datetime.combine(last + timedelta(days=1), time()), timezone)
    return visits(session, clinic_id, Appointment.starts_at >= begin, Appointment.starts_at < end,
                  Appointment.status.in_(SHOWN))


def the_day(session: Session, clinic_id: int, timezone: str, on: date, kind: str) -> Day:
    """One day with a column for each active resource of one kind."""
    open_rows = session.scalars(select(OpeningHours).where(
        OpeningHours.clinic_id == clinic_id, OpeningHours.weekday == on.weekday()).order_by(OpeningHours.opens)).all()
    reason = session.scalar(select(Closure.reason).where(
        Closure.clinic_id == clinic_id, Closure.starts_on <= on, Closure.last_on >= on).limit(1))
    spans = [(row.opens, row.closes) for row in open_rows] if reason is None else []
    return Day(
        on, spans[0][0] if spans else None, spans[-1][1] if spans else None,
        reason or ("Closed" if not spans else ""), _columns(session, clinic_id, on, kind, spans),
        visits_between(session, clinic_id, timezone, on, on),
        session.scalars(select(Clinic.grid_minutes).where(Clinic.id == clinic_id)).one())


def _columns(session: Session, clinic_id: int, on: date, kind: str,
             opening: list[tuple[time, time]]) -> tuple[Column, ...]:
    resources = session.scalars(select(Resource).where(
        Resource.clinic_id == clinic_id, Resource.kind == kind, Resource.active).order_by(Resource.name)).all()
    ids = [row.id for row in resources]
    own: dict[int, list[tuple[time, time]]] = {}
    for row in session.scalars(select(ResourceHours).where(
            ResourceHours.resource_id.in_(ids), ResourceHours.weekday == on.weekday())):
        own.setdefault(row.resource_id, []).append((row.opens, row.closes))
    away: dict[int, list[tuple[time, time]]] = {}
    midnight = datetime.combine(on, time())
    for row in session.scalars(select(TimeOff).where(
            TimeOff.resource_id.in_(ids), TimeOff.starts_at < midnight + timedelta(days=1),
            TimeOff.ends_at > midnight)):
        away.setdefault(row.resource_id, []).append((
            max(row.starts_at, midnight).time(),
            row.ends_at.time() if row.ends_at < midnight + timedelta(days=1) else time()))
    return tuple(
        Column(row.id, row.kind, row.name, row.units,
               _shut(own.get(row.id, []) if row.own_hours else opening, away.get(row.id, [])))
        for row in sorted(resources, key=lambda row: _natural(row.name)))


def _natural(name: str) -> tuple:
    digits = "".join(letter for letter in name if letter.isdigit())
    return (name.rstrip("0123456789 "), int(digits or 0), name)


def _shut(there: list[tuple[time, time]], away: list[tuple[time, time]]) -> tuple[tuple[time, time], ...]:
    """What `there` leaves of the day, and `away` on top; 00:00 as an end is midnight."""
    gaps, at = [], time()
    for opens, closes in sorted(there):
        if at < opens:
            gaps.append((at, opens))
        at = closes
    if not there or at != time():
        gaps.append((at, time()))
    return tuple(gaps + away)
