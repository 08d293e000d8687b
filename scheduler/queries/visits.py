"""Visits as every screen shows them: who, what, when, where, and which infusion of how many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models import Appointment, Claim, Patient, Phase, Resource, RideHome, VisitKind, VisitType
from scheduler.planning.lifecycle import AppointmentStatus, Departure
from scheduler.queries.patient_details import initials


@dataclass(frozen=True)
class PhaseRow:
    """One phase of a visit, from `starts_at` until before `ends_at`."""

    name: str
    starts_at: datetime
    ends_at: datetime
    with_patient: bool


@dataclass(frozen=True)
class ResourceRow:
    """A chair, nurse, therapist … that a visit occupies."""

    id: int
    kind: str
    name: str


@dataclass(frozen=True)
class RideRow:
    """Who takes the patient home, as the patient has named them; `agreed` once they have said yes."""

    name: str = field(repr=False)
    telephone: str = field(repr=False)
    agreed: bool


@dataclass(frozen=True)
class VisitRow:
    """One visit. `infusion` is (number, of how many) for an infusion of a series; `label` says it in words."""

    id: int
    patient_id: int
    patient_name: str = field(repr=False)
    initials: str = field(repr=False)
    series_id: int | None
    step: str | None
    kind: VisitKind
    type_name: str
    status: AppointmentStatus
    starts_at: datetime
    patient_leaves_at: datetime
    ends_at: datetime
    confirmed_at: datetime | None
    cannot_come_at: datetime | None
    ended_reason: str = field(repr=False)
    version: int
    infusion: tuple[int, int] | None
    phases: tuple[PhaseRow, ...]
    resources: tuple[ResourceRow, ...]
    departure: Departure | None = None
    not_before: date | None = None
    ride: RideRow | None = None

    @property
    def label(self) -> str:
        """"Infusion 3 of 6", or the name of the visit type."""
        return f"{self.type_name} {self.infusion[0]} of {self.infusion[1]}" if self.infusion else self.type_name

    def on(self, timezone: str) -> date:
        """The day of it in a zone."""
        return self.starts_at.astimezone(ZoneInfo(timezone)).date()

    def named(self, kind: str) -> str:
        """The name of the resource of one kind; empty where there is none."""
        return next((resource.name for resource in self.resources if resource.kind == kind), "")


def visits(session: Session, clinic_id: int, *where: ColumnElement[bool]) -> tuple[VisitRow, ...]:
    """The visits of a clinic that fit every condition on `Appointment`, by time. Five queries, however many rows."""
    found = session.execute(
        select(Appointment, Patient.given_name, Patient.family_name, VisitType.kind, VisitType.name)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(VisitType, VisitType.id == Appointment.visit_type_id)
        .where(Appointment.clinic_id == clinic_id, *where)
        .order_by(Appointment.starts_at, Appointment.id)).all()
    phases = _phases(session, {row.Appointment.visit_type_id for row in found})
    occupied = _resources(session, [row.Appointment.id for row in found])
    rides = {ride.appointment_id: RideRow(ride.name, ride.telephone, ride.confirmed_at is not None)
             for ride in session.scalars(select(RideHome).where(
                 RideHome.appointment_id.in_([row.Appointment.id for row in found])))}
    numbers = _infusion_numbers(session, (row.Appointment for row in found))
    return tuple(
        VisitRow(
            one.id, one.patient_id, f"{given} {family}", initials(given, family), one.series_id, one.step, kind, name,
            one.status, one.starts_at, one.patient_leaves_at, one.ends_at, one.confirmed_at, one.cannot_come_at,
            one.ended_reason, one.version, numbers.get(one.id), _laid_out(one.starts_at, phases[one.visit_type_id]),
            occupied[one.id], one.departure, one.not_before, rides.get(one.id))
        for one, given, family, kind, name in found)


def visit(session: Session, clinic_id: int, appointment_id: int) -> VisitRow | None:
    """One visit of the clinic; None for anybody else's."""
    found = visits(session, clinic_id, Appointment.id == appointment_id)
    return found[0] if found else None


def visits_of_patient(session: Session, clinic_id: int, patient_id: int) -> tuple[VisitRow, ...]:
    """Every visit of one patient, held and cancelled ones too, by time."""
    return visits(session, clinic_id, Appointment.patient_id == patient_id)


def _phases(session: Session, visit_type_ids: Collection[int]) -> dict[int, list[Phase]]:
    phases = defaultdict(list)
    for phase in session.scalars(
            select(Phase).where(Phase.visit_type_id.in_(visit_type_ids)).order_by(Phase.visit_type_id, Phase.position)):
        phases[phase.visit_type_id].append(phase)
    return phases


def _laid_out(starts_at: datetime, phases: Iterable[Phase]) -> tuple[PhaseRow, ...]:
    rows = []
    for phase in phases:
        ends_at = starts_at + timedelta(minutes=phase.minutes)
        rows.append(PhaseRow(phase.name, starts_at, ends_at, phase.with_patient))
        starts_at = ends_at
    return tuple(rows)


def _resources(session: Session, appointment_ids: Collection[int]) -> dict[int, tuple[ResourceRow, ...]]:
    rows = session.execute(
        select(Claim.appointment_id, Resource.id, Resource.kind, Resource.name).distinct()
        .join(Resource, Resource.id == Claim.resource_id)
        .where(Claim.appointment_id.in_(appointment_ids)).order_by(Resource.kind, Resource.name))
    found = defaultdict(tuple)
    for row in rows:
        found[row.appointment_id] += (ResourceRow(row.id, row.kind, row.name),)
    return found


def _infusion_numbers(session: Session, found: Iterable[Appointment]) -> dict[int, tuple[int, int]]:
    """For each infusion of these series and holds its number and how many there are, by its place in the protocol."""
    found = tuple(found)
    held = func.coalesce(Appointment.series_id, -Appointment.hold_id)
    rows = session.execute(
        select(Appointment.id,
               func.row_number().over(partition_by=held, order_by=Appointment.ordinal).label("number"),
               func.count().over(partition_by=held).label("of"))
        .join(VisitType, VisitType.id == Appointment.visit_type_id)
        .where(Appointment.series_id.in_({one.series_id for one in found} - {None})
               | Appointment.hold_id.in_({one.hold_id for one in found} - {None}),
               Appointment.step.is_not(None), VisitType.kind == VisitKind.INFUSION))
    return {row.id: (row.number, row.of) for row in rows}
