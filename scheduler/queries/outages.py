"""What is out now or later, in words, and which of the visits that no longer fit lie in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models import Appointment, Claim, Clinic, Closure, Resource, TimeOff
from scheduler.planning.instants import instant


@dataclass(frozen=True)
class OutageRow:
    """One thing that is out: `what` the clinic or a resource's name, clinic wall times, half-open."""

    what: str
    starts_at: datetime
    ends_at: datetime
    whole_days: bool


def outages(session: Session, clinic_id: int, closure_ids: Collection[int],
            time_off_ids: Collection[int]) -> tuple[OutageRow, ...]:
    """The named rows in words; several absences over the same time are one of the whole clinic's."""
    found = [OutageRow("The clinic", datetime.combine(row.starts_on, datetime.min.time()),
                       datetime.combine(row.last_on, datetime.min.time()), True)
             for row in session.scalars(select(Closure).where(
                 Closure.clinic_id == clinic_id, Closure.id.in_(closure_ids)).order_by(Closure.id))]
    rows = session.execute(
        select(TimeOff.starts_at, TimeOff.ends_at, Resource.name).join(Resource, Resource.id == TimeOff.resource_id)
        .where(TimeOff.clinic_id == clinic_id, TimeOff.id.in_(time_off_ids)).order_by(TimeOff.id)).all()
    spans: dict[tuple[datetime, datetime], list[str]] = {}
    for row in rows:
        spans.setdefault((row.starts_at, row.ends_at), []).append(row.name)
    for (begins, ends), names in spans.items():
        what = "The clinic" if len(names) > 3 else ", ".join(names)
        found.append(OutageRow(what, begins, ends, begins.time() == ends.time() == datetime.min.time()))
    return tuple(found)


def lying_in(session: Session, clinic_id: int, appointment_ids: Collection[int], closure_ids: Collection[int],
             time_off_ids: Collection[int]) -> set[int]:
    """Which of these appointments lie in one of these closures or absences."""
    clinic = session.get(Clinic, clinic_id)
    assert clinic is not None
    closures = session.execute(select(Closure.starts_on, Closure.last_on).where(
        Closure.clinic_id == clinic_id, Closure.id.in_(closure_ids))).all()
    absences = session.execute(select(TimeOff.resource_id, TimeOff.starts_at, TimeOff.ends_at).where(
        TimeOff.clinic_id == clinic_id, TimeOff.id.in_(time_off_ids))).all()
    inside = [Appointment.starts_on.between(row.starts_on, row.last_on) for row in closures]
    inside += [Appointment.id.in_(select(Claim.appointment_id).where(and_(
        Claim.resource_id == row.resource_id, Claim.starts_at < instant(row.ends_at, clinic.timezone),
        Claim.ends_at > instant(row.starts_at, clinic.timezone)))) for row in absences]
    if not inside:
        return set()
    return set(session.scalars(select(Appointment.id).where(
        Appointment.clinic_id == clinic_id, Appointment.id.in_(appointment_ids), or_(*inside))))
