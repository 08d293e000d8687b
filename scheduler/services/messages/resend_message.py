"""Send a message again: a new one takes the place of the old."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, HandWritten, Message
from scheduler.access import Viewer
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.planning.send_decisions import Expire, Park, Shift, Skip
from scheduler.planning.words import MessageKind
from scheduler.queries.message_now import standing_of
from scheduler.services import audit
from scheduler.services.messages.supersede import supersede
from scheduler.services.refusal import NotFound, Refused

AGAIN = "sent again"
NEWS_LASTS = timedelta(days=1)


@dataclass(frozen=True)
class SendAgain:
    """The message to send once more."""

    message_id: int


@dataclass(frozen=True)
class Resent:
    """The new message; `due_at` is later than now where the patient's quiet hours hold it back."""

    message_id: int
    due_at: datetime


@dataclass(frozen=True)
class StillWaiting:
    """The message is on its way by itself."""

    sentence: str = "This message is still waiting to go out by itself."


@dataclass(frozen=True)
class CannotGo:
    """The message would not go out: the visit, the address or the consent stands in the way."""

    reason: str

    @property
    def sentence(self) -> str:
        """The reason."""
        return self.reason


def resend_message(session: Session, command: SendAgain, *, by: Viewer, now: datetime) -> Resent | Refused | NotFound:
    """Owe a message anew, due now, as it is true now; the old one steps aside and keeps when it was sent."""
    old = session.scalar(select(Message).where(
        Message.id == command.message_id, Message.clinic_id == by.clinic_id).with_for_update())
    if old is None:
        return NotFound("message")
    if old.state in OUTGOING | {MessageState.CLAIMED}:
        return Refused((StillWaiting(),))
    if old.kind == MessageKind.NEW_TIMES:
        return Refused((CannotGo("New times are offered anew on the page “Something is out”."),))
    if old.kind == MessageKind.OFFER:
        return Refused((CannotGo("A time is offered anew on the waiting list."),))
    if old.state in (MessageState.SUPERSEDED, MessageState.MERGED):
        return Refused((CannotGo("A newer message says this already."),))
    visit = session.get(Appointment, old.appointment_id) if old.appointment_id else None
    new = Message(
        clinic_id=old.clinic_id, patient_id=old.patient_id, series_id=old.series_id, appointment_id=old.appointment_id,
        appointment_version=visit.version if visit and old.appointment_version is not None else None, kind=old.kind,
        channel=old.channel, rule=AGAIN, state=MessageState.PLANNED, due_at=now,
        expires_at=visit.starts_at if visit and visit.starts_at > now else now + NEWS_LASTS,
        key=secrets.token_hex(16), created_at=now)
    decision = standing_of(session, new, now=now).decision(now)
    if isinstance(decision, Skip | Park | Expire):
        return Refused((CannotGo(decision.reason),))
    if isinstance(decision, Shift):
        new.state, new.due_at, new.reason = MessageState.SHIFTED, decision.until, decision.reason
    supersede(session, [old], now=now)
    session.add(new)
    session.flush()
    hand = session.scalar(select(HandWritten).where(HandWritten.message_id == old.id))
    if hand is not None:
        session.add(HandWritten(clinic_id=new.clinic_id, message_id=new.id, words=hand.words,
                                written_by=by.staff_id, answers_id=hand.answers_id))
    audit.record(session, by=by, verb="send again", subject="message", subject_id=new.id, patient_id=new.patient_id,
                 now=now, detail={"instead_of": old.id, "kind": new.kind})
    return Resent(new.id, new.due_at)
