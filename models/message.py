"""One owed letter or text, and the links that letters carry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, event, insert, text
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from models.base import Base, Numbered
from models.outgoing import Outgoing
from models.types import UtcDateTime, Word
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Condition, MessageKind

LIVE = "state <> 'superseded'"


class Message(Numbered, Outgoing, Base):
    """What is owed to one patient: at most one live message per subject, rule and channel."""

    __tablename__ = "message"
    __table_args__ = (
        Index("uq_message_live_appointment", "appointment_id", "kind", "rule", "channel", unique=True,
              postgresql_where=text(f"appointment_id is not null and {LIVE}"),
              sqlite_where=text(f"appointment_id is not null and {LIVE}")),
        Index("uq_message_live_series", "series_id", "kind", "channel", unique=True,
              postgresql_where=text(f"appointment_id is null and series_id is not null and {LIVE}"),
              sqlite_where=text(f"appointment_id is null and series_id is not null and {LIVE}")),
        Index("ix_message_state_due_at", "state", "due_at"),
        Index("ix_message_patient_id_due_at", "patient_id", "due_at"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    appointment_version: Mapped[int | None]
    kind: Mapped[MessageKind] = mapped_column(Word(MessageKind))
    rule: Mapped[str] = mapped_column(String(40))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    """The message that says this one too, while this one's state is merged."""
    condition: Mapped[Condition] = mapped_column(Word(Condition), default=Condition.ALWAYS, server_default="always")
    """What must still be true when it goes out; copied from its rule, so that a later change does not reach it."""


class HandWritten(Numbered, Base):
    """The words of a message that somebody at the desk wrote; every other one is written when it goes out."""

    __tablename__ = "hand_written"
    __table_args__ = (UniqueConstraint("message_id"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    words: Mapped[str] = mapped_column(String(4000))
    written_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_text.id"))
    """The text that it answers."""


class MessageMove(Numbered, Base):
    """One line of a message's life: the state it came into, why and when. The first is written with the message."""

    __tablename__ = "message_move"

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    state: Mapped[MessageState] = mapped_column(Word(MessageState))
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@event.listens_for(Session, "before_flush")
def _go_on(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Nobody asks a line for its number: those that wait are written in one statement."""
    lines = [one for one in session.new if isinstance(one, MessageMove)]
    for line in lines:
        session.expunge(line)
    _write(session, [{"clinic_id": line.clinic_id, "message_id": line.message_id, "state": line.state,
                      "reason": line.reason, "at": line.at} for line in lines])


@event.listens_for(Session, "after_flush")
def _begin(session: Session, _context: UOWTransaction) -> None:
    """No message is without its first line, whoever wrote it."""
    _write(session, [{"clinic_id": one.clinic_id, "message_id": one.id, "state": one.state, "reason": one.reason or "",
                      "at": one.created_at} for one in session.new if isinstance(one, Message)])


def _write(session: Session, lines: list[dict[str, Any]]) -> None:
    if lines:
        session.connection().execute(insert(MessageMove), lines)


class PatientLink(Numbered, Base):
    """A link in a letter: only its hash is kept; one purpose, one appointment or series, an end."""

    __tablename__ = "patient_link"
    __table_args__ = (UniqueConstraint("token_hash"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    wrong_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    """Wrong dates of birth entered behind this link."""
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it asks for no date of birth any more: there were too many wrong ones, and the desk calls."""
