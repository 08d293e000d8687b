"""Turn places into appointments with their claims, and move appointments in place: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Resource, VisitKind
from scheduler.access import Viewer
from scheduler.planning.instants import instant
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.queries.visit_shapes import VisitShape, visit_shapes
from scheduler.services.booking.claims import Wanted, claim, release
from scheduler.services.booking.gate_holds import wait_again
from scheduler.services.booking.openings import note_openings
from scheduler.services.conflicts import WrongResources
from scheduler.services.refusal import Conflict


@dataclass(frozen=True)
class VisitPlace:
    """Where one visit is to be: clinic wall time, and one resource (id) of each kind that its type needs."""

    visit_type_id: int
    wall_start: datetime
    resources: Mapping[str, int]
    step: str | None = None
    ordinal: int = 1


@dataclass(frozen=True)
class Owner:
    """What new appointments belong to: held ones to a hold, booked ones perhaps to a series."""

    patient_id: int
    status: AppointmentStatus
    series_id: int | None = None
    hold_id: int | None = None
    order_id: int | None = None
    """The order that infusions count against."""


@dataclass
class Promised:
    """The appointments written, or the conflicts for which none was."""

    appointments: list[Appointment] = field(default_factory=list)
    conflicts: tuple[Conflict, ...] = ()


def promise(session: Session, clinic: Clinic, places: Sequence[VisitPlace], owner: Owner, *, by: Viewer,
            now: datetime) -> Promised:
    """Write one appointment with its claims for each place. The patient must be locked; the caller undoes a refusal."""
    shapes = visit_shapes(session, clinic.id, (place.visit_type_id for place in places))
    wrong = check_resources(session, clinic.id, places, shapes)
    if wrong:
        return Promised(conflicts=wrong)
    rows = []
    for place in places:
        shape = shapes[place.visit_type_id]
        rows.append(Appointment(
            clinic_id=clinic.id, patient_id=owner.patient_id, series_id=owner.series_id, hold_id=owner.hold_id,
            order_id=owner.order_id if shape.kind == VisitKind.INFUSION else None, visit_type_id=shape.id,
            step=place.step, ordinal=place.ordinal, status=owner.status, booked_at=now, booked_by=by.staff_id,
            **_times(clinic, shape, place.wall_start)))
    session.add_all(rows)
    session.flush()
    wanted = [_wanted(row, place, shapes) for row, place in zip(rows, places, strict=True)]
    return Promised(rows, claim(session, clinic.id, clinic.timezone, wanted))


def move(session: Session, clinic: Clinic, moves: Sequence[tuple[Appointment, VisitPlace]], *,
         now: datetime) -> tuple[Conflict, ...]:
    """Move appointments to their new places: same rows, one version up, booked, no longer confirmed.

    Those behind a gate that is not decided are held there. Their old claims go first, so that they may take each
    other's times. The patients must be locked.
    """
    shapes = visit_shapes(session, clinic.id, (place.visit_type_id for _, place in moves))
    wrong = check_resources(session, clinic.id, [place for _, place in moves], shapes)
    if wrong:
        return wrong
    note_openings(session, (row for row, place in moves if row.wall_start != place.wall_start), now)
    release(session, (row.id for row, _ in moves))
    for row, place in moves:
        for name, value in _times(clinic, shapes[place.visit_type_id], place.wall_start).items():
            setattr(row, name, value)
        row.version += 1
        row.status = AppointmentStatus.HELD if row.hold_id is not None else AppointmentStatus.BOOKED
        row.confirmed_at = row.cannot_come_at = row.arrived_at = row.ended_at = None
        row.ended_reason, row.booked_at = "", now
        row.departure = row.departed_at = row.not_before = None
    session.flush()
    wait_again(session, [row for row, _ in moves], now)
    return claim(session, clinic.id, clinic.timezone, [_wanted(row, place, shapes) for row, place in moves])


def check_resources(session: Session, clinic_id: int, places: Sequence[VisitPlace],
                    shapes: Mapping[int, VisitShape]) -> tuple[WrongResources, ...]:
    """What does not fit between the visit types and the resources that are named for them."""
    named = {id_ for place in places for id_ in place.resources.values()}
    there = {row.id: row for row in session.scalars(
        select(Resource).where(Resource.clinic_id == clinic_id, Resource.id.in_(named)))}
    wrong = []
    for place in places:
        shape = shapes.get(place.visit_type_id)
        if shape is None or not shape.phases:
            wrong.append(WrongResources("visit type", None, place.step))
            continue
        for kind in shape.kinds:
            if kind not in place.resources:
                wrong.append(WrongResources(kind, None, place.step))
        for kind, id_ in place.resources.items():
            row = there.get(id_)
            if row is None or row.kind != kind or not row.active or kind not in shape.kinds:
                wrong.append(WrongResources(kind, row.name if row else None, place.step))
    return tuple(wrong)


def _times(clinic: Clinic, shape: VisitShape, wall_start: datetime) -> dict:
    starts_at = instant(wall_start, clinic.timezone)
    return {"wall_start": wall_start, "timezone": clinic.timezone, "starts_on": wall_start.date(),
            "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=shape.minutes),
            "patient_leaves_at": starts_at + timedelta(minutes=shape.patient_minutes)}


def _wanted(row: Appointment, place: VisitPlace, shapes: Mapping[int, VisitShape]) -> Wanted:
    phases = shapes[place.visit_type_id].phases
    return Wanted(row.id, row.patient_id, row.starts_at, phases, place.resources, place.step)
