"""Something is out: the whole clinic, or one chair, nurse, therapist … Written down at once, so nobody books into it.

The visits that it hits stay booked until they are re-planned (`scheduler.services.outages.batch_plan`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Closure, Resource, TimeOff
from scheduler.access import Viewer
from scheduler.planning.instants import wall
from scheduler.services.audit import record
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.locked import clinic_row
from scheduler.services.clinic.opening import NewClosure, close_days
from scheduler.services.clinic.time_off import NewTimeOff, give_time_off
from scheduler.services.hits import Changed
from scheduler.services.outages.end_parts import end_needless, open_parts, tell_they_stay
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole
from scheduler.services.wrong_value import WrongValue

MIDNIGHT = time()


@dataclass(frozen=True)
class TakeOut:
    """What is out from `starts_at` until before `ends_at` (clinic wall time); no `resource_id`: the whole clinic."""

    resource_id: int | None
    starts_at: datetime
    ends_at: datetime
    reason: str = ""

    @property
    def whole_days(self) -> bool:
        """Whether it begins and ends at midnight."""
        return self.starts_at.time() == self.ends_at.time() == MIDNIGHT


@dataclass(frozen=True)
class Out:
    """The rows that say so."""

    closure_ids: tuple[int, ...] = ()
    time_off_ids: tuple[int, ...] = ()


Outcome = Out | Refused | NotFound


@whole
def take_out(session: Session, command: TakeOut, *, by: Viewer, now: datetime) -> Outcome:
    """Write down what is out. The whole clinic for hours: every one of its resources is, for these hours."""
    clinic = clinic_row(session, by.clinic_id)
    if command.ends_at <= command.starts_at:
        return Refused((WrongValue("last_on", "It must end after it begins."),))
    if command.ends_at <= wall(now, clinic.timezone):
        return Refused((WrongValue("last_on", "This lies in the past: no visit to come is hit by it."),))
    if command.resource_id is None and command.whole_days:
        new = NewClosure(command.starts_at.date(), (command.ends_at - timedelta(days=1)).date(), command.reason)
        done = close_days(session, new, by=by, now=now, go_on=True)
        return Out(closure_ids=(done.id,)) if isinstance(done, Changed) else _refusal(done)
    ids = [command.resource_id] if command.resource_id is not None else list(session.scalars(
        select(Resource.id).where(Resource.clinic_id == clinic.id, Resource.active).order_by(Resource.id)))
    written = []
    for resource_id in ids:
        off = NewTimeOff(resource_id, command.starts_at, command.ends_at, command.reason)
        done = give_time_off(session, off, by=by, now=now, go_on=True)
        if not isinstance(done, Changed):
            return _refusal(done)
        written.append(done.id)
    if not written:
        return Refused((WrongValue("what", "There is no chair, room or person in use that could be out."),))
    return Out(time_off_ids=tuple(written))


def _refusal(done: object) -> Refused | NotFound:
    assert isinstance(done, Refused | NotFound)
    return done


@dataclass(frozen=True)
class TakenBack:
    """How many offers of new times have ended with it, and how many of these patients are told that nothing moves."""

    offers: int = 0
    told: int = 0


@whole
def take_back(session: Session, out: Out, *, by: Viewer, now: datetime) -> TakenBack | NotFound:
    """It is not out after all: the rows go, visits stay where they are, and what is offered because of it ends.

    All in one transaction: nobody can accept new times for a reason that is gone. Use it inside `booking(…)`.
    """
    lock_patients(session, by.clinic_id, [one.patient_id for one in open_parts(session, by.clinic_id)])
    closures = session.scalars(select(Closure).where(
        Closure.id.in_(out.closure_ids), Closure.clinic_id == by.clinic_id)).all()
    absences = session.scalars(select(TimeOff).where(
        TimeOff.id.in_(out.time_off_ids), TimeOff.clinic_id == by.clinic_id)).all()
    if len(closures) + len(absences) < len(out.closure_ids) + len(out.time_off_ids):
        return NotFound("closure")
    for row in (*closures, *absences):
        session.delete(row)
    session.flush()
    ended = end_needless(session, by=by, now=now)
    told = [part for part in ended if tell_they_stay(session, part, now=now)]
    record(session, by=by, verb="take back", subject="clinic", subject_id=by.clinic_id, now=now,
           detail={"closures": list(out.closure_ids), "time_off": list(out.time_off_ids),
                   "ended": [part.id for part in ended]})
    session.flush()
    return TakenBack(len(ended), len({part.patient_id for part in told}))
