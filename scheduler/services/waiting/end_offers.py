"""End offers of freed times: answered, withdrawn, run out, or taken by somebody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Offer
from scheduler.access import Viewer
from scheduler.planning.waitlist import OFFER_MOVES, OfferState
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.let_go import let_go
from scheduler.services.booking.openings import locked_opening

BATCH = 50


def end_offer(session: Session, offer: Offer, state: OfferState, *, by: Viewer, now: datetime) -> None:
    """End an open offer: what was kept for it goes, and so does a letter that has not left."""
    assert state in OFFER_MOVES[offer.state]
    hold_id, offer.hold_id = offer.hold_id, None
    offer.state, offer.ended_at = state, now
    session.flush()
    let_go(session, hold_id, offer.message_id, answered=state in (OfferState.ACCEPTED, OfferState.DECLINED), now=now)
    audit.record(session, by=by, verb=f"offer {state}", subject="appointment", subject_id=offer.appointment_id,
                 patient_id=offer.patient_id, now=now, detail={"offer": offer.id, "opening": offer.opening_id})
    session.flush()


def expire_offers(session: Session, *, now: datetime) -> int:
    """End the offers whose time has passed, and the openings too; gives how many offers. Twice is harmless."""
    due = session.execute(
        select(Offer.id, Offer.clinic_id, Offer.patient_id, Offer.opening_id)
        .where(Offer.state == OfferState.OPEN, Offer.expires_at <= now).order_by(Offer.expires_at, Offer.id)
        .limit(BATCH)).all()
    for row in sorted(due, key=lambda row: row.patient_id):
        lock_patients(session, row.clinic_id, [row.patient_id])
    for opening_id in sorted({row.opening_id for row in due}):
        locked_opening(session, opening_id)
    ended = 0
    for row in due:
        offer = session.get_one(Offer, row.id, populate_existing=True)
        if offer.state == OfferState.OPEN:
            end_offer(session, offer, OfferState.EXPIRED, by=Viewer(clinic_id=row.clinic_id, actor="clock"), now=now)
            ended += 1
    return ended
