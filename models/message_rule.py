"""The rules of sending as a clinic has changed them: one row for each version of a rule, the newest counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime


class MessageRule(Numbered, Base):
    """A version of one rule. `document` is read by `scheduler.planning.rule_documents`; None: as shipped."""

    __tablename__ = "message_rule"
    __table_args__ = (UniqueConstraint("clinic_id", "rule", "version"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    rule: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
