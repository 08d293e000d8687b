"""The desk writes to one patient: through the same outbox as everything else, with its hours, caps and consents."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import HandWritten, InboundText, Message, Patient
from scheduler.access import Viewer
from scheduler.messaging.by_hand import by_hand
from scheduler.messaging.catalogue import locale_for
from scheduler.messaging.letters import LetterFacts, write
from scheduler.messaging.texts import TextFacts, write_own_text
from scheduler.planning.by_hand_words import WrongByHand, wrong_by_hand
from scheduler.planning.gsm7 import LENGTH, septets
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.planning.send_decisions import Expire, Park, Shift, Skip
from scheduler.planning.words import Channel, InboundState, MessageKind
from scheduler.queries.message_now import Standing, standing_of
from scheduler.queries.patient_details import initials
from scheduler.services import audit
from scheduler.services.messages.message_state import move
from scheduler.services.messages.see_to_text import finish_text, reopen_text
from scheduler.services.refusal import Conflict, NotFound, Refused

RULE = "by hand"
GRACE = timedelta(seconds=30)
"""How long it can be taken back before a clock may take it."""
LASTS = timedelta(days=2)
GONE = WrongByHand("It has gone out already, or is just going. It cannot be taken back any more.")


@dataclass(frozen=True)
class WriteByHand:
    """Words to one patient by one channel; `answers` is the text that they answer."""

    patient_id: int
    channel: Channel
    words: str = field(repr=False)
    answers: int | None = None


@dataclass(frozen=True)
class AsItReads:
    """What would go out and when; `faults` keep it from going. `length`: of a text, of which 160 characters fit."""

    subject: str
    words: str = field(repr=False)
    length: int | None
    goes_at: datetime
    why: str
    faults: tuple[Conflict, ...]


@dataclass(frozen=True)
class Written:
    """It is in the outbox; `goes_at` is later than a minute where hours or caps hold it back."""

    message_id: int
    initials: str = field(repr=False)
    goes_at: datetime
    why: str


def preview_by_hand(session: Session, command: WriteByHand, *, by: Viewer, now: datetime) -> AsItReads | NotFound:
    """How it would read and when it would go, or what stands in the way; nothing is written."""
    if _patient(session, command, by) is None:
        return NotFound("patient")
    message = _message(command, by, now)
    return _as_it_reads(command, standing_of(session, message, now=now))


def write_by_hand(session: Session, command: WriteByHand, *, by: Viewer,
                  now: datetime) -> Written | Refused | NotFound:
    """Put it into the outbox, and mark the text that it answers as done."""
    patient, message = _patient(session, command, by), _message(command, by, now)
    if patient is None:
        return NotFound("patient")
    reads = _as_it_reads(command, standing_of(session, message, now=now))
    if reads.faults:
        return Refused(reads.faults)
    if reads.why:
        message.state, message.due_at, message.reason = MessageState.SHIFTED, reads.goes_at, reads.why
        message.expires_at = reads.goes_at + LASTS
    session.add(message)
    session.flush()
    session.add(HandWritten(clinic_id=by.clinic_id, message_id=message.id, words=command.words.strip(),
                            written_by=by.staff_id, answers_id=command.answers))
    audit.record(session, by=by, verb="write", subject="message", subject_id=message.id, patient_id=patient.id, now=now,
                 detail={"channel": str(command.channel), "answers": command.answers})
    if command.answers is not None:
        finish_text(session, command.answers, "Answered in writing.", by=by, now=now)
    return Written(message.id, initials(patient.given_name, patient.family_name), reads.goes_at, reads.why)


def take_back_by_hand(session: Session, message_id: int, *, by: Viewer, now: datetime) -> int | Refused | NotFound:
    """Undo before it goes out: it stays in the house, and the text it answered waits again; gives the patient's id."""
    found = session.execute(
        select(Message, HandWritten.answers_id).join(HandWritten, HandWritten.message_id == Message.id)
        .where(Message.id == message_id, Message.clinic_id == by.clinic_id).with_for_update()).first()
    if found is None:
        return NotFound("message")
    message, answers = found
    if message.state not in OUTGOING or message.attempts:
        return Refused((GONE,))
    move(message, MessageState.SUPERSEDED, "Taken back before it went out.", now=now)
    audit.record(session, by=by, verb="take back", subject="message", subject_id=message.id,
                 patient_id=message.patient_id, now=now)
    if answers is not None:
        reopen_text(session, answers, by=by, now=now)
    return message.patient_id


def _patient(session: Session, command: WriteByHand, by: Viewer) -> Patient | None:
    """The patient, if the text that is answered came from a number of theirs and is still to be answered."""
    patient = session.scalar(select(Patient).where(
        Patient.id == command.patient_id, Patient.clinic_id == by.clinic_id))
    if patient is None or command.answers is None:
        return patient
    text = session.scalar(select(InboundText).where(
        InboundText.id == command.answers, InboundText.clinic_id == by.clinic_id,
        InboundText.state.in_((InboundState.OPEN, InboundState.TAKEN, InboundState.DONE))))
    theirs = text is not None and (text.patient_id == patient.id or text.number == patient.telephone)
    return patient if theirs else None


def _message(command: WriteByHand, by: Viewer, now: datetime) -> Message:
    return Message(
        clinic_id=by.clinic_id, patient_id=command.patient_id, kind=MessageKind.BY_HAND, channel=command.channel,
        rule=RULE, state=MessageState.PLANNED, reason="", due_at=now + GRACE, expires_at=now + LASTS,
        key=secrets.token_hex(16), created_at=now)


def _as_it_reads(command: WriteByHand, standing: Standing) -> AsItReads:
    message, clinic, patient = standing.message, standing.clinic, standing.patient
    faults: list[Conflict] = list(wrong_by_hand(command.words, command.channel, patient.discretion))
    locale = locale_for(patient.language, clinic.locale)
    own = by_hand(command.words.strip(), command.channel, clinic.short_name, clinic.telephone, clinic.region, locale)
    said = {"kind": message.kind, "telephone": clinic.telephone, "region": clinic.region, "timezone": clinic.timezone,
            "locale": locale, "times": (), "visits": 1, "link": None, "own": own}
    if command.channel == Channel.TEXT:
        subject, words = "", write_own_text(TextFacts(short_name=clinic.short_name, **said), own)
        length = septets(words)
        faults += _too_long(length or 0)
    else:
        letter = write(LetterFacts(clinic_name=clinic.name, **said))
        subject, words, length = letter.subject, letter.text, None
    decision = standing.decision(message.due_at)
    if isinstance(decision, Skip | Park | Expire):
        faults.append(WrongByHand(decision.reason))
    shifted = isinstance(decision, Shift)
    return AsItReads(subject, words, length, decision.until if shifted else message.due_at,
                     decision.reason if shifted else "", tuple(faults))


def _too_long(length: int) -> Iterator[WrongByHand]:
    if length > LENGTH:
        yield WrongByHand(f"The text has {length} characters with the clinic's name and the way to stop, and {LENGTH} "
                          f"fit. Take {length - LENGTH} out, or write an e-mail.")
