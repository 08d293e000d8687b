"""Write down what a patient is owed when visits are booked, moved or cancelled, in the caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Message
from scheduler.planning.lifecycle import LIVE_MESSAGE, MessageState
from scheduler.planning.words import Channel, MessageKind

Why = Literal["booked", "changed", "cancelled"]
NEWS = {"booked": MessageKind.CONFIRMATION, "changed": MessageKind.CHANGE, "cancelled": MessageKind.CANCELLATION}


@dataclass(frozen=True)
class OwedRow:
    """One message as a page shows it: what, how, when, and why it does not go out where `state` is skipped."""

    message_id: int
    kind: MessageKind
    channel: Channel
    state: MessageState
    due_at: datetime
    rule: str
    reason: str
    series_id: int | None
    appointment_id: int | None


def owe_messages(session: Session, *, clinic_id: int, patient_id: int, appointment_ids: Sequence[int],
                 series_id: int | None, now: datetime, why: Why) -> tuple[OwedRow, ...]:
    """Supersede what is no longer true of these visits, write what is owed instead, and give the new rows by date.

    Call it after the appointments are flushed as they now stand, with every visit that the act touched at once: the
    patient gets one letter about them all. What will not go out is written too, skipped, with its reason.
    """
    visits = session.scalars(
        select(Appointment).where(Appointment.clinic_id == clinic_id, Appointment.patient_id == patient_id,
                                  Appointment.id.in_(appointment_ids)).order_by(Appointment.starts_at)).all()
    if not visits:
        return ()
    _supersede(session, [visit.id for visit in visits], series_id, NEWS[why])
    news = Message(
        clinic_id=clinic_id, patient_id=patient_id, series_id=series_id,
        appointment_id=visits[0].id if len(visits) == 1 or series_id is None else None,
        appointment_version=visits[0].version if len(visits) == 1 else None,
        kind=NEWS[why], channel=Channel.EMAIL, rule=why, state=MessageState.PLANNED, due_at=now,
        expires_at=max(visits[0].starts_at, now), key=secrets.token_hex(16), created_at=now)
    session.add(news)
    session.flush()
    return (row_of(news),)


def row_of(message: Message) -> OwedRow:
    """A message as a frozen row."""
    return OwedRow(message.id, message.kind, message.channel, message.state, message.due_at, message.rule,
                   message.reason, message.series_id, message.appointment_id)


def _supersede(session: Session, appointment_ids: Sequence[int], series_id: int | None, kind: MessageKind) -> None:
    """Every live message about these visits steps aside, and so does the last news of this kind about the series."""
    session.flush()
    stale = session.scalars(select(Message).where(
        Message.state.in_(LIVE_MESSAGE),
        Message.appointment_id.in_(appointment_ids)
        | (Message.appointment_id.is_(None) & (Message.series_id == series_id) & (Message.kind == kind))))
    for message in stale:
        message.state = MessageState.SUPERSEDED
    session.flush()
