"""What the desk asks a clinician about one visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime, Word
from scheduler.planning.words import QuestionState


class Question(Numbered, Base):
    """May this visit be moved there? Open until a clinician says yes or no, or the desk takes it back."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_clinic_id_state", "clinic_id", "state"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    state: Mapped[QuestionState] = mapped_column(Word(QuestionState))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`scheduler.services.changing.questions.AskedMove`: where to, with what, and the rules that stand against it."""
    note: Mapped[str] = mapped_column(String(400), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    answer: Mapped[str] = mapped_column(String(400), default="")
