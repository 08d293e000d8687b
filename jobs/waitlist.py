"""The waiting list's rhythm: end offers that ran out, close times that have begun, offer freed ones to the next."""

from __future__ import annotations

from jobs.ticks import Round
from scheduler.access import Viewer
from scheduler.services.booking.openings import close_openings, openings_to_offer
from scheduler.services.clean_book import booking
from scheduler.services.waiting.end_offers import expire_offers
from scheduler.services.waiting.offer_times import OffersMade, OfferTime, offer_time


def run(around: Round) -> str | None:
    """Expire, close and offer, each offer in a transaction of its own.

    Two clocks at once are harmless: an opening is locked before it is offered, and who comes second finds the offer
    out. Without a mail server nobody would read of an offer: then the desk alone makes them.
    """
    with around.database.writing() as session:
        expired = expire_offers(session, now=around.now)
        close_openings(session, now=around.now)
    freed = []
    if around.settings.mail_server is not None:
        with around.database.reading() as session:
            freed = openings_to_offer(session, now=around.now)
    made = 0
    for opening_id, clinic_id in freed:
        with booking(around.database, now=around.now) as session:
            done = offer_time(session, OfferTime(opening_id, by_itself=True),
                              by=Viewer(clinic_id=clinic_id, actor="clock"), now=around.now)
        made += len(done.offer_ids) if isinstance(done, OffersMade) else 0
    said = [f"{number} {word}" for number, word in ((expired, "offers ran out"), (made, "offered")) if number]
    return ", ".join(said) or None
