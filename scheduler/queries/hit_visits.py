"""Booked visits to come that the calendar, as it is now, no longer allows: the desk's worklist after a change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Appointment, Claim, Clinic, Closure, OpeningHours, Phase, Resource, ResourceHours, TimeOff
from scheduler.planning.instants import wall
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.standing import (
    HouseHours,
    Occupied,
    StandingResource,
    StandingVisit,
    overfull,
    reasons,
)
from scheduler.queries.visits import VisitRow, visits

Row = TypeVar("Row", OpeningHours, ResourceHours)


@dataclass(frozen=True)
class HitVisit:
    """One visit and why it cannot stay as it is."""

    visit: VisitRow
    reasons: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The reasons, one after another."""
        return " ".join(f"{reason}." for reason in self.reasons)


def hit_visits(session: Session, clinic_id: int, *, now: datetime) -> tuple[HitVisit, ...]:
    """Every booked visit to come that breaks hours, closures, time off, units or its own length; by time."""
    found = hits(session, clinic_id, now=now)
    if not found:
        return ()
    return tuple(HitVisit(row, found[row.id]) for row in visits(session, clinic_id, Appointment.id.in_(found)))


def hits(session: Session, clinic_id: int, *, now: datetime) -> dict[int, tuple[str, ...]]:
    """The same as ids with their reasons. Nine queries, however many visits."""
    clinic = session.get(Clinic, clinic_id)
    assert clinic is not None
    house = _house(session, clinic_id)
    standing = _standing(session, clinic_id, clinic.timezone, now)
    full = overfull(standing, house)
    found = {visit.id: (*reasons(visit, house), *full.get(visit.id, ())) for visit in standing}
    return {visit_id: said for visit_id, said in found.items() if said}


def _standing(session: Session, clinic_id: int, timezone: str, now: datetime) -> list[StandingVisit]:
    still = (Appointment.clinic_id == clinic_id, Appointment.status == AppointmentStatus.BOOKED,
             Appointment.starts_at > now)
    lengths = dict(session.execute(
        select(Phase.visit_type_id, func.sum(Phase.minutes)).where(Phase.clinic_id == clinic_id)
        .group_by(Phase.visit_type_id)).all())
    occupied: dict[int, list[Occupied]] = defaultdict(list)
    for claim in session.scalars(select(Claim).join(Appointment).where(*still, Claim.resource_id.is_not(None))):
        occupied[claim.appointment_id].append(
            Occupied(claim.resource_id, claim.units, wall(claim.starts_at, timezone), wall(claim.ends_at, timezone)))
    return [
        StandingVisit(row.id, row.wall_start, wall(row.ends_at, timezone),
                      round((row.ends_at - row.starts_at).total_seconds() / 60),
                      int(lengths.get(row.visit_type_id, 0)), tuple(occupied[row.id]))
        for row in session.execute(
            select(Appointment.id, Appointment.wall_start, Appointment.starts_at, Appointment.ends_at,
                   Appointment.visit_type_id).where(*still))]


def _house(session: Session, clinic_id: int) -> HouseHours:
    away: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for off in session.scalars(select(TimeOff).where(TimeOff.clinic_id == clinic_id)):
        away[off.resource_id].append((off.starts_at, off.ends_at))
    weeks: dict[int, list[ResourceHours]] = defaultdict(list)
    for hours in session.scalars(select(ResourceHours).where(ResourceHours.clinic_id == clinic_id)):
        weeks[hours.resource_id].append(hours)
    resources = {
        row.id: StandingResource(row.name, row.units, row.active, _week(weeks[row.id]) if row.own_hours else None,
                                 tuple(away[row.id]))
        for row in session.scalars(select(Resource).where(Resource.clinic_id == clinic_id))}
    closed = session.execute(select(Closure.starts_on, Closure.last_on).where(Closure.clinic_id == clinic_id)).all()
    opening = session.scalars(select(OpeningHours).where(OpeningHours.clinic_id == clinic_id)).all()
    return HouseHours(_week(list(opening)), tuple((row.starts_on, row.last_on) for row in closed), resources)


def _week(rows: list[Row]) -> dict[int, list[tuple[time, time]]]:
    week: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for row in rows:
        week[row.weekday].append((row.opens, row.closes))
    return dict(week)
