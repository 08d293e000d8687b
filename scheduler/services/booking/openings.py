"""Note the times that visits give back, so that they can be offered to those who wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Offer, Opening, WaitlistEntry
from scheduler.access import Viewer
from scheduler.planning.freed_times import left_over
from scheduler.planning.instants import instant, wall
from scheduler.planning.lifecycle import AWAITED
from scheduler.planning.waitlist import Freed, OfferState
from scheduler.queries.occupied import resources_of
from scheduler.queries.planning_calendar import resource_word
from scheduler.queries.visit_shapes import visit_shapes
from scheduler.services.messages.supersede import SLIP

LOOK_AGAIN = timedelta(minutes=30)
BATCH = 20


def locked_opening(session: Session, opening_id: int) -> Opening:
    """The opening as it stands, locked until the transaction ends. Its patients must be locked already."""
    return session.scalars(select(Opening).where(Opening.id == opening_id).with_for_update()
                           .execution_options(populate_existing=True)).one()


def close_openings(session: Session, *, now: datetime) -> None:
    """Close the freed times that have begun."""
    session.execute(update(Opening).where(Opening.closed_at.is_(None), Opening.starts_at <= now)
                    .values(closed_at=now, closed_why="passed"), execution_options={"synchronize_session": False})


def close_opening(session: Session, opening_id: int, *, by: Viewer, now: datetime) -> bool:
    """Take a freed time off the list, where nobody is offered it; gives whether it was there."""
    out = exists().where(Offer.opening_id == Opening.id, Offer.state == OfferState.OPEN)
    return bool(session.execute(
        update(Opening).where(Opening.id == opening_id, Opening.clinic_id == by.clinic_id, Opening.closed_at.is_(None),
                              ~out).values(closed_at=now, closed_why="closed"),
        execution_options={"synchronize_session": False}).rowcount)


def openings_to_offer(session: Session, *, now: datetime) -> list[tuple[int, int]]:
    """(opening, clinic) of the freed times that may be offered by themselves now, the nearest first.

    Not before the desk has had time to take its act back, not while an offer is out, and after a vain look not again
    for a while, unless somebody has joined the list since.
    """
    out = exists().where(Offer.opening_id == Opening.id, Offer.state == OfferState.OPEN)
    joined = exists().where(WaitlistEntry.clinic_id == Opening.clinic_id, WaitlistEntry.added_at > Opening.tried_at)
    rows = session.execute(
        select(Opening.id, Opening.clinic_id).where(
            Opening.closed_at.is_(None), Opening.freed_at <= now - SLIP, Opening.starts_at > now, ~out,
            or_(Opening.tried_at.is_(None), Opening.tried_at <= now - LOOK_AGAIN, joined))
        .order_by(Opening.starts_at, Opening.id).limit(BATCH))
    return [(row.id, row.clinic_id) for row in rows]


def note_openings(session: Session, rows: Iterable[Appointment], now: datetime) -> None:
    """Write an opening for each appointment that is about to give its time back. Call it before the time is changed.

    Whether the time is really free is asked when it is offered, never here: it may be taken again at once.
    """
    freed = [row for row in rows if row.status in AWAITED and row.starts_at > now]
    if freed:
        session.execute(insert(Opening), [
            {"clinic_id": row.clinic_id, "visit_type_id": row.visit_type_id, "freed_by": row.id,
             "starts_at": row.starts_at, "wall_start": row.wall_start, "wall_end": wall(row.ends_at, row.timezone),
             "resources": had, "freed_at": now}
            for row, had in zip(freed, resources_of(session, [row.id for row in freed]), strict=True)])


def freed_of(opening: Opening) -> Freed:
    """What an opening is, in planning's words."""
    return Freed(opening.wall_start, opening.wall_end,
                 {kind: resource_word(id_) for kind, id_ in opening.resources.items()})


def close_accepted(session: Session, clinic: Clinic, opening: Opening, row: Appointment, *, now: datetime) -> None:
    """Close a freed time that a visit has taken, and note what it leaves of it."""
    opening.closed_at, opening.closed_why = now, "accepted"
    lengths = [shape.minutes for shape in visit_shapes(session, clinic.id).values() if shape.active and shape.phases]
    for part in left_over(freed_of(opening), row.wall_start, wall(row.ends_at, row.timezone),
                          timedelta(minutes=min(lengths, default=0))):
        session.add(Opening(
            clinic_id=clinic.id, visit_type_id=opening.visit_type_id, freed_by=opening.freed_by, freed_at=now,
            starts_at=instant(part.starts, clinic.timezone), wall_start=part.starts, wall_end=part.ends,
            resources=opening.resources))


def close_taken_back(session: Session, rows: Iterable[Appointment], now: datetime) -> None:
    """Close the openings of visits that have taken their own time back, where nobody is offered it."""
    out = exists().where(Offer.opening_id == Opening.id, Offer.state == OfferState.OPEN)
    again = exists().where(Appointment.id == Opening.freed_by, Appointment.starts_at == Opening.starts_at)
    session.execute(
        update(Opening).where(Opening.freed_by.in_([row.id for row in rows]), again, Opening.closed_at.is_(None), ~out)
        .values(closed_at=now, closed_why="taken back"), execution_options={"synchronize_session": False})
