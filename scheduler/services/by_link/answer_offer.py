"""A freed time that is offered: who accepts first has it, at once and whole; everybody else is told politely.

Order of locks: the patient, then the opening, then the resources.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Offer, Opening, WaitlistEntry
from scheduler.access import Viewer
from scheduler.planning.waitlist import OfferState
from scheduler.queries.patient_links import OFFER
from scheduler.queries.patient_offer import mark_of_offer
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.openings import close_accepted, locked_opening
from scheduler.services.by_link.answer_asked import AskedAnswered, Outcome, Question
from scheduler.services.changing.reschedule import Moved, MoveVisit, move_visit
from scheduler.services.refusal import Refused
from scheduler.services.waiting.end_offers import end_offer

CAME_EARLIER = "came earlier"
"""Why somebody waits no more."""


@dataclass(frozen=True)
class OfferOver:
    """Too late: somebody else has the time, or it is offered to somebody else, or the visit has changed."""

    sentence: str = ("This time is no longer free. Thank you for answering. Your own visit stays as it was, and we "
                     "write again when another time becomes free.")


def _accept(session: Session, offer: Offer, by: Viewer, now: datetime) -> Outcome:
    opening = session.get_one(Opening, offer.opening_id)
    row = session.get_one(Appointment, offer.appointment_id, populate_existing=True)
    savepoint = session.begin_nested()
    end_offer(session, offer, OfferState.ACCEPTED, by=by, now=now)
    moved = move_visit(session, MoveVisit(row.id, offer.appointment_version, offer.wall_start), by=by, now=now)
    if not isinstance(moved, Moved):
        savepoint.rollback()
        session.refresh(offer)
        end_offer(session, offer, OfferState.GONE, by=by, now=now)
        return Refused((OfferOver(),))
    savepoint.commit()
    offer.change_id = moved.change_id
    close_accepted(session, clinic_row(session, by.clinic_id), opening, row, now=now)
    for other in session.scalars(select(Offer).where(
            Offer.opening_id == opening.id, Offer.state == OfferState.OPEN, Offer.id != offer.id)).all():
        end_offer(session, other, OfferState.GONE, by=by, now=now)
    entry = session.scalar(select(WaitlistEntry).where(
        WaitlistEntry.appointment_id == row.id, WaitlistEntry.ended_at.is_(None)))
    if entry is not None:
        entry.ended_at, entry.ended_why = now, CAME_EARLIER
    session.flush()
    return AskedAnswered(offer.id, OfferState.ACCEPTED)


def _taken(session: Session, offer: Offer) -> bool:
    """Whoever comes second waits here for the opening, and finds it closed."""
    return locked_opening(session, offer.opening_id).closed_at is not None


OFFERED = Question("offer", Offer, OFFER, OfferState, mark_of_offer, OfferOver(), _taken, _accept, end_offer)
"""A freed time that is offered: accepting moves the visit, by every rule, or changes nothing of it."""
