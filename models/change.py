"""A change of booked visits that can be taken back in one step, and the rules that were set aside for one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime, WallDateTime


class Change(Numbered, Base):
    """One act that moved visits of one patient: how they stood before, and what was told of it."""

    __tablename__ = "visit_change"
    __table_args__ = (Index("ix_visit_change_series_id_made_at", "series_id", "made_at"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`scheduler.services.changing.changes.Before`: every visit that moved, and the series' last day, as they stood."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """What stood right after: where it still stands, nothing has been changed since."""
    superseded: Mapped[list[int]] = mapped_column(JSON, default=list)
    """The news that had not gone out yet and stepped aside for this change, by message."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))


class RuleOverride(Numbered, Base):
    """That rules of a course were set aside for one visit, by whom and why. It holds while the visit stands there."""

    __tablename__ = "rule_override"

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("visit_change.id"), index=True)
    wall_start: Mapped[datetime] = mapped_column(WallDateTime)
    """Where the visit was put: at another time the rules are asked again."""
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """`scheduler.planning.broken_rules.BrokenRule`, one each."""
    reason: Mapped[str] = mapped_column(String(400))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
