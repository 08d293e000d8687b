"""Texts that came in, what is owed in answer, and who is alerted when somebody may be in danger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.outgoing import Outgoing
from models.types import UtcDateTime, Word
from scheduler.planning.words import InboundMeaning, InboundState, NoticeKind

LIVE = "staff_id is null and state <> 'superseded'"


class InboundText(Numbered, Base):
    """One text from a telephone, once for each clinic that it concerns; `reference` is what the gateway calls it.

    `due_at` is by when a person has to have seen to it; None where nobody has to. What it says never stands in a log.
    """

    __tablename__ = "inbound_text"
    __table_args__ = (
        UniqueConstraint("clinic_id", "reference"),
        Index("ix_inbound_text_clinic_id_state_due_at", "clinic_id", "state", "due_at"),
        Index("ix_inbound_text_number", "number"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    """Whose number it is; None where it is nobody's, or several people's."""
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    """The text that it answers, where that is known."""
    reference: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(String(1600))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    meaning: Mapped[InboundMeaning] = mapped_column(Word(InboundMeaning))
    state: Mapped[InboundState] = mapped_column(Word(InboundState))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(400), default="")
    alerted: Mapped[int] = mapped_column(default=0)
    """How many alerts have gone to people on call, one after another; the next is owed at `alert_again_at`."""
    alert_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Notice(Numbered, Outgoing, Base):
    """An answer to a text or to a request for an appointment, or an alert to a staff member.

    Quiet hours and caps do not hold back what was asked for.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_state_due_at", "state", "due_at"),
        Index("uq_notice_live_answer", "inbound_text_id", "kind", unique=True, postgresql_where=text(LIVE),
              sqlite_where=text(LIVE)),
        Index("uq_notice_request_id", "request_id", unique=True),
        CheckConstraint("(kind = 'alert') = (staff_id is not null)", name="alerts_go_to_staff"),
        CheckConstraint("(inbound_text_id is null) <> (request_id is null)", name="answers_one_thing"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    inbound_text_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_text.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("appointment_request.id"))
    """The request for an appointment that it acknowledges, by e-mail."""
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    """The visit that the answer names."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    kind: Mapped[NoticeKind] = mapped_column(Word(NoticeKind))
    address: Mapped[str] = mapped_column(String(254))
    """The number or the e-mail address that it goes to."""


class OnCall(Numbered, Base):
    """Who is alerted, in which order, and how: by e-mail, by text, or both."""

    __tablename__ = "on_call"
    __table_args__ = (
        UniqueConstraint("clinic_id", "staff_id"),
        CheckConstraint("by_email or telephone is not null", name="reachable"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    position: Mapped[int]
    by_email: Mapped[bool] = mapped_column(default=True)
    telephone: Mapped[str | None] = mapped_column(String(20))
    """E.164, for texts; None: not by text."""
