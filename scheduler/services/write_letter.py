"""Write the letter of a message that is about to go out, with a fresh link in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Message, Offer, Opening
from scheduler.messaging.letters import LetterFacts, write
from scheduler.messaging.ports import Letter
from scheduler.planning.send_decisions import COMING
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.message_now import Standing
from scheduler.queries.patient_links import NEW_TIMES, OFFER, VISIT, VISITS
from scheduler.queries.patient_new_times import how_many_and_until
from scheduler.services.make_link import make_link

LINK_OUTLIVES = timedelta(days=1)
"""How long a link still opens after the last visit that it shows."""


def write_letter(session: Session, standing: Standing, *, base_url: str, now: datetime) -> Letter:
    """The letter as it is true now. Its link is written to the database with the claim, its token is in it alone."""
    message, clinic = standing.message, standing.clinic
    named, about = _named(standing)
    times, until = tuple(visit.starts_at for visit in named), None
    if message.kind == MessageKind.OFFER:
        times, until = _offered(session, message)
    if message.kind == MessageKind.NEW_TIMES:
        times = ()
        about, until = how_many_and_until(session, message.id)
    words = write(LetterFacts(
        kind=message.kind, clinic_name=clinic.name, telephone=clinic.telephone, region=clinic.region,
        timezone=clinic.timezone, locale=clinic.locale, times=times, visits=about,
        link=_link(session, standing, base_url, now), reader_timezone=standing.patient.timezone, until=until))
    return Letter(key=message.key, to=standing.reach.addresses[Channel.EMAIL], sender_name=clinic.name,
                  subject=words.subject, text=words.text, html=words.html)


def _named(standing: Standing) -> tuple[tuple[Appointment, ...], int]:
    """The visits whose times the letter names, and how many it is about."""
    kind, own = standing.message.kind, standing.message.appointment_id is not None
    if kind == MessageKind.AFTER_VISIT:
        return (), 1
    if own:
        also = standing.merged if kind in COMING else ()
        return standing.visits + tuple(visit for visit in also if visit not in standing.visits), 1
    of_series = tuple(visit for visit in standing.coming if visit.series_id == standing.message.series_id)
    if kind == MessageKind.CONFIRMATION:
        return of_series[:1], len(of_series)
    return standing.coming[:1], 2


def _offered(session: Session, message: Message) -> tuple[tuple[datetime], datetime]:
    """The time that is offered, and until when it is kept."""
    starts_at, until = session.execute(
        select(Opening.starts_at, Offer.expires_at).join(Offer, Offer.opening_id == Opening.id)
        .where(Offer.message_id == message.id)).one()
    return (starts_at,), until


def _link(session: Session, standing: Standing, base_url: str, now: datetime) -> str | None:
    message, coming = standing.message, standing.coming
    if message.kind in (MessageKind.OFFER, MessageKind.NEW_TIMES):
        purpose = OFFER if message.kind == MessageKind.OFFER else NEW_TIMES
        token = make_link(session, message, purpose=purpose, expires_at=message.expires_at + LINK_OUTLIVES, now=now)
        return f"{base_url}/v/{token}"
    if message.appointment_id is not None and message.kind in {*COMING, MessageKind.CONFIRMATION, MessageKind.CHANGE}:
        purpose, last = VISIT, standing.visits[0].patient_leaves_at
    elif coming:
        purpose, last = VISITS, coming[-1].patient_leaves_at
    else:
        return None
    token = make_link(session, message, purpose=purpose, expires_at=last + LINK_OUTLIVES, now=now)
    return f"{base_url}/v/{token}"
