"""What happened: in the chair, and in the talk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime


class InfusionRecord(Numbered, Base):
    """That an infusion was given, when it was said and by whom, with a short note."""

    __tablename__ = "infusion_record"
    __table_args__ = (UniqueConstraint("appointment_id"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    note: Mapped[str] = mapped_column(String(2000), default="")


class TherapySession(Numbered, Base):
    """That a therapy session (or another talk) was held, with a short note."""

    __tablename__ = "therapy_session"
    __table_args__ = (UniqueConstraint("appointment_id"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    note: Mapped[str] = mapped_column(String(2000), default="")
