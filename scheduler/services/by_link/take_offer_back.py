"""A patient who has accepted a freed time gives it back within minutes, and has the old time again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import WaitlistEntry
from scheduler.access import Viewer
from scheduler.planning.waitlist import OFFER_MOVES, OfferState
from scheduler.queries.patient_offer import to_be_taken_back
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients
from scheduler.services.by_link.answer_asked import AskedAnswered, asked_behind
from scheduler.services.by_link.answer_link import PATIENT_LINK
from scheduler.services.by_link.answer_offer import CAME_EARLIER, OFFERED
from scheduler.services.changing.undo_change import UndoChange, Undone, undo_change
from scheduler.services.refusal import Refused
from scheduler.services.whole import whole


@dataclass(frozen=True)
class TakeOfferBack:
    """By the link that the offer came with; `shown` is the mark of what the page showed."""

    link_id: int
    shown: str


@dataclass(frozen=True)
class CallUs:
    """It is too late for the page to undo it, or the old time is gone."""

    sentence: str = "This can no longer be taken back here. Please call us, and we find a time together."


@whole
def take_offer_back(session: Session, command: TakeOfferBack, *, now: datetime) -> AskedAnswered | Refused:
    """The visit stands where it stood and waits again, or nothing changes. Use it inside `booking(database, now=…)`."""
    offer = asked_behind(session, OFFERED, command.link_id, command.shown)
    if isinstance(offer, Refused):
        return offer
    by = Viewer(clinic_id=offer.clinic_id, actor=PATIENT_LINK)
    lock_patients(session, offer.clinic_id, [offer.patient_id])
    session.refresh(offer)
    if offer.state == OfferState.DECLINED:
        return AskedAnswered(offer.id, offer.state, changed=False)
    if not to_be_taken_back(offer, now) or offer.change_id is None:
        return Refused((CallUs(),))
    accepted_at = offer.ended_at
    if not isinstance(undo_change(session, UndoChange(offer.change_id, by_patient=True), by=by, now=now), Undone):
        return Refused((CallUs(),))
    assert OfferState.DECLINED in OFFER_MOVES[offer.state]
    offer.state, offer.ended_at = OfferState.DECLINED, now
    entry = session.scalar(select(WaitlistEntry).where(
        WaitlistEntry.appointment_id == offer.appointment_id, WaitlistEntry.ended_at == accepted_at,
        WaitlistEntry.ended_why == CAME_EARLIER))
    if entry is not None:
        entry.ended_at, entry.ended_why = None, ""
    audit.record(session, by=by, verb="take offer back", subject="appointment", subject_id=offer.appointment_id,
                 patient_id=offer.patient_id, now=now, detail={"offer": offer.id, "change": offer.change_id})
    session.flush()
    return AskedAnswered(offer.id, offer.state)
