"""A clinic's visit types as values: kind, names and phases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Phase as PhaseRow
from models import VisitKind, VisitType
from scheduler.planning.occupation import Phase, kinds_of, minutes_of, patient_minutes


@dataclass(frozen=True)
class VisitShape:
    """One visit type: what it is for, and its phases in order."""

    id: int
    code: str
    name: str
    public_name: str
    kind: VisitKind
    active: bool
    phases: tuple[Phase, ...]

    @property
    def minutes(self) -> int:
        """All phases together."""
        return minutes_of(self.phases)

    @property
    def patient_minutes(self) -> int:
        """Until the patient leaves."""
        return patient_minutes(self.phases)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of resource it needs."""
        return kinds_of(self.phases)


def visit_shapes(session: Session, clinic_id: int, ids: Iterable[int] | None = None) -> dict[int, VisitShape]:
    """The visit types of a clinic by id (all of them, or those of `ids` that are the clinic's): two queries."""
    types = select(VisitType).where(VisitType.clinic_id == clinic_id).order_by(VisitType.id)
    phases = select(PhaseRow).where(PhaseRow.clinic_id == clinic_id).order_by(PhaseRow.visit_type_id, PhaseRow.position)
    if ids is not None:
        wanted = sorted(set(ids))
        types, phases = types.where(VisitType.id.in_(wanted)), phases.where(PhaseRow.visit_type_id.in_(wanted))
    found: dict[int, list[Phase]] = {}
    for row in session.scalars(phases):
        found.setdefault(row.visit_type_id, []).append(Phase(row.minutes, dict(row.needs), row.with_patient, row.name))
    return {row.id: VisitShape(row.id, row.code, row.name, row.public_name, row.kind, row.active,
                               tuple(found.get(row.id, ())))
            for row in session.scalars(types)}
