"""Gates as pages show them: where each stands, until when its visits are kept, and what is still to be booked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from models import Appointment, Gate, Hold, Order, Patient, Protocol, Series, StaffMember
from scheduler.planning.gates import DECIDABLE, Decision, GateFacts, GateState, gate_state
from scheduler.planning.lifecycle import LOST, SeriesStatus
from scheduler.queries.patient_details import initials


@dataclass(frozen=True)
class GateRow:
    """One gate. `keeps` visits are held behind it, the first of them at `first_held`.

    `deadline` is when they are released (None: never by themselves), `order_left` how many infusions that were ordered
    with the decision are not booked yet.
    """

    id: int
    series_id: int
    patient_id: int
    patient_name: str = field(repr=False)
    initials: str = field(repr=False)
    number: int
    state: GateState
    decide_hours: int | None
    warn_hours: int | None
    keeps: int
    first_held: datetime | None
    deadline: datetime | None
    released_at: datetime | None
    given_at: datetime | None
    decision: Decision | None
    decided_at: datetime | None
    decided_by: str
    reason: str = field(repr=False)
    order_id: int | None
    order_left: int
    infusions: int
    protocol_id: int | None
    protocol_name: str

    @property
    def decidable(self) -> bool:
        """Whether a decision may be made now."""
        return self.state in DECIDABLE

    @property
    def waiting_longest(self) -> tuple[int, datetime]:
        """The order of urgency: what was released, then what is released next, then the rest."""
        far = datetime.max.replace(tzinfo=self.given_at.tzinfo if self.given_at else None)
        rank = {GateState.RELEASED: 0, GateState.URGENT: 1, GateState.WAITING: 2}.get(self.state, 3)
        return rank, self.deadline or self.first_held or far


def gate_row(session: Session, clinic_id: int, gate_id: int, *, now: datetime) -> GateRow | None:
    """One gate of the clinic; None for anybody else's."""
    found = _rows(session, clinic_id, now, Gate.id == gate_id)
    return found[0] if found else None


def gates_of_series(session: Session, clinic_id: int, series_id: int, *, now: datetime) -> tuple[GateRow, ...]:
    """The gates of one series, in their order."""
    return tuple(sorted(_rows(session, clinic_id, now, Gate.series_id == series_id), key=lambda row: row.number))


def gates_to_decide(session: Session, clinic_id: int, *, now: datetime) -> tuple[GateRow, ...]:
    """What waits for a clinician, the most urgent first. Two queries, however many."""
    rows = _rows(session, clinic_id, now, Gate.decision.is_(None), Series.status == SeriesStatus.ACTIVE)
    return tuple(sorted((row for row in rows if row.decidable), key=lambda row: row.waiting_longest))


def decided_to_book(session: Session, clinic_id: int, *, now: datetime) -> tuple[GateRow, ...]:
    """Decisions with an order that the desk has not booked yet, the oldest first."""
    rows = _rows(session, clinic_id, now, Gate.order_id.is_not(None))
    return tuple(sorted((row for row in rows if row.order_left), key=lambda row: (row.decided_at, row.id)))


def _rows(session: Session, clinic_id: int, now: datetime, *where: ColumnElement[bool]) -> list[GateRow]:
    given = aliased(Appointment)
    used = (select(func.count(Appointment.id)).where(
        Appointment.order_id == Gate.order_id, Appointment.status.not_in(LOST))
        .correlate(Gate).scalar_subquery())
    found = session.execute(
        select(Gate, Patient.given_name, Patient.family_name, given.status, given.departure, given.ended_at,
               Hold.expires_at, StaffMember.name.label("by"), Order.infusions, used.label("used"),
               Protocol.name.label("protocol"))
        .join(Series, Series.id == Gate.series_id).join(Patient, Patient.id == Gate.patient_id)
        .outerjoin(given, (given.series_id == Gate.series_id) & (given.step == Gate.step))
        .outerjoin(Hold, Hold.id == Gate.hold_id).outerjoin(StaffMember, StaffMember.id == Gate.decided_by)
        .outerjoin(Order, Order.id == Gate.order_id).outerjoin(Protocol, Protocol.id == Gate.protocol_id)
        .where(Gate.clinic_id == clinic_id, *where).order_by(Gate.id)).all()
    holds = [row.Gate.hold_id for row in found if row.Gate.hold_id is not None]
    kept = {hold_id: (many, first) for hold_id, many, first in session.execute(
        select(Appointment.hold_id, func.count(), func.min(Appointment.starts_at))
        .where(Appointment.hold_id.in_(holds)).group_by(Appointment.hold_id))}
    return [_row(row, kept.get(row.Gate.hold_id, (0, None)), now) for row in found]


def _row(row: Any, kept: tuple[int, datetime | None], now: datetime) -> GateRow:
    gate, (many, first) = row.Gate, kept
    deadline = row.expires_at if gate.decide_hours is not None else None
    facts = GateFacts(row.status, row.departure, gate.decision is not None, gate.released_at is not None, deadline,
                      gate.warn_hours)
    return GateRow(
        gate.id, gate.series_id, gate.patient_id, f"{row.given_name} {row.family_name}",
        initials(row.given_name, row.family_name), gate.number, gate_state(facts, now), gate.decide_hours,
        gate.warn_hours, many, first, deadline, gate.released_at, row.ended_at, gate.decision, gate.decided_at,
        row.by or "", gate.reason, gate.order_id, max((row.infusions or 0) - (row.used or 0), 0), row.infusions or 0,
        gate.protocol_id, row.protocol or "")
