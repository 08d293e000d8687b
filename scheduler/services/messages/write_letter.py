"""Write the letter or the text of a message that is about to go out, with a fresh link in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Base, HandWritten, Message, Offer, Opening, PatientLink
from scheduler.messaging.by_hand import by_hand
from scheduler.messaging.catalogue import locale_for, sentence
from scheduler.messaging.invitation import CalendarEntry, Invitation
from scheduler.messaging.letters import LetterFacts, write
from scheduler.messaging.ports import Letter, Text
from scheduler.messaging.texts import TextFacts, write_text
from scheduler.planning.calendar_marks import identifier
from scheduler.planning.send_decisions import COMING
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.message_now import Standing, may_have_gone
from scheduler.queries.patient_links import NEW_TIMES, OFFER, VISIT, VISITS
from scheduler.queries.patient_new_times import how_many_and_until
from scheduler.services.messages.calendar_news import CalendarNews, calendar_news, told_by
from scheduler.services.messages.make_link import draft_link
from scheduler.services.messages.own_words import words_for

LINK_OUTLIVES = timedelta(days=1)
"""How long a link still opens after the last visit that it shows."""
NEW_LINK_HOLDS = timedelta(days=7)
"""How long a link that was asked for opens at least."""


def write_words(session: Session, standing: Standing, *, base_url: str,
                now: datetime) -> tuple[Letter | Text, tuple[Base, ...]]:
    """The words as they are true now, in the patient's language, and rows: their link, and what calendars are told.

    Those are to be stored before they go; the link's secret is in the words alone.
    """
    message, clinic, patient = standing.message, standing.clinic, standing.patient
    named, about = _named(standing)
    times, until = tuple(visit.starts_at for visit in named), None
    if message.kind == MessageKind.OFFER:
        times, until = _offered(session, message)
    if message.kind == MessageKind.NEW_TIMES:
        times = ()
        about, until = how_many_and_until(session, message.id)
    link, row = _link(standing, base_url, now)
    said = {
        "kind": message.kind, "telephone": clinic.telephone, "region": clinic.region, "timezone": clinic.timezone,
        "locale": locale_for(patient.language, clinic.locale), "times": times, "visits": about, "until": until,
        "link": link, "reader_timezone": patient.timezone}
    said["own"] = words_for(session, clinic.id, message.kind, message.channel, str(said["locale"]), about)
    if message.kind == MessageKind.BY_HAND:
        words = session.scalars(select(HandWritten.words).where(HandWritten.message_id == message.id)).one()
        said["own"] = by_hand(words, message.channel, clinic.short_name, clinic.telephone, clinic.region,
                              str(said["locale"]))
    to = standing.reach.addresses[message.channel]
    if message.channel == Channel.TEXT:
        words = write_text(TextFacts(short_name=clinic.short_name, discretion=patient.discretion, **said))
        text = Text(key=message.key, to=to, sender=clinic.text_number or "", body=words,
                    **_looked_for(session, message))
        return text, () if row is None else (row,)
    news = calendar_news(session, standing, now=now)
    written = write(LetterFacts(clinic_name=clinic.name, **said))
    letter = Letter(key=message.key, to=to, sender_name=clinic.name, subject=written.subject, text=written.text,
                    html=written.html, invitation=_invitation(standing, news, base_url))
    return letter, (*(() if row is None else (row,)), *told_by(session, message, news))


def _looked_for(session: Session, message: Message) -> dict[str, Any]:
    """Since when the gateway may have this text already, and which of its texts to the patient are other ones."""
    if not may_have_gone(message):
        return {}
    others = session.scalars(select(Message.gateway_reference).where(
        Message.patient_id == message.patient_id, Message.id != message.id, Message.gateway_reference.is_not(None)))
    return {"asked_before": message.created_at, "others": frozenset(others)}


def _invitation(standing: Standing, news: Sequence[CalendarNews], base_url: str) -> Invitation | None:
    """What the letter brings for the patient's calendar, where there is any news for it."""
    clinic, host = standing.clinic, urlsplit(base_url).hostname or "localhost"
    if not news:
        return None
    entries = tuple(CalendarEntry(identifier(one.visit.id, host), one.sequence, one.visit.starts_at,
                                  one.visit.patient_leaves_at, one.cancelled) for one in news)
    return Invitation(entries, clinic=clinic.name, telephone=clinic.telephone,
                      summary=sentence(locale_for(standing.patient.language, clinic.locale), "Visit"))


def _named(standing: Standing) -> tuple[tuple[Appointment, ...], int]:
    """The visits whose times the letter names, and how many it is about."""
    kind, own = standing.message.kind, standing.message.appointment_id is not None
    if kind in (MessageKind.AFTER_VISIT, MessageKind.NEW_LINK, MessageKind.BY_HAND):
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


def _link(standing: Standing, base_url: str, now: datetime) -> tuple[str | None, PatientLink | None]:
    message, coming = standing.message, standing.coming
    if message.kind in (MessageKind.OFFER, MessageKind.NEW_TIMES):
        purpose, last = (OFFER if message.kind == MessageKind.OFFER else NEW_TIMES), message.expires_at
    elif message.appointment_id is not None and message.kind in {*COMING, MessageKind.CONFIRMATION, MessageKind.CHANGE}:
        purpose, last = VISIT, standing.visits[0].patient_leaves_at
    elif message.kind == MessageKind.NEW_LINK:
        purpose, last = VISITS, max([now + NEW_LINK_HOLDS, *(visit.patient_leaves_at for visit in coming)])
    elif coming and message.kind != MessageKind.BY_HAND:
        purpose, last = VISITS, coming[-1].patient_leaves_at
    else:
        return None, None
    token, row = draft_link(message, purpose=purpose, expires_at=last + LINK_OUTLIVES, now=now)
    return f"{base_url}/v/{token}", row
