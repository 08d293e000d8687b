"""What was ordered, and the limited course that is booked on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.appointment import Appointment
from models.base import Base, Numbered
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.types import UtcDateTime, Word
from scheduler.planning.lifecycle import SeriesStatus


class Order(Numbered, Base):
    """A clinician's order for a number of infusions. More than these cannot be booked."""

    __tablename__ = "treatment_order"
    __table_args__ = (CheckConstraint("infusions between 1 and 60", name="infusions"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    ordered_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    ordered_on: Mapped[date]
    infusions: Mapped[int]
    note: Mapped[str] = mapped_column(String(500), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The decision that it came with was taken back: nothing may be booked on it."""


class Series(Numbered, Base):
    """One patient's limited course under one protocol version."""

    __tablename__ = "series"
    __table_args__ = (
        UniqueConstraint("clinic_id", "idempotency_key"),
        CheckConstraint("latest_on >= earliest_on", name="in_order"),
        Index("ix_series_clinic_id_status", "clinic_id", "status"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    protocol_version_id: Mapped[int] = mapped_column(ForeignKey("protocol_version.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("treatment_order.id"), index=True)
    status: Mapped[SeriesStatus] = mapped_column(Word(SeriesStatus))
    infusions: Mapped[int]
    earliest_on: Mapped[date]
    latest_on: Mapped[date]
    wishes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What suits (soft), what does not (hard), and the therapist asked for: `scheduler.services.booking.wishes`."""
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """The planning steps of this series, from its protocol version, as booked."""
    finish: Mapped[str] = mapped_column(String(40), default="")
    """The step whose date ends the series; its last where empty."""
    same: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Kinds of resource that are one and the same through the whole series."""
    idempotency_key: Mapped[str] = mapped_column(String(64))
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    booked_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_reason: Mapped[str] = mapped_column(String(400), default="")
    """Why it was stopped, or is paused since `ended_at`."""

    patient: Mapped[Patient] = relationship(lazy="raise")
    order: Mapped[Order] = relationship(lazy="raise")
    protocol_version: Mapped[ProtocolVersion] = relationship(lazy="raise")
    appointments: Mapped[list[Appointment]] = relationship(
        back_populates="series", lazy="raise", order_by="Appointment.ordinal")
