"""Everything said with one patient, in its order: what went out, what came in, calls, answers by a link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, AuditEntry, HandWritten, InboundText, Message, Notice, Patient, StaffMember
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.planning.words import Channel, InboundMeaning
from scheduler.queries.call_list import calls_made
from scheduler.queries.inbound_rows import InboundRow, texts_of_number, texts_of_patient
from scheduler.queries.patient_details import initials
from scheduler.queries.reach import Reach, reach_of
from scheduler.queries.reach_lists import meant_visits

S = MessageState
STILL_TO_GO = OUTGOING | {S.CLAIMED}
LINK = "patient link"


class Way(StrEnum):
    """How something was said."""

    EMAIL = "email"
    TEXT = "text"
    CALL = "call"
    LINK = "link"


@dataclass(frozen=True)
class Said:
    """One thing that was said or is to be said. `what`: a kind of message, the result of a call, a verb of a link.

    `body` is there where the words are kept: what a patient wrote, and what the desk wrote by hand. `text` is what came
    in, with who has taken it on.
    """

    at: datetime
    theirs: bool
    way: Way
    what: str
    body: str = field(default="", repr=False)
    state: MessageState | None = None
    reason: str = field(default="", repr=False)
    by: str = ""
    visit_at: datetime | None = None
    message_id: int | None = None
    text: InboundRow | None = None


class WhyNot(StrEnum):
    """Why the desk cannot write by a channel."""

    CALLS = "asked for calls"
    NO_WAY_OUT = "no number to send from"
    NO_NUMBER = "no number on file"
    CANNOT_BE_TEXTED = "number cannot be texted"
    NO_ADDRESS = "no address on file"
    NO_CONSENT = "no consent"


@dataclass(frozen=True)
class Conversation:
    """What was said until now, the oldest first; what is still to go out; and how the patient can be reached."""

    patient_id: int
    name: str = field(repr=False)
    initials: str = field(repr=False)
    telephone: str | None = field(repr=False)
    said: tuple[Said, ...]
    to_come: tuple[Said, ...]
    reach: Reach
    can_be_texted: bool
    meant: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    """By text that asks to move the visit that it is about."""

    @property
    def waiting(self) -> tuple[InboundRow, ...]:
        """The patient's texts that a person has still to see to."""
        return tuple(one.text for one in self.said if one.text and one.text.waits)

    @property
    def ways_to_write(self) -> tuple[Channel, ...]:
        """By which the desk may write."""
        return () if self.reach.prefers_call else self.reach.channels

    @property
    def why_no_text(self) -> WhyNot | None:
        """Why no text can be written by hand, as a word for the page; None where one can."""
        if self.reach.prefers_call:
            return WhyNot.CALLS
        if Channel.TEXT not in self.reach.ways_out:
            return WhyNot.NO_WAY_OUT
        if not self.can_be_texted:
            return WhyNot.CANNOT_BE_TEXTED if self.telephone else WhyNot.NO_NUMBER
        return WhyNot.NO_CONSENT if Channel.TEXT not in self.reach.consents else None

    @property
    def why_no_email(self) -> WhyNot | None:
        """The same for an e-mail."""
        if self.reach.prefers_call:
            return WhyNot.CALLS
        if Channel.EMAIL not in self.reach.addresses:
            return WhyNot.NO_ADDRESS
        return WhyNot.NO_CONSENT if Channel.EMAIL not in self.reach.consents else None

    @property
    def texts_stopped(self) -> bool:
        """Whether there is a number for texts and no consent to them."""
        return self.can_be_texted and Channel.TEXT not in self.reach.consents


