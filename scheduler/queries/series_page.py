"""A series as its page shows it: what was ordered, under which protocol, and every visit with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import Session, aliased

from models import Appointment, Gate, InfusionRecord, Order, Patient, Protocol, ProtocolVersion, Series, StaffMember
from models import TherapySession as Talk
from scheduler.planning.gates import Decision
from scheduler.planning.ledger import BOOKED, Ledger, ledger
from scheduler.planning.lifecycle import RUNNING, AppointmentStatus, SeriesStatus, wants_time
from scheduler.queries.patient_details import initials
from scheduler.queries.visits import VisitRow, visits

Further = aliased(Order)
COUNTED = BOOKED | {AppointmentStatus.FULFILLED}


@dataclass(frozen=True)
class SeriesRow:
    """One series. `belongs` gives, for each therapy step, the infusion step that it is paired with."""

    id: int
    patient_id: int
    patient_name: str = field(repr=False)
    initials: str = field(repr=False)
    status: SeriesStatus
    protocol_name: str
    protocol_version: int
    document: Mapping[str, Any] = field(repr=False)
    infusions: int
    ordered: int
    ordered_by: str
    ordered_on: date
    booked_at: datetime
    ended_reason: str = field(repr=False)
    belongs: Mapping[str, str]
    visits: tuple[VisitRow, ...]
    elsewhere: int = 0
    """Infusions booked or given on the same order outside this series."""

    @property
    def ledger(self) -> Ledger:
        """What becomes of every infusion that was ordered."""
        return ledger(self.ordered, [(visit.status, visit.departure) for visit in self.visits
                                     if visit.kind == "infusion" and visit.step], self.elsewhere)

    @property
    def given(self) -> int:
        """How many infusions were given."""
        return sum(visit.kind == "infusion" and visit.status == AppointmentStatus.FULFILLED for visit in self.visits)

    @property
    def runs(self) -> bool:
        """Whether visits may still come."""
        return self.status in RUNNING

    @property
    def to_place(self) -> tuple[VisitRow, ...]:
        """Cancelled, missed and deferred visits of a running series, which want a new time."""
        if self.status == SeriesStatus.ON_HOLD:
            return ()
        return tuple(visit for visit in self.visits if self.runs and wants_time(visit.status, visit.departure))


def series_page(session: Session, clinic_id: int, series_id: int) -> SeriesRow | None:
    """One series of the clinic; None for anybody else's."""
    found = _series(session, clinic_id, Series.id == series_id)
    return found[0] if found else None


def series_of_patient(session: Session, clinic_id: int, patient_id: int) -> tuple[SeriesRow, ...]:
    """Every series of one patient, the newest first."""
    return _series(session, clinic_id, Series.patient_id == patient_id)


def notes_of_series(session: Session, clinic_id: int, series_id: int) -> dict[int, str]:
    """What was noted when a visit was recorded, by appointment; for those who may see clinical notes."""
    notes: dict[int, str] = {}
    for kind in (InfusionRecord, Talk):
        rows = session.execute(
            select(kind.appointment_id, kind.note).join(Appointment, Appointment.id == kind.appointment_id)
            .where(kind.clinic_id == clinic_id, Appointment.series_id == series_id, kind.note != ""))
        notes |= {row.appointment_id: row.note for row in rows}
    return notes


def _series(session: Session, clinic_id: int, *where: ColumnElement[bool]) -> tuple[SeriesRow, ...]:
    rows = session.execute(
        select(Series, Patient.given_name, Patient.family_name, Protocol.name.label("protocol"),
               ProtocolVersion.version, ProtocolVersion.document, Order.infusions.label("ordered"), Order.ordered_on,
               StaffMember.name.label("ordered_by"), _elsewhere().label("elsewhere"), _added().label("added"))
        .join(Patient, Patient.id == Series.patient_id)
        .join(ProtocolVersion, ProtocolVersion.id == Series.protocol_version_id)
        .join(Protocol, Protocol.id == ProtocolVersion.protocol_id)
        .join(Order, Order.id == Series.order_id).join(StaffMember, StaffMember.id == Order.ordered_by)
        .where(Series.clinic_id == clinic_id, *where).order_by(Series.booked_at.desc(), Series.id.desc())).all()
    found = visits(session, clinic_id, Appointment.series_id.in_([row.Series.id for row in rows]))
    return tuple(
        SeriesRow(
            row.Series.id, row.Series.patient_id, f"{row.given_name} {row.family_name}",
            initials(row.given_name, row.family_name), row.Series.status, row.protocol, row.version, row.document,
            row.Series.infusions, row.ordered + (row.added or 0), row.ordered_by, row.ordered_on, row.Series.booked_at,
            row.Series.ended_reason, pairs(row.Series.steps),
            tuple(visit for visit in found if visit.series_id == row.Series.id), row.elsewhere)
        for row in rows)


def _added() -> ScalarSelect[int]:
    """What decisions on the way have ordered for the same course."""
    return (select(func.sum(Further.infusions)).join(Gate, Gate.order_id == Further.id)
            .where(Gate.series_id == Series.id, Gate.decision == Decision.EXTEND).correlate(Series).scalar_subquery())


def _elsewhere() -> ScalarSelect[int]:
    """On the order of a series: what is booked or given outside it."""
    return (select(func.count()).select_from(Appointment)
            .where(Appointment.order_id == Series.order_id, Appointment.status.in_(COUNTED),
                   or_(Appointment.series_id.is_(None), Appointment.series_id != Series.id))
            .correlate(Series).scalar_subquery())


def pairs(steps: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """For each step that is no infusion, the infusion it belongs to: the one it follows, or else leads up to."""
    infusions = {step["id"] for step in steps if step.get("kind") == "infusion"}
    belongs: dict[str, str] = {}
    for step in steps:
        for gap in step.get("gaps", ()):
            if step["id"] not in infusions and gap["after"] in infusions:
                belongs[step["id"]] = gap["after"]
            elif step["id"] in infusions and gap["after"] not in infusions:
                belongs.setdefault(gap["after"], step["id"])
    return belongs
