"""The resources that work in a clinic, by kind: what can be picked for a visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Resource
from scheduler.queries.visits import ResourceRow


def working_resources(session: Session, clinic_id: int, kinds: Collection[str]) -> dict[str, tuple[ResourceRow, ...]]:
    """For every one of the kinds the active resources of the clinic, by name."""
    found: dict[str, list[ResourceRow]] = defaultdict(list)
    for row in session.scalars(select(Resource).where(
            Resource.clinic_id == clinic_id, Resource.kind.in_(kinds), Resource.active)
            .order_by(Resource.kind, Resource.name)):
        found[row.kind].append(ResourceRow(row.id, row.kind, row.name))
    return {kind: tuple(rows) for kind, rows in found.items()}
