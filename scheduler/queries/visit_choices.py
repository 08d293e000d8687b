"""Between what a booking desk chooses for a single visit: kinds of visit, people and things, orders."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Resource, VisitKind
from scheduler.queries.orders_of_patient import OrderRow, ordering_clinicians, orders_of_patient
from scheduler.queries.visit_shapes import VisitShape, visit_shapes


@dataclass(frozen=True)
class VisitChoices:
    """The active visit types, the resources (id, kind, name) one may ask for, the orders and the clinicians."""

    types: tuple[VisitShape, ...]
    resources: tuple[tuple[int, str, str], ...]
    orders: tuple[OrderRow, ...]
    clinicians: tuple[tuple[int, str], ...]

    @property
    def open_orders(self) -> tuple[OrderRow, ...]:
        """The orders with infusions left, newest first."""
        return tuple(order for order in self.orders if order.left)

    def type(self, visit_type_id: int) -> VisitShape | None:
        """The visit type of this id, if it can be chosen."""
        return next((one for one in self.types if one.id == visit_type_id), None)

    def needs_order(self, visit_type_id: int) -> bool:
        """Whether a visit of this type counts against an order."""
        shape = self.type(visit_type_id)
        return shape is not None and shape.kind == VisitKind.INFUSION


def visit_choices(session: Session, clinic_id: int, patient_id: int) -> VisitChoices:
    """What can be chosen for a patient of the clinic; infusions stand last. Five queries."""
    shapes = [shape for shape in visit_shapes(session, clinic_id).values() if shape.active and shape.phases]
    resources = session.execute(
        select(Resource.id, Resource.kind, Resource.name).where(Resource.clinic_id == clinic_id, Resource.active)
        .order_by(Resource.kind, Resource.name))
    return VisitChoices(
        tuple(sorted(shapes, key=lambda shape: (shape.kind == VisitKind.INFUSION, shape.name))),
        tuple((row.id, row.kind, row.name) for row in resources),
        orders_of_patient(session, clinic_id, patient_id), ordering_clinicians(session, clinic_id))
