"""Hold the visits behind a gate, keep their hold in step with their times, and let them go.

Every function asks that the patient is locked, and works on rows of one series.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Appointment, Gate, Hold, ProtocolVersion, Series
from scheduler.planning.documents import from_document
from scheduler.planning.gates import Decision, kept_until, steps_behind
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.protocols import AdoptedProtocol
from scheduler.planning.words import HoldPurpose
from scheduler.services.booking.term_steps import TermStep


def make_gates(session: Session, series: Series, now: datetime) -> None:
    """Write the gates that the protocol's version asks for, and hold the visits behind them. For a new series."""
    version = session.get_one(ProtocolVersion, series.protocol_version_id)
    wanted = AdoptedProtocol.from_document(version.document).settings.gate
    if wanted is None:
        return
    infusions = [step.id for step in steps_of(series) if step.kind == "infusion"]
    session.add_all(
        Gate(clinic_id=series.clinic_id, patient_id=series.patient_id, series_id=series.id, number=number,
             step=infusions[number - 1], decide_hours=wanted.decide_hours, warn_hours=wanted.warn_hours)
        for number in wanted.after if number < len(infusions))
    session.flush()
    rows = session.scalars(select(Appointment).where(
        Appointment.series_id == series.id, Appointment.status == AppointmentStatus.BOOKED))
    wait_again(session, list(rows), now)


def wait_again(session: Session, rows: Sequence[Appointment], now: datetime) -> None:
    """Hold those of these booked appointments that lie behind a gate that is not decided; the others stay booked."""
    undecided: dict[int, list[Gate]] = defaultdict(list)
    for gate in session.scalars(select(Gate).where(
            Gate.series_id.in_({row.series_id for row in rows if row.series_id is not None}), Gate.decision.is_(None))
            .order_by(Gate.series_id, Gate.number)):
        undecided[gate.series_id].append(gate)
    for series_id, gates in undecided.items():
        series = session.get_one(Series, series_id)
        behind = steps_behind(steps_of(series), sorted(all_numbers(session, series_id)))
        for gate in gates:
            waiting = [row for row in rows if row.series_id == series_id and row.step in behind[gate.number]
                       and row.status in (AppointmentStatus.BOOKED, AppointmentStatus.HELD)]
            if waiting:
                _hold(session, gate, waiting, now)


def open_gates(session: Session, series_id: int) -> list[Gate]:
    """The gates of a series at which nothing is decided yet, in their order."""
    return list(session.scalars(select(Gate).where(Gate.series_id == series_id, Gate.decision.is_(None))
                                .order_by(Gate.number)))


def all_numbers(session: Session, series_id: int) -> list[int]:
    """After which infusions a series has gates, decided or not."""
    return list(session.scalars(select(Gate.number).where(Gate.series_id == series_id)))


def held_behind(session: Session, gate: Gate) -> list[Appointment]:
    """The appointments that wait for this gate, by time."""
    if gate.hold_id is None:
        return []
    return list(session.scalars(
        select(Appointment).where(Appointment.hold_id == gate.hold_id).order_by(Appointment.starts_at, Appointment.id)
        .execution_options(populate_existing=True)))


def keep_in_step(session: Session, gate: Gate, now: datetime) -> None:
    """Let the hold of a gate end as its visits' times ask; one that holds nothing any more goes."""
    session.flush()
    rows = held_behind(session, gate)
    if rows:
        hold = session.get_one(Hold, gate.hold_id)
        hold.expires_at = kept_until(rows[0].starts_at, gate.decide_hours, now)
        session.flush()
    elif gate.hold_id is not None:
        old, gate.hold_id = gate.hold_id, None
        session.flush()
        session.execute(delete(Hold).where(Hold.id == old), execution_options={"synchronize_session": False})


def tidy_holds(session: Session, hold_ids: Collection[int], now: datetime) -> None:
    """Keep the holds of gates in step out of which appointments were taken (called off, or booked)."""
    if hold_ids:
        for gate in session.scalars(select(Gate).where(Gate.hold_id.in_(hold_ids)).order_by(Gate.id)).all():
            keep_in_step(session, gate, now)


def reopen_stopped(session: Session, series: Series) -> None:
    """A stop that is taken back leaves the gate undecided at which it was decided."""
    for gate in session.scalars(select(Gate).where(
            Gate.series_id == series.id, Gate.decision == Decision.STOP, Gate.decided_at == series.ended_at)):
        gate.decision = gate.decided_at = gate.decided_by = None
        gate.reason = ""
    session.flush()


def steps_of(series: Series) -> list[TermStep]:
    """The steps of a series as it was booked."""
    return [from_document(TermStep, step, "steps") for step in series.steps]


def _hold(session: Session, gate: Gate, rows: Sequence[Appointment], now: datetime) -> None:
    if gate.hold_id is None:
        hold = Hold(clinic_id=gate.clinic_id, patient_id=gate.patient_id, held_by=None,
                    purpose=HoldPurpose.GATE, terms={}, expires_at=min(row.starts_at for row in rows), created_at=now)
        session.add(hold)
        session.flush()
        gate.hold_id = hold.id
    gate.released_at = None
    for row in rows:
        row.status, row.hold_id = AppointmentStatus.HELD, gate.hold_id
        row.confirmed_at = row.cannot_come_at = None
    keep_in_step(session, gate, now)
