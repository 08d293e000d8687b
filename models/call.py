"""A telephone call that the desk made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime, Word
from scheduler.planning.words import CallResult


class Call(Numbered, Base):
    """One call to one patient and what came of it; the call list asks which calls are still to be made."""

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_patient_id_called_at", "patient_id", "called_at"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    result: Mapped[CallResult] = mapped_column(Word(CallResult))
    note: Mapped[str] = mapped_column(String(500), default="")
    called_at: Mapped[datetime] = mapped_column(UtcDateTime)
    called_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
