"""Give time back and take it again: the same resources at the same time, where they are still to be had."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models import Appointment, Clinic
from scheduler.queries.occupied import resources_of
from scheduler.queries.visit_shapes import visit_shapes
from scheduler.services.booking.claims import Wanted, claim, release
from scheduler.services.booking.promises import VisitPlace, check_resources
from scheduler.services.refusal import Conflict


def give_back(session: Session, rows: Sequence[Appointment]) -> None:
    """Delete the claims of appointments, which remember what they had. The patients must be locked."""
    session.flush()
    for row, had in zip(rows, resources_of(session, [row.id for row in rows]), strict=True):
        row.gave_back = had
    release(session, (row.id for row in rows))


def claim_again(session: Session, clinic: Clinic, rows: Sequence[Appointment]) -> tuple[Conflict, ...]:
    """Claim anew what appointments gave back, as their visit types now are; gives the conflicts, none where done."""
    shapes = visit_shapes(session, clinic.id, (row.visit_type_id for row in rows))
    places = [VisitPlace(row.visit_type_id, row.wall_start, row.gave_back or {}, row.step, row.ordinal) for row in rows]
    if wrong := check_resources(session, clinic.id, places, shapes):
        return wrong
    conflicts = claim(session, clinic.id, clinic.timezone, [
        Wanted(row.id, row.patient_id, row.starts_at, shapes[row.visit_type_id].phases, row.gave_back or {}, row.step)
        for row in rows])
    if not conflicts:
        for row in rows:
            row.gave_back = None
    return conflicts
