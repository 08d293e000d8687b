"""How many infusions of an order are left: counted each time, under the lock of the order's patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models import Appointment, Order
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.services.conflicts import MoreThanOrdered

COUNTED = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED, AppointmentStatus.IN_PROGRESS,
                     AppointmentStatus.FULFILLED})
"""Infusions of a plan that is only held are not counted: the booking counts again. Those behind a gate are."""


@dataclass(frozen=True)
class LeftOnOrder:
    """An order's infusions: how many were ordered, and how many of them are booked or given."""

    order_id: int
    patient_id: int
    ordered: int
    booked: int

    @property
    def left(self) -> int:
        """How many may still be booked."""
        return max(self.ordered - self.booked, 0)


def counts() -> ColumnElement[bool]:
    """The condition on appointments that use up an infusion of their order."""
    behind_gate = and_(Appointment.status == AppointmentStatus.HELD, Appointment.series_id.is_not(None))
    return or_(Appointment.status.in_(COUNTED), behind_gate)


def left_on_order(session: Session, order_id: int) -> LeftOnOrder:
    """Count an order's infusions, those of every series and those booked alone; of one withdrawn none is left."""
    session.flush()
    order = session.get(Order, order_id)
    assert order is not None
    booked = session.scalar(select(func.count()).select_from(Appointment).where(
        Appointment.order_id == order_id, counts()))
    return LeftOnOrder(order.id, order.patient_id, 0 if order.withdrawn_at else order.infusions, booked or 0)


def over_ordered(session: Session, rows: Sequence[Appointment]) -> tuple[MoreThanOrdered, ...]:
    """What stands in the way of booking these uncounted appointments (cancelled, missed) on their orders again."""
    found = []
    new = [row for row in rows if row.order_id and row.status not in COUNTED
           and not (row.status == AppointmentStatus.HELD and row.series_id is not None)]
    for order_id in sorted({row.order_id for row in new if row.order_id}):
        wanted = sum(row.order_id == order_id for row in new)
        left = left_on_order(session, order_id)
        if wanted > left.left:
            found.append(MoreThanOrdered(order_id, left.ordered, left.booked, wanted))
    return tuple(found)
