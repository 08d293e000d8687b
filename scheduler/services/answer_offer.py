"""Take the answer to an offer: who accepts first has the time, at once and whole; everybody else is told politely.

Order of locks: the patient, then the opening, then the resources. Whoever comes second waits for the opening and finds
it closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Offer, Opening, PatientLink, WaitlistEntry
from scheduler.access import Viewer
from scheduler.planning.waitlist import OfferState
from scheduler.queries.patient_links import OFFER
from scheduler.queries.patient_page import mark_of
from scheduler.services.answer_link import PATIENT_LINK, LinkOver
from scheduler.services.claims import lock_patients
from scheduler.services.end_offers import end_offer
from scheduler.services.locked import clinic_row
from scheduler.services.openings import close_accepted, locked_opening
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.reschedule import Moved, MoveVisit, move_visit

CAME_EARLIER = "came earlier"
"""Why somebody waits no more."""


@dataclass(frozen=True)
class AnswerOffer:
    """The answer to one offer: yes or no. `withdraw` is the desk's own end of it."""

    offer_id: int
    accept: bool
    withdraw: bool = False


@dataclass(frozen=True)
class AnswerByLink:
    """An answer on the page of a link; `shown` is the mark of what the page showed."""

    link_id: int
    shown: str
    accept: bool


@dataclass(frozen=True)
class Answered:
    """What the offer is now. `changed` is False where the same answer had been given before."""

    offer_id: int
    state: OfferState
    changed: bool = True


@dataclass(frozen=True)
class OfferOver:
    """Too late: somebody else has the time, or it is offered to somebody else, or the visit has changed."""

    sentence: str = ("This time is no longer free. Thank you for answering. Your own visit stays as it was, and we "
                     "write again when another time becomes free.")


Outcome = Answered | Refused | NotFound


def answer_by_link(session: Session, command: AnswerByLink, *, now: datetime) -> Outcome:
    """A patient's answer. Use it inside `booking(database, now=…)`."""
    offer = offer_behind(session, command.link_id, command.shown)
    if isinstance(offer, Refused):
        return offer
    by = Viewer(clinic_id=offer.clinic_id, actor=PATIENT_LINK)
    return answer_offer(session, AnswerOffer(offer.id, command.accept), by=by, now=now)


def offer_behind(session: Session, link_id: int, shown: str) -> Offer | Refused:
    """The offer whose page a link showed, as it was shown."""
    link = session.get(PatientLink, link_id)
    if link is None or link.purpose != OFFER or link.message_id is None:
        return Refused((LinkOver(),))
    offer = session.scalar(select(Offer).where(Offer.message_id == link.message_id))
    if offer is None or mark_of([(offer.id, offer.appointment_version)]) != shown:
        return Refused((OfferOver(),))
    return offer


def answer_offer(session: Session, command: AnswerOffer, *, by: Viewer, now: datetime) -> Outcome:
    """Accept, decline or withdraw, once. Accepting moves the visit, by every rule, or changes nothing of it."""
    found = session.execute(select(Offer.patient_id, Offer.opening_id).where(
        Offer.id == command.offer_id, Offer.clinic_id == by.clinic_id)).one_or_none()
    if found is None:
        return NotFound("offer")
    lock_patients(session, by.clinic_id, [found.patient_id])
    opening = locked_opening(session, found.opening_id)
    offer = session.get_one(Offer, command.offer_id, populate_existing=True)
    wanted = (OfferState.WITHDRAWN if command.withdraw else OfferState.ACCEPTED if command.accept
              else OfferState.DECLINED)
    if offer.state == wanted:
        return Answered(offer.id, offer.state, changed=False)
    if offer.state != OfferState.OPEN or offer.expires_at <= now or opening.closed_at is not None:
        return Refused((OfferOver(),))
    if wanted != OfferState.ACCEPTED:
        end_offer(session, offer, wanted, by=by, now=now)
        return Answered(offer.id, offer.state)
    return _accept(session, offer, opening, by, now)


def _accept(session: Session, offer: Offer, opening: Opening, by: Viewer, now: datetime) -> Outcome:
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
    return Answered(offer.id, OfferState.ACCEPTED)
