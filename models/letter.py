"""A clinic's own words for a letter or text: one row for each version, the newest counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime, Word
from scheduler.planning.words import Channel, MessageKind


class LetterVersion(Numbered, Base):
    """A version of one letter; `body` None: as shipped again. Words and plain placeholders, never a template."""

    __tablename__ = "letter_version"
    __table_args__ = (UniqueConstraint("clinic_id", "kind", "several", "language", "channel", "version"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    kind: Mapped[MessageKind] = mapped_column(Word(MessageKind))
    several: Mapped[bool] = mapped_column(default=False)
    """Whether it is the letter about several visits."""
    language: Mapped[str] = mapped_column(String(16))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    version: Mapped[int]
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str | None] = mapped_column(String(4000))
    button: Mapped[str] = mapped_column(String(60), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
