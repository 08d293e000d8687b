"""Who takes a patient home after a visit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime


class RideHome(Numbered, Base):
    """The ride of one visit, as the patient named it; `confirmed_at` once the patient has said that it is agreed."""

    __tablename__ = "ride_home"
    __table_args__ = (UniqueConstraint("appointment_id"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    name: Mapped[str] = mapped_column(String(80))
    telephone: Mapped[str] = mapped_column(String(40), default="")
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
