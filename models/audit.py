"""Who did what to which, when: append-only, ids only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Numbered
from models.types import UtcDateTime


class AuditEntry(Numbered, Base):
    """One act or view. The database refuses to change or delete a row (`models.guards`)."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "clinic_id", "subject_type", "subject_id"),
        Index("ix_audit_entry_at", "clinic_id", "at"),
    )

    clinic_id: Mapped[int | None] = mapped_column(ForeignKey("clinic.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(40))
    """staff, patient link, clock or command line."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    verb: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(Key)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
