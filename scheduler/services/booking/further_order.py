"""Write the order of further infusions that comes with a decision at a gate."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Gate, Protocol
from scheduler.access import Viewer
from scheduler.planning.gates import Decision
from scheduler.planning.instants import wall
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.record_order import RecordOrder, record_order
from scheduler.services.conflicts import ProtocolInactive
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue

CHOOSE = "Choose the protocol under which the taper is booked."


def further_order(session: Session, gate: Gate, infusions: int, protocol_id: int | None, *, by: Viewer,
                  now: datetime) -> Refused | NotFound | None:
    """Write the order of the clinician who decides on the gate, with a taper's protocol; None where it is done."""
    if gate.decision == Decision.TAPER:
        protocol = session.scalar(select(Protocol).where(Protocol.id == protocol_id,
                                                         Protocol.clinic_id == by.clinic_id)) if protocol_id else None
        if protocol is None:
            return Refused((WrongValue("protocol", CHOOSE),))
        if not protocol.active:
            return Refused((ProtocolInactive(protocol.id, protocol.name),))
        gate.protocol_id = protocol.id
    today = wall(now, clinic_row(session, by.clinic_id).timezone).date()
    order = record_order(session, RecordOrder(
        gate.patient_id, by.staff_id or 0, infusions, today, f"Decided after infusion {gate.number}: {gate.decision}"),
        by=by, now=now)
    if isinstance(order, Refused | NotFound):
        return order
    gate.order_id = order.order_id
    return None
