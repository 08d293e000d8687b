"""Make a running series longer: its steps as its protocol's version gives them for more infusions."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import ProtocolVersion, Series
from scheduler.planning.course import infusion_visit
from scheduler.planning.course_steps import NotReady, steps_for
from scheduler.planning.documents import to_document
from scheduler.planning.protocols import AdoptedProtocol
from scheduler.queries.visit_shapes import visit_shapes
from scheduler.services.booking.gate_holds import steps_of
from scheduler.services.booking.term_steps import TermStep
from scheduler.services.conflicts import NotAsked
from scheduler.services.refusal import Refused

OTHERWISE = ("Under this protocol a longer course is not the same course with more at its end: its therapy would lie "
             "otherwise. Continue, and have the further infusions ordered and booked as a series of their own.")


def extend_steps(session: Session, series: Series, more: int) -> Refused | None:
    """Add the steps of `more` infusions at the end, without times; None where it is done."""
    version = session.get_one(ProtocolVersion, series.protocol_version_id)
    adopted = AdoptedProtocol.from_document(version.document)
    shapes = {shape.code: shape for shape in visit_shapes(session, series.clinic_id).values() if shape.active}
    shape = shapes.get(adopted.settings.visit_types.infusion or "")
    visit = shape and infusion_visit([(phase.name, phase.minutes, phase.patient) for phase in shape.phases])
    course = steps_for(adopted, series.infusions + more, visit)
    if isinstance(course, NotReady):
        return Refused(course.conflicts)
    before = steps_of(series)
    if any(step.visit_type not in shapes for step in course.steps):
        return Refused((NotAsked("extend", OTHERWISE),))
    after = [TermStep(step.id, str(step.kind), shapes[step.visit_type].id, step.gaps) for step in course.steps]
    if [step for step in after if step.id in {one.id for one in before}] != before:
        return Refused((NotAsked("extend", OTHERWISE),))
    series.steps = [to_document(step) for step in after]
    series.finish, series.infusions = course.finish, series.infusions + more
    session.flush()
    return None
