"""What the page behind the link of an offer shows: the free time, the patient's own visit, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Change, Offer, Opening
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.waitlist import OfferState
from scheduler.queries.changes import against_undo
from scheduler.queries.patient_links import LinkRow
from scheduler.queries.patient_page import mark_of

TAKE_BACK = timedelta(minutes=10)
"""For so long an accepted offer can be taken back by the patient. The old time is offered on after as long, not before
(services.supersede.SLIP)."""


@dataclass(frozen=True)
class OfferedTime:
    """One offer. `instead_of` is the patient's own time, None where the visit has none; `shown` marks the page."""

    starts_at: datetime
    minutes: int
    instead_of: datetime | None
    until: datetime
    kept: bool
    state: OfferState
    shown: str
    back_until: datetime | None
    """Until when an accepted time can be given back on the page; None where it cannot."""


def mark_of_offer(offer: Offer) -> str:
    """A mark of exactly this offer of this visit."""
    return mark_of([(offer.id, offer.appointment_version)])


def offered_time(session: Session, link: LinkRow, *, now: datetime) -> OfferedTime | None:
    """The offer of a link, with its state as it would be answered now."""
    row = session.execute(
        select(Offer, Opening, Appointment).join(Opening, Opening.id == Offer.opening_id)
        .join(Appointment, Appointment.id == Offer.appointment_id)
        .where(Offer.message_id == link.message_id, Offer.clinic_id == link.clinic_id)).one_or_none()
    if row is None or link.message_id is None:
        return None
    offer, opening, visit = row
    over = offer.state == OfferState.OPEN and (offer.expires_at <= now or opening.closed_at is not None)
    length = visit.patient_leaves_at - visit.starts_at
    own = visit.starts_at if visit.status == AppointmentStatus.BOOKED else None
    return OfferedTime(offer.starts_at, int(length.total_seconds() // 60), own, offer.expires_at,
                       offer.hold_id is not None, OfferState.EXPIRED if over else offer.state,
                       mark_of_offer(offer),
                       offer.ended_at + TAKE_BACK if offer.ended_at and _can_go_back(session, offer, now) else None)


def to_be_taken_back(offer: Offer, now: datetime) -> bool:
    """Whether the patient may still give an accepted time back: for as long as the old one is offered to nobody."""
    return offer.state == OfferState.ACCEPTED and offer.ended_at is not None and now < offer.ended_at + TAKE_BACK


def _can_go_back(session: Session, offer: Offer, now: datetime) -> bool:
    if not to_be_taken_back(offer, now) or offer.change_id is None:
        return False
    return not against_undo(session, session.get_one(Change, offer.change_id), though_told=True)
