"""What appointments occupy."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Claim, Resource


def resources_of(session: Session, appointment_ids: Sequence[int]) -> list[dict[str, int]]:
    """The resources (kind to id) that appointments occupy, in the order asked for: one query."""
    found: dict[int, dict[str, int]] = {id_: {} for id_ in appointment_ids}
    for appointment_id, kind, resource_id in session.execute(
            select(Claim.appointment_id, Resource.kind, Resource.id).join(Resource, Claim.resource_id == Resource.id)
            .where(Claim.appointment_id.in_(list(appointment_ids)))):
        found[appointment_id][kind] = resource_id
    return [found[id_] for id_ in appointment_ids]
