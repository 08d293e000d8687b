"""What a series is booked on: order, protocol version, wishes, and the steps that these give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, Order, Patient, Protocol, ProtocolVersion, Resource, VisitKind
from scheduler.planning.course import infusion_visit
from scheduler.planning.course_steps import NotReady, steps_for
from scheduler.planning.documents import from_document, to_document
from scheduler.planning.protocols import AdoptedProtocol
from scheduler.queries.visit_shapes import VisitShape, visit_shapes
from scheduler.services.booking.offers import PlanSeries
from scheduler.services.booking.term_steps import TermStep
from scheduler.services.booking.wishes import Wishes, contradictions
from scheduler.services.conflicts import ProtocolInactive, VisitTypeMissing, WrongOrder
from scheduler.services.refusal import Conflict, NotFound, Refused


@dataclass(frozen=True)
class Terms:
    """Everything that makes a series but its places; a hold keeps it as a document."""

    order_id: int
    protocol_version_id: int
    wishes: Wishes
    steps: tuple[TermStep, ...]
    finish: str
    same: tuple[str, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """The JSON object that a hold keeps."""
        return to_document(self)

    @classmethod
    def from_document(cls, document: Any) -> Terms:
        """Read what `to_document` wrote; raises DocumentError naming the place that does not fit."""
        return from_document(cls, document, "terms")


def terms_for(session: Session, clinic: Clinic, command: PlanSeries) -> Terms | Refused | NotFound:
    """The terms of a new series under the newest version of its protocol, or everything that stands in the way."""
    patient = session.scalar(select(Patient.id).where(
        Patient.id == command.patient_id, Patient.clinic_id == clinic.id))
    order = session.scalar(select(Order).where(
        Order.id == command.order_id, Order.clinic_id == clinic.id, Order.withdrawn_at.is_(None)))
    protocol = session.scalar(select(Protocol).where(
        Protocol.id == command.protocol_id, Protocol.clinic_id == clinic.id))
    for what, row in (("patient", patient), ("order", order), ("protocol", protocol)):
        if row is None:
            return NotFound(what)
    if not has_therapist(session, clinic.id, command.wishes.therapist_id):
        return NotFound("therapist")
    assert order is not None and protocol is not None
    wishes = command.wishes.until(clinic.latest_days)
    stands: list[Conflict] = list(contradictions(wishes))
    if order.patient_id != patient:
        stands.append(WrongOrder(order.id))
    version = session.scalar(select(ProtocolVersion).where(ProtocolVersion.protocol_id == protocol.id)
                             .order_by(ProtocolVersion.version.desc()).limit(1))
    if not protocol.active or version is None:
        stands.append(ProtocolInactive(protocol.id, protocol.name))
    if stands or version is None:
        return Refused(tuple(stands))
    shapes = visit_shapes(session, clinic.id)
    return _steps(version, order.id, wishes, {shape.code: shape for shape in shapes.values() if shape.active})


def has_therapist(session: Session, clinic_id: int, therapist_id: int | None) -> bool:
    """Whether the one who is asked for works here (or nobody is asked for)."""
    return therapist_id is None or session.scalar(select(Resource.id).where(
        Resource.id == therapist_id, Resource.clinic_id == clinic_id, Resource.active)) is not None


def _steps(version: ProtocolVersion, order_id: int, wishes: Wishes,
           shapes: Mapping[str, VisitShape]) -> Terms | Refused:
    adopted = AdoptedProtocol.from_document(version.document)
    shape = shapes.get(adopted.settings.visit_types.infusion or "")
    if shape is not None and shape.kind != VisitKind.INFUSION:
        return Refused((VisitTypeMissing(shape.code, "is not a visit type for infusions"),))
    visit = shape and infusion_visit([(phase.name, phase.minutes, phase.patient) for phase in shape.phases])
    course = steps_for(adopted, wishes.infusions, visit)
    if isinstance(course, NotReady):
        return Refused(course.conflicts)
    missing = {step.visit_type for step in course.steps if step.visit_type not in shapes}
    if missing:
        return Refused(tuple(VisitTypeMissing(code, "does not exist any more") for code in sorted(missing)))
    steps = tuple(TermStep(step.id, str(step.kind), shapes[step.visit_type].id, step.gaps) for step in course.steps)
    return Terms(order_id, version.id, wishes, steps, course.finish, course.same if wishes.one_therapist else ())
