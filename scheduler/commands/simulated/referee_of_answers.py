"""What must be true of a year's texts that came in, their answers, and offers of freed times: from outside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Consent, InboundText, Message, Notice, Offer, Patient
from scheduler.commands.simulated.ports import Sent
from scheduler.planning.words import Channel

STOPPED_WITHIN = timedelta(minutes=5)
ROUND = timedelta(minutes=10)
"""How seldom the test clock looks at most."""
OUTAGE = timedelta(hours=4)
"""The longest that the other side is away, and what is tried again afterwards."""


def look_at_answers(session: Session, clinic_id: int, sent: Sequence[Sent], ended: datetime) -> Iterator[str]:
    """Every breach of the promises about texts that came in, their answers and offers."""
    texts = session.scalars(select(InboundText).where(InboundText.clinic_id == clinic_id)).all()
    answers = defaultdict(list)
    for notice in session.scalars(select(Notice).where(Notice.clinic_id == clinic_id)):
        answers[notice.inbound_text_id].append(notice)
    yield from _stopped(session, texts, sent)
    yield from _answered(texts, answers, sent, ended)
    yield from _flags(texts, answers, ended)
    yield from _offers(session, clinic_id, ended)


def _stopped(session: Session, texts: Sequence[InboundText], sent: Sequence[Sent]) -> Iterator[str]:
    """After STOP nothing goes to that number until the desk has recorded a new consent."""
    number = {row.id: row.telephone for row in session.scalars(select(Patient))}
    agreed = defaultdict(list)
    for consent in session.scalars(select(Consent).where(Consent.channel == Channel.TEXT)):
        agreed[number[consent.patient_id]].append(consent.granted_at)
    of_number = defaultdict(list)
    out = {one.key: one.at for one in sent if one.channel == Channel.TEXT}
    for row in session.scalars(select(Message).where(Message.key.in_(out))):
        of_number[number[row.patient_id]].append((out[row.key], row.id))
    for text in texts:
        if text.meaning.value != "stop":
            continue
        for at, message_id in of_number[text.number]:
            if at > text.received_at and not any(text.received_at < since <= at for since in agreed[text.number]):
                yield f"text {message_id} went out at {at} after the STOP of {text.received_at}"


def _answered(texts: Sequence[InboundText], answers: dict[int | None, list[Notice]], sent: Sequence[Sent],
              ended: datetime) -> Iterator[str]:
    """What a program answers is answered once, and in time; a STOP within five minutes or not at all."""
    out = Counter(one.key for one in sent)
    for text in texts:
        for notice in answers[text.id]:
            if out[notice.key] > 1:
                yield f"answer {notice.id} went out {out[notice.key]} times"
            if notice.kind.value == "stopped" and notice.sent_at and notice.sent_at > (
                    text.received_at + STOPPED_WITHIN + ROUND):
                yield f"the confirmation {notice.id} of a STOP went out too late"
            if notice.state.value in ("planned", "failed", "claimed") and notice.due_at < ended - OUTAGE:
                yield f"answer {notice.id} was due at {notice.due_at} and still waits"
        if text.meaning.value == "help" and not answers[text.id]:
            yield f"nobody was owed an answer to the HELP {text.id}"
        if text.state.value == "open" and text.received_at < ended - timedelta(hours=1):
            yield f"nobody has seen to the text {text.id}"


def _flags(texts: Sequence[InboundText], answers: dict[int | None, list[Notice]], ended: datetime) -> Iterator[str]:
    """Words of crisis get the approved text and alert a person; they are never a yes to a visit."""
    for text in texts:
        kinds = {notice.kind.value for notice in answers[text.id]}
        if text.meaning.value == "crisis" and not {"crisis", "alert"} <= kinds:
            yield f"the words of crisis {text.id} were owed {sorted(kinds)} alone"
        if text.meaning.value == "crisis" and "confirmed" in kinds:
            yield f"the words of crisis {text.id} were taken for a yes"
        if text.alert_again_at is not None and text.alert_again_at < ended - ROUND:
            yield f"nobody was alerted again about the text {text.id}"


def _offers(session: Session, clinic_id: int, ended: datetime) -> Iterator[str]:
    """One taker for each freed time, whose visit stands at it or has moved on since; no offer outlives its end."""
    takers = Counter[int]()
    for offer in session.scalars(select(Offer).where(Offer.clinic_id == clinic_id)):
        takers[offer.opening_id] += offer.state.value == "accepted"
        if offer.state.value == "open" and offer.expires_at < ended - ROUND:
            yield f"offer {offer.id} ended at {offer.expires_at} and is still open"
        row = session.get_one(Appointment, offer.appointment_id)
        if offer.state.value == "accepted" and row.version <= offer.appointment_version:
            yield f"offer {offer.id} was accepted and its visit has not moved"
    for opening_id, times in takers.items():
        if times > 1:
            yield f"the freed time {opening_id} was given to {times} patients"
