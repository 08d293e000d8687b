"""When a chair, a room or a person is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Resource, TimeOff
from scheduler.access import Viewer
from scheduler.services.audit import record
from scheduler.services.hits import asks_first
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue

LONGEST_DAYS = 731


@dataclass(frozen=True)
class NewTimeOff:
    """Away from `starts_at` until before `ends_at`, the clinic's wall time."""

    resource_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str = ""


@asks_first
def give_time_off(session: Session, new: NewTimeOff, *, by: Viewer, now: datetime) -> int | Refused | NotFound:
    """Write the time off; the same again gives the one that is there."""
    owned = session.scalar(
        select(Resource.id).where(Resource.id == new.resource_id, Resource.clinic_id == by.clinic_id))
    if owned is None:
        return NotFound("resource")
    if new.ends_at <= new.starts_at:
        return Refused((WrongValue("ends_on", "The time off must end after it begins."),))
    if (new.ends_at - new.starts_at).days > LONGEST_DAYS:
        return Refused((WrongValue("ends_on", "Time off lasts two years at most: deactivate the resource instead."),))
    there = session.scalar(select(TimeOff.id).where(
        TimeOff.resource_id == new.resource_id, TimeOff.starts_at == new.starts_at, TimeOff.ends_at == new.ends_at))
    if there is not None:
        return there
    off = TimeOff(clinic_id=by.clinic_id, resource_id=new.resource_id, starts_at=new.starts_at, ends_at=new.ends_at,
                  reason=new.reason)
    session.add(off)
    session.flush()
    record(session, by=by, verb="give time off", subject="resource", subject_id=new.resource_id, now=now,
           detail={"time_off": off.id, "from": new.starts_at.isoformat(), "to": new.ends_at.isoformat()})
    return off.id


def end_time_off(session: Session, time_off_id: int, *, by: Viewer, now: datetime) -> NewTimeOff | NotFound:
    """Take a time off back; gives what it was, so that it can be given again."""
    off = session.scalar(select(TimeOff).where(TimeOff.id == time_off_id, TimeOff.clinic_id == by.clinic_id))
    if off is None:
        return NotFound("time off")
    was = NewTimeOff(off.resource_id, off.starts_at, off.ends_at, off.reason)
    session.delete(off)
    record(session, by=by, verb="take time off back", subject="resource", subject_id=was.resource_id, now=now,
           detail={"time_off": time_off_id, "from": was.starts_at.isoformat(), "to": was.ends_at.isoformat()})
    return was
