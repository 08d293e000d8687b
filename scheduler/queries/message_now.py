"""A message and what it is about, as both stand at this moment, and what is to be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Message, Patient
from models.outgoing import Outgoing
from scheduler.planning.lifecycle import OUTGOING, AppointmentStatus, MessageState
from scheduler.planning.send_decisions import Decision, MessageNow, VisitNow, decide_at_send
from scheduler.planning.words import Channel
from scheduler.queries.reach import Reach, reach_of


@dataclass(frozen=True)
class Standing:
    """The live rows around one message. `visits` are those it is about; `coming` all the patient's visits to come."""

    message: Message
    clinic: Clinic
    patient: Patient
    visits: tuple[Appointment, ...]
    merged: tuple[Appointment, ...]
    coming: tuple[Appointment, ...]
    reach: Reach

    def decision(self, now: datetime) -> Decision:
        """Send, or the reason not to."""
        message = self.message
        return decide_at_send(
            MessageNow(message.kind, message.channel, message.due_at, message.expires_at, message.appointment_version,
                       message.condition),
            [VisitNow(visit.status, visit.starts_at, visit.version, visit.cannot_come_at is not None,
                      visit.confirmed_at is not None)
             for visit in self.visits],
            self.reach.patient_now(message.channel), now)


@dataclass(frozen=True)
class DueMessage:
    """What would become of one message at an instant; ids and words of the house alone."""

    message_id: int
    patient_id: int
    kind: str
    channel: str
    decision: Decision


def standing_of(session: Session, message: Message, *, now: datetime) -> Standing:
    """Read everything that a message is about, as it stands."""
    clinic, patient = session.get_one(Clinic, message.clinic_id), session.get_one(Patient, message.patient_id)
    visits = select(Appointment).order_by(Appointment.starts_at, Appointment.id)
    if message.appointment_id is not None:
        own = visits.where(Appointment.id == message.appointment_id)
    else:
        own = visits.where(Appointment.patient_id == patient.id, Appointment.series_id == message.series_id)
    merged = visits.join(Message, Message.appointment_id == Appointment.id).where(
        Message.merged_into_id == message.id, Message.state == MessageState.MERGED,
        Message.appointment_version == Appointment.version, Appointment.status == AppointmentStatus.BOOKED)
    coming = visits.where(Appointment.patient_id == patient.id, Appointment.clinic_id == clinic.id,
                          Appointment.status == AppointmentStatus.BOOKED, Appointment.starts_at > now)
    return Standing(message, clinic, patient, tuple(session.scalars(own)), tuple(session.scalars(merged)),
                    tuple(session.scalars(coming)), reach_of(session, patient.id, now=now))


EVERY_WAY = frozenset({Channel.EMAIL, Channel.TEXT})


def is_due(kind: type[Outgoing], now: datetime, ways: frozenset[Channel] = EVERY_WAY) -> ColumnElement[bool]:
    """The condition on rows of the outbox that a clock may take at `now`: due, or taken and never acknowledged.

    `ways` are those that this clock has out of the house; texts go for clinics alone that have a number for them.
    """
    sends = select(Clinic.id).where(Clinic.text_number.is_not(None))
    return (
        kind.channel.in_(ways) & ((kind.channel != Channel.TEXT) | kind.clinic_id.in_(sends))
        & ((kind.state.in_(OUTGOING) & (kind.due_at <= now))
           | ((kind.state == MessageState.CLAIMED) & (kind.claimed_until <= now))))


def any_due(session: Session, *, now: datetime, ways: frozenset[Channel] = EVERY_WAY) -> bool:
    """Whether a clock has anything to take at `now`."""
    return bool(session.scalar(select(exists().where(is_due(Message, now, ways)))))


def due_messages(session: Session, *, now: datetime) -> tuple[DueMessage, ...]:
    """Every message that would be due at `now`, by date, with what would become of it; nothing is written."""
    rows = session.scalars(select(Message).where(is_due(Message, now)).order_by(Message.due_at, Message.id)).all()
    return tuple(
        DueMessage(row.id, row.patient_id, row.kind, row.channel, standing_of(session, row, now=now).decision(now))
        for row in rows)
