"""The protocols that a clinic has adopted, as a booking desk chooses between them: what they say and what they lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Protocol, ProtocolVersion, VisitKind
from scheduler.planning.course import Course, StepKind, infusion_visit
from scheduler.planning.course_steps import NotReady, steps_for
from scheduler.planning.documents import DocumentError
from scheduler.planning.protocols import AdoptedProtocol, Fact, Schedule, Source
from scheduler.queries.visit_shapes import VisitShape, visit_shapes

UNREADABLE = "Its stored settings cannot be read. Adopt the protocol again."
NO_SUCH_TYPE = "Its visit type “{}” is switched off or gone. Choose another one."


@dataclass(frozen=True)
class ProtocolCard:
    """One adopted protocol. `missing` names in sentences what must be set before it can be booked; empty: ready."""

    id: int
    name: str
    title: str
    schedule: Schedule | None
    fewest: int
    most: int
    therapy: Mapping[str, int]
    sources: tuple[Source, ...]
    facts: tuple[Fact, ...]
    missing: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether it can be booked."""
        return not self.missing

    @property
    def doses(self) -> tuple[Fact, ...]:
        """What the sources say of doses: for information, a clinician orders."""
        return tuple(fact for fact in self.facts if fact.name.startswith("dose"))


def bookable_protocols(session: Session, clinic_id: int) -> tuple[ProtocolCard, ...]:
    """The active protocols of a clinic in their newest version, those that are ready first. Four queries."""
    newest = (select(func.max(ProtocolVersion.version)).where(ProtocolVersion.protocol_id == Protocol.id)
              .correlate(Protocol).scalar_subquery())
    rows = session.execute(
        select(Protocol.id, Protocol.name, ProtocolVersion.document)
        .join(ProtocolVersion, (ProtocolVersion.protocol_id == Protocol.id) & (ProtocolVersion.version == newest))
        .where(Protocol.clinic_id == clinic_id, Protocol.active).order_by(Protocol.name, Protocol.id)).all()
    shapes = {shape.code: shape for shape in visit_shapes(session, clinic_id).values() if shape.active}
    cards = [_card(row.id, row.name, row.document, shapes) for row in rows]
    return tuple(sorted(cards, key=lambda card: not card.ready))


def _card(id_: int, name: str, document: dict, shapes: Mapping[str, VisitShape]) -> ProtocolCard:
    try:
        adopted = AdoptedProtocol.from_document(document)
    except DocumentError:
        return ProtocolCard(id_, name, "", None, 1, 1, {}, (), (), (UNREADABLE,))
    course = steps_for(adopted, adopted.most, _infusion(adopted, shapes))
    missing = (tuple(one.sentence for one in course.conflicts) if isinstance(course, NotReady)
               else _without_type(course, shapes))
    return ProtocolCard(
        id_, name, adopted.published.title, adopted.published.schedule, adopted.fewest, adopted.most,
        {} if isinstance(course, NotReady) else _therapy(course), adopted.published.sources, adopted.published.facts,
        missing)


def _infusion(adopted: AdoptedProtocol, shapes: Mapping[str, VisitShape]):
    shape = shapes.get(adopted.settings.visit_types.infusion or "")
    if shape is None or shape.kind != VisitKind.INFUSION:
        return None
    return infusion_visit([(phase.name, phase.minutes, phase.patient) for phase in shape.phases])


def _without_type(course: Course, shapes: Mapping[str, VisitShape]) -> tuple[str, ...]:
    wanted = dict.fromkeys(step.visit_type for step in course.steps)
    return tuple(NO_SUCH_TYPE.format(code) for code in wanted if code not in shapes)


def _therapy(course: Course) -> dict[str, int]:
    """How many sessions of each kind come with the greatest number of infusions."""
    return dict(Counter(str(step.kind) for step in course.steps if step.kind != StepKind.INFUSION))
