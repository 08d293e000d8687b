"""Release what waits behind gates whose deadline has passed undecided: the times go, the steps wait for new ones.

The patient was never told that they were booked, so no letter goes out; the desk's worklist says whom to call.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Gate, Hold
from scheduler.access import Viewer
from scheduler.planning.lifecycle import Departure
from scheduler.planning.words import HoldPurpose
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.gate_holds import held_behind, keep_in_step, open_gates
from scheduler.services.booking.series_state import settle
from scheduler.services.changing.call_off import call_off

BATCH = 50
NO_DECISION = "No decision by the deadline"
CLOCK = "clock"


def release_gates(session: Session, *, now: datetime) -> int:
    """Release at most a batch, oldest first; gives from how many gates visits were released.

    Two of them at once are harmless: under the patient's lock the second one finds nothing left to release.
    """
    due = session.execute(
        select(Gate.id, Gate.clinic_id, Gate.patient_id).join(Hold, Hold.id == Gate.hold_id)
        .where(Hold.purpose == HoldPurpose.GATE, Hold.expires_at <= now)
        .order_by(Hold.expires_at, Gate.id).limit(BATCH)).all()
    for row in sorted(due, key=lambda row: row.patient_id):
        lock_patients(session, row.clinic_id, [row.patient_id])
    return sum(_release(session, row.id, now) for row in due)


def _release(session: Session, gate_id: int, now: datetime) -> bool:
    gate = session.scalars(select(Gate).where(Gate.id == gate_id).execution_options(populate_existing=True)).one()
    if gate.hold_id is None or session.get_one(Hold, gate.hold_id, populate_existing=True).expires_at > now:
        return False
    rows = held_behind(session, gate)
    if gate.decide_hours is None:
        gone = [row for row in rows if row.starts_at <= now]
    else:
        later = [one for one in open_gates(session, gate.series_id) if one.number > gate.number]
        gone = [*rows, *(row for one in later for row in held_behind(session, one))]
    if not gone:
        keep_in_step(session, gate, now)
        return False
    _set_aside(session, gate, gone, now)
    keep_in_step(session, gate, now)
    if gate.hold_id is None:
        gate.released_at = now
    return True


def _set_aside(session: Session, gate: Gate, rows: list[Appointment], now: datetime) -> None:
    call_off(session, rows, NO_DECISION, now)
    for row in rows:
        row.departure, row.departed_at = Departure.DEFERRED, now
    settle(session, gate.series_id, now=now)
    audit.record(session, by=Viewer(clinic_id=gate.clinic_id, actor=CLOCK), verb="release", subject="series",
                 subject_id=gate.series_id, patient_id=gate.patient_id, now=now,
                 detail={"gate": gate.number, "visits": [row.id for row in rows]})
