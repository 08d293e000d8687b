"""Protocols as a clinic has adopted them: versioned documents, never changed once published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Numbered
from models.types import UtcDateTime


class Protocol(Numbered, Base):
    """A clinic's protocol; what it says stands in its versions. `catalogue_id` names the published schedule."""

    __tablename__ = "protocol"
    __table_args__ = (UniqueConstraint("clinic_id", "name"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    catalogue_id: Mapped[str | None] = mapped_column(String(80))
    active: Mapped[bool] = mapped_column(default=True)

    versions: Mapped[list[ProtocolVersion]] = relationship(
        back_populates="protocol", lazy="raise", order_by="ProtocolVersion.version")


class ProtocolVersion(Numbered, Base):
    """One version: the document that `scheduler.planning.protocols` reads. A running series keeps its version."""

    __tablename__ = "protocol_version"
    __table_args__ = (UniqueConstraint("protocol_id", "version"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    protocol_id: Mapped[int] = mapped_column(ForeignKey("protocol.id"))
    version: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))

    protocol: Mapped[Protocol] = relationship(back_populates="versions", lazy="raise")
