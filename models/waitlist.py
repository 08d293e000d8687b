"""Who waits for an earlier time, the times that were freed, and the offers made of them."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime, WallDateTime, Word
from scheduler.planning.waitlist import OfferState


class WaitlistEntry(Numbered, Base):
    """A patient who would like to come earlier to one visit."""

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        Index("uq_waitlist_entry_live", "appointment_id", unique=True,
              postgresql_where=text("ended_at is null"), sqlite_where=text("ended_at is null")),
        Index("ix_waitlist_entry_clinic_id", "clinic_id", "ended_at"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    not_before: Mapped[date | None]
    weekdays: Mapped[list[int]] = mapped_column(JSON, default=list)
    from_time: Mapped[time | None]
    to_time: Mapped[time | None]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[str] = mapped_column(String(40), default="")


class Opening(Numbered, Base):
    """A time that a visit gave back, as long as nobody has it: `closed_at` says that it is over."""

    __tablename__ = "opening"
    __table_args__ = (Index("ix_opening_clinic_id_closed_at", "clinic_id", "closed_at"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    visit_type_id: Mapped[int] = mapped_column(ForeignKey("visit_type.id"))
    freed_by: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wall_start: Mapped[datetime] = mapped_column(WallDateTime)
    wall_end: Mapped[datetime] = mapped_column(WallDateTime)
    """A visit that starts before it may be offered this time, of whatever type."""
    resources: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """What was freed, kind to id; empty: not known."""
    freed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was last looked for somebody to offer it to."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_why: Mapped[str] = mapped_column(String(40), default="")


class Offer(Numbered, Base):
    """A freed time, offered to one patient until `expires_at`.

    One at a time: the hold keeps the time for that patient. Offers made to everybody at once keep nothing (no hold):
    whoever accepts first has it.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (ended_at is null)", name="ended"),
        Index("uq_offer_open_appointment", "appointment_id", unique=True,
              postgresql_where=text("state = 'open'"), sqlite_where=text("state = 'open'")),
        Index("uq_offer_kept_opening", "opening_id", unique=True,
              postgresql_where=text("state = 'open' and hold_id is not null"),
              sqlite_where=text("state = 'open' and hold_id is not null")),
        Index("ix_offer_state_expires_at", "state", "expires_at"),
        Index("ix_offer_opening_id", "opening_id"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    appointment_version: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wall_start: Mapped[datetime] = mapped_column(WallDateTime)
    """The start that is offered: any in the freed interval."""
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    state: Mapped[OfferState] = mapped_column(Word(OfferState))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    change_id: Mapped[int | None] = mapped_column(ForeignKey("visit_change.id"))
    """The change by which an accepted offer moved the visit: it may be taken back for a while."""
