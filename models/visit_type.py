"""Visit types: phases that run one after another, and what each phase needs."""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Numbered
from models.types import Word
from scheduler.planning.words import VisitKind


class VisitType(Numbered, Base):
    """A kind of visit of one clinic. `public_name` is what a patient's page says."""

    __tablename__ = "visit_type"
    __table_args__ = (UniqueConstraint("clinic_id", "code"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    public_name: Mapped[str] = mapped_column(String(80), default="Visit")
    kind: Mapped[VisitKind] = mapped_column(Word(VisitKind))
    active: Mapped[bool] = mapped_column(default=True)

    phases: Mapped[list[Phase]] = relationship(
        back_populates="visit_type", lazy="raise", order_by="Phase.position", cascade="all, delete-orphan")


class Phase(Numbered, Base):
    """One phase: minutes, whether the patient is there, and units needed by kind of resource ({"chair": 1})."""

    __tablename__ = "phase"
    __table_args__ = (
        UniqueConstraint("visit_type_id", "position"),
        CheckConstraint("minutes between 1 and 1440", name="minutes"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    visit_type_id: Mapped[int] = mapped_column(ForeignKey("visit_type.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    minutes: Mapped[int]
    with_patient: Mapped[bool] = mapped_column(default=True)
    needs: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    visit_type: Mapped[VisitType] = relationship(back_populates="phases", lazy="raise")
