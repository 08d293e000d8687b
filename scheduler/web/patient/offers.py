"""The page of an offer: a freed time, yes or no. Looking changes nothing; the buttons are POSTs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scheduler.queries.patient_links import OFFER
from scheduler.queries.patient_offer import offered_time
from scheduler.services.by_link.answer_asked import Outcome
from scheduler.services.by_link.answer_offer import OFFERED
from scheduler.services.by_link.take_offer_back import TakeOfferBack, take_offer_back
from scheduler.web import door
from scheduler.web.patient import patient
from scheduler.web.patient.asked_by_letter import show, take, yes_or_no
from scheduler.web.patient.opened import Shown

for view in ("offer", "offer_accept", "offer_decline", "offer_back"):
    door.open_to_all(f"patient.{view}")


@patient.get("/visit/offer")
def offer() -> Shown:
    """The time, and until when it is kept."""
    return show(OFFER, offered_time, "patient/offer.html")


@patient.post("/visit/offer/accept")
def offer_accept() -> Shown:
    """I would like this time."""
    return take(OFFER, "patient.offer", yes_or_no(OFFERED, True))


@patient.post("/visit/offer/decline")
def offer_decline() -> Shown:
    """Not this time."""
    return take(OFFER, "patient.offer", yes_or_no(OFFERED, False))


@patient.post("/visit/offer/back")
def offer_back() -> Shown:
    """I would rather keep my old time."""
    return take(OFFER, "patient.offer", _back)


def _back(session: Any, link_id: int, shown: str, now: datetime) -> Outcome:
    return take_offer_back(session, TakeOfferBack(link_id, shown), now=now)
