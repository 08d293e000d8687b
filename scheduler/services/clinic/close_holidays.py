"""Shut the clinic on several single days in one act, and take that act back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, Closure
from scheduler.access import Viewer
from scheduler.interop.public_holidays import PublicHoliday, subdivisions
from scheduler.queries.closures import closed_days
from scheduler.services.audit import record
from scheduler.services.hits import asks_first
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue


@dataclass(frozen=True)
class CloseHolidays:
    """The days, and the state whose holidays they are, which the clinic remembers."""

    subdivision: str
    days: tuple[PublicHoliday, ...]


@asks_first
def close_holidays(session: Session, command: CloseHolidays, *, by: Viewer, now: datetime) -> tuple[int, ...] | Refused:
    """Write a closure for each day that is not closed yet; gives the ids of those that were written."""
    clinic = session.scalars(select(Clinic).where(Clinic.id == by.clinic_id).with_for_update()).one()
    if command.subdivision and command.subdivision not in dict(subdivisions(clinic.region)):
        return Refused((WrongValue("subdivision", "Choose one of the states in the list."),))
    days = sorted(command.days, key=lambda one: one.day)
    closed = closed_days(session, clinic.id, days[0].day, days[-1].day) if days else {}
    rows = [Closure(clinic_id=clinic.id, starts_on=one.day, last_on=one.day, reason=one.name[:200])
            for one in days if one.day not in closed]
    if not rows:
        return Refused((WrongValue("days", "Choose at least one day on which the clinic is not closed already."),))
    clinic.subdivision = command.subdivision
    session.add_all(rows)
    session.flush()
    for row in rows:
        record(session, by=by, verb="close", subject="closure", subject_id=row.id, now=now,
               detail={"from": row.starts_on.isoformat(), "to": row.last_on.isoformat()})
    return tuple(row.id for row in rows)


def reopen_together(session: Session, closure_ids: tuple[int, ...], *, by: Viewer, now: datetime) -> int | NotFound:
    """Take closures back that were written in one act: all of them, or none; gives how many."""
    rows = session.scalars(select(Closure).where(
        Closure.id.in_(closure_ids), Closure.clinic_id == by.clinic_id)).all()
    if not rows or len(rows) != len(set(closure_ids)):
        return NotFound("closure")
    for row in rows:
        session.delete(row)
        record(session, by=by, verb="reopen", subject="closure", subject_id=row.id, now=now,
               detail={"from": row.starts_on.isoformat(), "to": row.last_on.isoformat()})
    session.flush()
    return len(rows)
