"""Many courses re-planned together after a closure, an absence or a breakdown, one part a course."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime, Word
from scheduler.planning.batches import PartState


class Batch(Numbered, Base):
    """One act of the desk: applied at once, or offered until `expires_at`."""

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_clinic_id_made_at", "clinic_id", "made_at"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    command: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was asked of the planner: `scheduler.services.outages.batch_parts.PlanBatch`."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))


class BatchPart(Numbered, Base):
    """One series of a batch, or one visit by itself: where its visits go, and what became of that."""

    __tablename__ = "batch_part"
    __table_args__ = (
        CheckConstraint("(series_id is null) <> (appointment_id is null)", name="one_thing"),
        Index("ix_batch_part_state_expires_at", "state", "expires_at"),
        Index("uq_batch_part_open_series", "series_id", unique=True,
              postgresql_where=text("state = 'open'"), sqlite_where=text("state = 'open'")),
        Index("uq_batch_part_open_appointment", "appointment_id", unique=True,
              postgresql_where=text("state = 'open'"), sqlite_where=text("state = 'open'")),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    rank: Mapped[int]
    """Its place by urgency, 1 first."""
    places: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """`scheduler.services.booking.promises.VisitPlace`, one for every visit that was free to move."""
    moved: Mapped[list[list[Any]]] = mapped_column(JSON)
    """[appointment, wall time before, wall time after] of the visits that get another place."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """What stood when it was planned: changed since, it is not accepted any more."""
    state: Mapped[PartState] = mapped_column(Word(PartState))
    why: Mapped[str] = mapped_column(String(400), default="")
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    change_id: Mapped[int | None] = mapped_column(ForeignKey("visit_change.id"))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
