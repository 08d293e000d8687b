"""Consents that patients took back on their own page, until the desk has seen to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime


class OptOut(Numbered, Base):
    """One act: which channels were stopped and when; whether the patient took it back, and who has seen to it."""

    __tablename__ = "opt_out"
    __table_args__ = (Index("ix_opt_out_clinic_id_done_at", "clinic_id", "done_at"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    channels: Mapped[str] = mapped_column(String(60))
    """Words of `Channel`, with commas between them."""
    opted_out_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
