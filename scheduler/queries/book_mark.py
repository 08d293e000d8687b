"""A mark of everything that a check of courses rests on: the same mark, and what was found still holds."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import (
    Appointment,
    BatchPart,
    Claim,
    Clinic,
    Closure,
    OpeningHours,
    Phase,
    Resource,
    ResourceHours,
    RuleOverride,
    Series,
    TimeOff,
    VisitType,
)
from scheduler.planning.batches import PartState

CALENDAR = (OpeningHours, Closure, TimeOff, Resource, ResourceHours, VisitType, Phase)


def book_mark(session: Session, clinic_id: int, series_ids: Collection[int], appointment_ids: Collection[int]) -> str:
    """The mark of these series and single visits, their claims, and the clinic's hours, rooms, people and visit types.

    What others occupy is not in it: whether a time is free is the claims' to say. Thirteen queries, however many.
    """
    seen = hashlib.sha256()
    whose = or_(Appointment.series_id.in_(series_ids), Appointment.id.in_(appointment_ids))
    visits = (Appointment.id, Appointment.version, Appointment.status, Appointment.departure, Appointment.starts_at,
              Appointment.wall_start, Appointment.step, Appointment.not_before, Appointment.hold_id)
    claims = (Claim.appointment_id, Claim.resource_id, Claim.units, Claim.starts_at, Claim.ends_at)
    asked = [
        select(*visits).where(Appointment.clinic_id == clinic_id, whose).order_by(Appointment.id),
        select(*claims).join(Appointment, Appointment.id == Claim.appointment_id).where(
            Appointment.clinic_id == clinic_id, whose).order_by(Claim.id),
        select(Series.id, Series.status, Series.wishes, Series.steps, Series.same, Series.finish, Series.latest_on)
        .where(Series.clinic_id == clinic_id, Series.id.in_(series_ids)).order_by(Series.id),
        select(RuleOverride.id, RuleOverride.taken_back_at).where(RuleOverride.series_id.in_(series_ids))
        .order_by(RuleOverride.id),
        select(BatchPart.id).where(BatchPart.clinic_id == clinic_id, BatchPart.state == PartState.OPEN)
        .order_by(BatchPart.id),
        select(Clinic.timezone, Clinic.grid_minutes, Clinic.weights).where(Clinic.id == clinic_id),
        *(select(*table.__table__.columns).where(table.clinic_id == clinic_id).order_by(table.id)
          for table in CALENDAR)]
    for query in asked:
        seen.update(repr([tuple(row) for row in session.execute(query)]).encode())
    return seen.hexdigest()
