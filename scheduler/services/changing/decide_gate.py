"""Write down what a clinician decides at a gate, and do it: continue, extend by an order, taper, or stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Gate, Series
from scheduler.access import Viewer
from scheduler.planning.gates import DECIDABLE, Decision, GateState
from scheduler.planning.lifecycle import AppointmentStatus, Departure, SeriesStatus
from scheduler.queries.changes import Act
from scheduler.queries.gates import gate_row
from scheduler.services import audit
from scheduler.services.booking.further_order import further_order
from scheduler.services.booking.gate_holds import held_behind, open_gates, tidy_holds
from scheduler.services.booking.locked import locked_series
from scheduler.services.booking.series_state import settle
from scheduler.services.changing.call_off import LONGEST_REASON, call_off, reason_stands, tell
from scheduler.services.changing.cancel import StopSeries, stop_series
from scheduler.services.changing.changes import keep_change, stood_with_its_series
from scheduler.services.changing.extend_steps import extend_steps
from scheduler.services.conflicts import NotAsked
from scheduler.services.refusal import Conflict, NotFound, Refused
from scheduler.services.whole import whole

NEEDS_ORDER = (Decision.EXTEND, Decision.TAPER)


@dataclass(frozen=True)
class DecideGate:
    """A decision. `infusions` (extend, taper) are ordered with it; `protocol_id` is what a taper is booked under."""

    gate_id: int
    decision: Decision
    reason: str = ""
    infusions: int | None = None
    protocol_id: int | None = None


@dataclass(frozen=True)
class Decided:
    """What came of it: the appointments booked or left out, the order written, where the series stands.

    `change_id`: to take it back by; a stop is taken back on the series (`undo_stop`).
    """

    series_id: int
    decision: Decision
    appointment_ids: tuple[int, ...]
    order_id: int | None
    series_status: SeriesStatus | None
    change_id: int | None = None


Outcome = Decided | Refused | NotFound


@whole
def decide_gate(session: Session, command: DecideGate, *, by: Viewer, now: datetime) -> Outcome:
    """Decide at a gate whose infusion was given. Use it inside `booking(database, now=…)`."""
    found = _locked(session, by.clinic_id, command.gate_id)
    if isinstance(found, NotFound):
        return found
    gate, series = found
    if stands := _stands(session, series, command, now):
        return Refused(stands)
    touched = _waiting(session, gate, now) if command.decision != Decision.TAPER else _left_out(session, gate)
    was = stood_with_its_series(session, touched, series, Act.DECIDE, gate.id)
    gate.decision, gate.decided_at, gate.decided_by = command.decision, now, by.staff_id
    gate.reason = command.reason.strip()[:LONGEST_REASON]
    if command.decision in NEEDS_ORDER:
        refused = further_order(session, gate, command.infusions or 0, command.protocol_id, by=by, now=now)
        if isinstance(refused, Refused | NotFound):
            return refused
    if command.decision == Decision.EXTEND and (
            refused := extend_steps(session, series, command.infusions or 0)):
        return refused
    audit.record(session, by=by, verb="decide", subject="series", subject_id=series.id, patient_id=series.patient_id,
                 now=now, detail={"gate": gate.number, "decision": str(command.decision), "reason": gate.reason,
                                  "order": gate.order_id})
    if command.decision == Decision.STOP:
        stopped = stop_series(session, StopSeries(series.id, command.reason), by=by, now=now)
        if isinstance(stopped, Refused | NotFound):
            return stopped
        return Decided(series.id, command.decision, (), None, stopped.series_status)
    if command.decision == Decision.TAPER:
        _omit(session, gate, touched, now)
    else:
        _book(session, gate, touched, now)
    status = settle(session, series.id, now=now)
    change = keep_change(session, was, series.patient_id, series, by=by, now=now)
    return Decided(series.id, command.decision, tuple(row.id for row in touched), gate.order_id, status, change.id)


def _locked(session: Session, clinic_id: int, gate_id: int) -> tuple[Gate, Series] | NotFound:
    series_id = session.scalar(select(Gate.series_id).where(Gate.id == gate_id, Gate.clinic_id == clinic_id))
    if series_id is None:
        return NotFound("gate")
    series = locked_series(session, clinic_id, series_id)
    assert not isinstance(series, NotFound)
    return session.get_one(Gate, gate_id, populate_existing=True), series


def _stands(session: Session, series: Series, command: DecideGate, now: datetime) -> tuple[Conflict, ...]:
    row = gate_row(session, series.clinic_id, command.gate_id, now=now)
    assert row is not None
    stands: list[Conflict] = []
    if command.decision != Decision.CONTINUE:
        stands += reason_stands(command.reason)
    if series.status not in (SeriesStatus.ACTIVE, SeriesStatus.COMPLETED):
        stands.append(NotAsked("decide", "This series does not run. Resume it, or take the stop back, first."))
    elif row.state == GateState.DECIDED:
        stands.append(NotAsked("decide", "This has been decided already. Look at what was decided."))
    elif row.state not in DECIDABLE:
        stands.append(NotAsked("decide", f"Infusion {row.number} is not recorded as given yet. Decide after it."))
    earlier = [gate for gate in open_gates(session, series.id) if gate.number < row.number]
    if earlier:
        stands.append(NotAsked("decide", f"Decide first how it goes on after infusion {earlier[0].number}."))
    return tuple(stands)


def _waiting(session: Session, gate: Gate, now: datetime) -> list[Appointment]:
    """What this gate holds, as far as its time has not passed."""
    return [row for row in held_behind(session, gate) if row.starts_at > now]


def _book(session: Session, gate: Gate, ahead: Sequence[Appointment], now: datetime) -> None:
    """Book what was held; a visit whose time has passed meanwhile is put off."""
    past = [row for row in held_behind(session, gate) if row.starts_at <= now]
    call_off(session, past, "Its time passed before the decision", now)
    for row in past:
        row.departure, row.departed_at = Departure.DEFERRED, now
    holds = {row.hold_id for row in ahead if row.hold_id is not None}
    for row in ahead:
        row.status, row.hold_id, row.booked_at = AppointmentStatus.BOOKED, None, now
    tidy_holds(session, holds, now)
    tell(session, ahead, gate.series_id, "booked", now)


def _left_out(session: Session, gate: Gate) -> list[Appointment]:
    """What waits at this gate and those behind it, and what was released while it waited."""
    held = [row for one in open_gates(session, gate.series_id) for row in held_behind(session, one)]
    return [*held, *(row for row in session.scalars(select(Appointment).where(
        Appointment.series_id == gate.series_id).order_by(Appointment.id))
        if row.departure == Departure.DEFERRED and row.departed_at == gate.released_at)]


def _omit(session: Session, gate: Gate, rows: Sequence[Appointment], now: datetime) -> None:
    """What waited gives its time back and is left out: the taper takes its place."""
    call_off(session, [row for row in rows if row.status == AppointmentStatus.HELD], gate.reason, now)
    for row in rows:
        row.departure, row.departed_at = Departure.OMITTED, now
