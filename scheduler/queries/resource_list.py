"""What a clinic has, when each is there, and when the house is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Closure, OpeningHours, Resource, ResourceHours, StaffMember, TimeOff
from scheduler.planning.weeks import Week


@dataclass(frozen=True)
class ResourceRow:
    """One resource; `week` counts only with `own_hours`."""

    id: int
    kind: str
    name: str
    units: int
    staff_id: int | None
    staff_name: str = field(repr=False)
    active: bool
    own_hours: bool
    week: Week


@dataclass(frozen=True)
class TimeOffRow:
    """One interval, wall time, half-open."""

    id: int
    resource_id: int
    resource_name: str
    starts_at: datetime
    ends_at: datetime
    reason: str

    @property
    def whole_days(self) -> bool:
        """Whether it begins and ends at midnight."""
        return self.starts_at.time() == self.ends_at.time() == time()

    @property
    def last_on(self) -> date:
        """The last day of it."""
        return (self.ends_at - timedelta(minutes=1)).date()


@dataclass(frozen=True)
class ClosureRow:
    """Whole days, both inclusive."""

    id: int
    starts_on: date
    last_on: date
    reason: str


def resource_list(session: Session, clinic_id: int, resource_id: int | None = None) -> tuple[ResourceRow, ...]:
    """The resources of a clinic (or that one), those in use first, by kind and name: two queries."""
    wanted = [Resource.clinic_id == clinic_id, *([Resource.id == resource_id] if resource_id is not None else [])]
    hours = session.scalars(select(ResourceHours).join(Resource).where(*wanted)).all()
    weeks: dict[int, list[ResourceHours]] = defaultdict(list)
    for each in hours:
        weeks[each.resource_id].append(each)
    return tuple(
        ResourceRow(row.id, row.kind, row.name, row.units, row.staff_id, name or "", row.active, row.own_hours,
                    week_of(weeks[row.id]))
        for row, name in session.execute(
            select(Resource, StaffMember.name).outerjoin(StaffMember, StaffMember.id == Resource.staff_id)
            .where(*wanted).order_by(Resource.active.desc(), Resource.kind, Resource.name, Resource.id)))


def resource(session: Session, clinic_id: int, resource_id: int) -> ResourceRow | None:
    """One resource of the clinic; None for anybody else's."""
    found = resource_list(session, clinic_id, resource_id)
    return found[0] if found else None


def opening_week(session: Session, clinic_id: int) -> Week:
    """When the clinic is open."""
    return week_of(session.scalars(select(OpeningHours).where(OpeningHours.clinic_id == clinic_id)))


def closures(session: Session, clinic_id: int, *, since: date) -> tuple[ClosureRow, ...]:
    """The closures that have not ended before a day, the next first."""
    return tuple(
        ClosureRow(row.id, row.starts_on, row.last_on, row.reason)
        for row in session.scalars(select(Closure).where(Closure.clinic_id == clinic_id, Closure.last_on >= since)
                                   .order_by(Closure.starts_on, Closure.id)))


def time_off(session: Session, clinic_id: int, *, since: datetime) -> tuple[TimeOffRow, ...]:
    """The time off that has not ended before a wall time, the next first."""
    return tuple(
        TimeOffRow(row.id, row.resource_id, name, row.starts_at, row.ends_at, row.reason)
        for row, name in session.execute(
            select(TimeOff, Resource.name).join(Resource, Resource.id == TimeOff.resource_id)
            .where(TimeOff.clinic_id == clinic_id, TimeOff.ends_at > since).order_by(TimeOff.starts_at, TimeOff.id)))


def week_of(rows: Iterable[OpeningHours | ResourceHours]) -> Week:
    """Rows of hours as a week, each day's in order."""
    week: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.weekday, row.opens)):
        week[row.weekday].append((row.opens, row.closes))
    return dict(week)