def conversation(session: Session, clinic_id: int, patient_id: int, *, now: datetime) -> Conversation | None:
    """One patient's; None for anybody else's. A constant number of queries, however much was said."""
    patient = session.scalar(select(Patient).where(Patient.id == patient_id, Patient.clinic_id == clinic_id))
    if patient is None:
        return None
    texts = texts_of_patient(session, clinic_id, patient_id, patient.telephone)
    said = sorted((*_messages(session, clinic_id, patient_id), *_texts(texts),
                   *_answers(session, clinic_id, [text.id for text in texts]), *_calls(session, patient_id),
                   *_by_link(session, clinic_id, patient_id)), key=lambda one: one.at)
    return Conversation(
        patient.id, f"{patient.given_name} {patient.family_name}", initials(patient.given_name, patient.family_name),
        patient.telephone, tuple(one for one in said if one.state not in STILL_TO_GO),
        tuple(one for one in said if one.state in STILL_TO_GO), reach_of(session, patient_id, now=now),
        bool(patient.telephone and patient.can_be_texted),
        meant_visits(session, clinic_id, [one for one in texts if one.waits and one.meaning == InboundMeaning.MOVE],
                     now=now))


def said_by_number(session: Session, clinic_id: int, number: str) -> tuple[Said, ...]:
    """What came from a number that is on nobody's file, and what went back by itself. Three queries."""
    texts = texts_of_number(session, clinic_id, number)
    return tuple(sorted((*_texts(texts), *_answers(session, clinic_id, [text.id for text in texts])),
                        key=lambda one: one.at))


def _messages(session: Session, clinic_id: int, patient_id: int) -> Iterable[Said]:
    """What stepped aside or was said with another is left out, unless it went."""
    quiet = Message.state.not_in((S.SUPERSEDED, S.MERGED)) | Message.sent_at.is_not(None)
    for message, visit_at, words, by in session.execute(
            select(Message, Appointment.starts_at, HandWritten.words, StaffMember.initials)
            .outerjoin(Appointment, Appointment.id == Message.appointment_id)
            .outerjoin(HandWritten, HandWritten.message_id == Message.id)
            .outerjoin(StaffMember, StaffMember.id == HandWritten.written_by)
            .where(Message.clinic_id == clinic_id, Message.patient_id == patient_id, quiet)):
        yield Said(message.sent_at or message.due_at, False, Way(message.channel), message.kind, words or "",
                   state=message.state, reason=message.reason, by=by or "", visit_at=visit_at,
                   message_id=message.id)


def _texts(texts: Iterable[InboundRow]) -> Iterable[Said]:
    for text in texts:
        yield Said(text.received_at, True, Way.TEXT, text.meaning, body=text.body, text=text)


def _answers(session: Session, clinic_id: int, text_ids: list[int]) -> Iterable[Said]:
    """What went back by itself to the patient's texts."""
    for notice in session.scalars(
            select(Notice).join(InboundText, InboundText.id == Notice.inbound_text_id).where(
                Notice.clinic_id == clinic_id, Notice.inbound_text_id.in_(text_ids), Notice.staff_id.is_(None),
                Notice.state != S.SUPERSEDED)):
        yield Said(notice.sent_at or notice.due_at, False, Way(notice.channel), f"answer: {notice.kind}",
                   state=notice.state, reason=notice.reason)


def _calls(session: Session, patient_id: int) -> Iterable[Said]:
    for call in calls_made(session, [patient_id])[patient_id]:
        yield Said(call.called_at, False, Way.CALL, call.result, body=call.note, by=call.by)


def _by_link(session: Session, clinic_id: int, patient_id: int) -> Iterable[Said]:
    for entry, visit_at in session.execute(
            select(AuditEntry, Appointment.starts_at)
            .outerjoin(Appointment, (Appointment.id == AuditEntry.subject_id)
                       & (AuditEntry.subject_type == "appointment"))
            .where(AuditEntry.clinic_id == clinic_id, AuditEntry.patient_id == patient_id,
                   AuditEntry.actor == LINK, AuditEntry.verb != "view")):
        yield Said(entry.at, True, Way.LINK, entry.verb, visit_at=visit_at)
