"""A gate of a series: the point at which it waits for a clinician's decision, and what was decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime, Word
from scheduler.planning.gates import Decision


class Gate(Numbered, Base):
    """After infusion `number` the series waits; the appointments behind are held by `hold_id` until it is decided."""

    __tablename__ = "gate"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(decision is null) = (decided_at is null)", name="decided"),
        Index("ix_gate_clinic_id_decision", "clinic_id", "decision"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    """The step of that infusion."""
    decide_hours: Mapped[int | None]
    """As the protocol's version said at booking: how long before the first visit behind it they are released."""
    warn_hours: Mapped[int | None]
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"), index=True)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[Decision | None] = mapped_column(Word(Decision))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    reason: Mapped[str] = mapped_column(String(400), default="")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("treatment_order.id"))
    """The order of further infusions that came with the decision."""
    protocol_id: Mapped[int | None] = mapped_column(ForeignKey("protocol.id"))
    """Under which protocol a taper is to be booked."""
