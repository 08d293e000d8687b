"""Chairs, rooms, nurses, therapists: what a clinic has, how many units of each, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Membership, Resource, ResourceHours
from scheduler.access import Viewer
from scheduler.planning.weeks import Week, week_faults
from scheduler.services.audit import record
from scheduler.services.hits import asks_first
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue

MOST_UNITS = 1000


@dataclass(frozen=True)
class ResourceDetails:
    """Everything that an administrator says of a resource; `week` counts only with `own_hours`."""

    kind: str
    name: str
    units: int = 1
    staff_id: int | None = None
    active: bool = True
    own_hours: bool = False
    week: Week = field(default_factory=dict)


def add_resource(session: Session, details: ResourceDetails, *, by: Viewer, now: datetime) -> int | Refused:
    """Write a new resource and give its id."""
    wrong = tuple(_wrong(session, details, None, by))
    if wrong:
        return Refused(wrong)
    resource = Resource(clinic_id=by.clinic_id, kind=details.kind, name=details.name)
    session.add(resource)
    _write(session, resource, details)
    record(session, by=by, verb="add", subject="resource", subject_id=resource.id, now=now)
    return resource.id


@asks_first
def edit_resource(session: Session, resource_id: int, details: ResourceDetails, *, by: Viewer,
                  now: datetime) -> int | Refused | NotFound:
    """Change a resource; its kind stays what it was."""
    resource = session.scalar(
        select(Resource).where(Resource.id == resource_id, Resource.clinic_id == by.clinic_id).with_for_update())
    if resource is None:
        return NotFound("resource")
    if details.kind != resource.kind:
        return Refused((WrongValue("kind", "The kind of a resource stays: visits are booked on it. Add a new one."),))
    wrong = tuple(_wrong(session, details, resource_id, by))
    if wrong:
        return Refused(wrong)
    _write(session, resource, details)
    record(session, by=by, verb="change", subject="resource", subject_id=resource.id, now=now,
           detail={"units": details.units, "active": details.active, "own_hours": details.own_hours})
    return resource.id


def _write(session: Session, resource: Resource, details: ResourceDetails) -> None:
    resource.name, resource.units, resource.staff_id = details.name, details.units, details.staff_id
    resource.active, resource.own_hours = details.active, details.own_hours
    session.flush()
    session.execute(delete(ResourceHours).where(ResourceHours.resource_id == resource.id))
    session.add_all(
        ResourceHours(clinic_id=resource.clinic_id, resource_id=resource.id, weekday=weekday, opens=opens,
                      closes=closes)
        for weekday, intervals in details.week.items() for opens, closes in sorted(intervals))


def _wrong(session: Session, details: ResourceDetails, resource_id: int | None, by: Viewer) -> Iterator[WrongValue]:
    if not details.kind.strip():
        yield WrongValue("kind", "Say what kind it is: chair, room, nurse, therapist …")
    if not details.name.strip():
        yield WrongValue("name", "Give it a name.")
    elif session.scalar(select(Resource.id).where(
            Resource.clinic_id == by.clinic_id, Resource.kind == details.kind, Resource.name == details.name,
            Resource.id != (resource_id or 0))):
        yield WrongValue("name", f"There is a {details.kind} of this name already. Take another name.")
    if not 1 <= details.units <= MOST_UNITS:
        yield WrongValue("units", f"A resource has from 1 to {MOST_UNITS} units.")
    if details.staff_id is not None and not session.scalar(select(Membership.id).where(
            Membership.staff_id == details.staff_id, Membership.clinic_id == by.clinic_id).limit(1)):
        yield WrongValue("staff_id", "This person has no role in this clinic.")
    for weekday, sentence in week_faults(details.week):
        yield WrongValue(f"day_{weekday}", sentence)
