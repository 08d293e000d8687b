"""When a clinic is open: its weekly hours, and whole days on which it is shut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Closure, OpeningHours
from scheduler.access import Viewer
from scheduler.planning.weeks import Week, week_faults
from scheduler.services.audit import record
from scheduler.services.hits import asks_first
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue

LONGEST_CLOSURE_DAYS = 366


@dataclass(frozen=True)
class NewClosure:
    """The first and the last day on which the clinic is shut."""

    starts_on: date
    last_on: date
    reason: str = ""


@asks_first
def set_opening_hours(session: Session, week: Week, *, by: Viewer, now: datetime) -> int | Refused:
    """Replace the weekly hours; gives the clinic's id."""
    faults = week_faults(week)
    if faults:
        return Refused(tuple(WrongValue(f"day_{weekday}", sentence) for weekday, sentence in faults))
    if not any(week.values()):
        return Refused((WrongValue("day_0", "The clinic must be open on one day at least."),))
    session.execute(delete(OpeningHours).where(OpeningHours.clinic_id == by.clinic_id))
    session.add_all(
        OpeningHours(clinic_id=by.clinic_id, weekday=weekday, opens=opens, closes=closes)
        for weekday, intervals in week.items() for opens, closes in sorted(intervals))
    record(session, by=by, verb="set opening hours", subject="clinic", subject_id=by.clinic_id, now=now)
    return by.clinic_id


@asks_first
def close_days(session: Session, new: NewClosure, *, by: Viewer, now: datetime) -> int | Refused:
    """Shut the clinic on whole days; the same days again give the closure that is there."""
    if new.last_on < new.starts_on:
        return Refused((WrongValue("last_on", "The last day cannot lie before the first."),))
    if (new.last_on - new.starts_on).days >= LONGEST_CLOSURE_DAYS:
        return Refused((WrongValue("last_on", "A closure lasts a year at most."),))
    there = session.scalar(select(Closure.id).where(
        Closure.clinic_id == by.clinic_id, Closure.starts_on == new.starts_on, Closure.last_on == new.last_on))
    if there is not None:
        return there
    closure = Closure(clinic_id=by.clinic_id, starts_on=new.starts_on, last_on=new.last_on, reason=new.reason)
    session.add(closure)
    session.flush()
    record(session, by=by, verb="close", subject="closure", subject_id=closure.id, now=now,
           detail={"from": new.starts_on.isoformat(), "to": new.last_on.isoformat()})
    return closure.id


def reopen_days(session: Session, closure_id: int, *, by: Viewer, now: datetime) -> NewClosure | NotFound:
    """Take a closure back; gives what it was, so that it can be made again."""
    closure = session.scalar(select(Closure).where(Closure.id == closure_id, Closure.clinic_id == by.clinic_id))
    if closure is None:
        return NotFound("closure")
    was = NewClosure(closure.starts_on, closure.last_on, closure.reason)
    session.delete(closure)
    record(session, by=by, verb="reopen", subject="closure", subject_id=closure_id, now=now,
           detail={"from": was.starts_on.isoformat(), "to": was.last_on.isoformat()})
    return was
