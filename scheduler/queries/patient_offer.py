"""What the page behind the link of an offer shows: the free time, the patient's own visit, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Offer, Opening
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.waitlist import OfferState
from scheduler.queries.patient_links import LinkRow
from scheduler.queries.patient_page import mark_of


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
    return OfferedTime(opening.starts_at, int(length.total_seconds() // 60), own, offer.expires_at,
                       offer.hold_id is not None, OfferState.EXPIRED if over else offer.state,
                       mark_of([(offer.id, offer.appointment_version)]))
