"""Who is treated, and what they have consented to. Only what scheduling needs is kept."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Numbered
from models.types import UtcDateTime, Word
from scheduler.planning.words import Channel, Discretion


class Patient(Numbered, Base):
    """A patient of one clinic. Names are read and searched through `scheduler.queries.find_patients` alone."""

    __tablename__ = "patient"
    __table_args__ = (
        Index("uq_patient_source", "clinic_id", "source_system", "source_identifier", unique=True,
              postgresql_where=text("source_identifier is not null"),
              sqlite_where=text("source_identifier is not null")),
        Index("ix_patient_clinic_id_birth_date", "clinic_id", "birth_date"),
        Index("ix_patient_clinic_id_search_name", "clinic_id", "search_name"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    given_name: Mapped[str] = mapped_column(String(120))
    family_name: Mapped[str] = mapped_column(String(120))
    search_name: Mapped[str] = mapped_column(String(260))
    """Family and given name folded for searching: no accents, lower case, one space between words."""
    birth_date: Mapped[date]
    gender: Mapped[str | None] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(254))
    telephone: Mapped[str | None] = mapped_column(String(40))
    """E.164 where a carrier accepts it, otherwise as it was written."""
    telephone_use: Mapped[str | None] = mapped_column(String(16))
    can_be_texted: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(16), default="en")
    timezone: Mapped[str | None] = mapped_column(String(64))
    """Where it differs from the clinic's."""
    preferred_channel: Mapped[Channel] = mapped_column(Word(Channel), default=Channel.EMAIL)
    discretion: Mapped[Discretion] = mapped_column(
        Word(Discretion), default=Discretion.CLINIC_AND_TIME, server_default=Discretion.CLINIC_AND_TIME)
    """How much a text may say."""
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    source_system: Mapped[str | None] = mapped_column(String(200))
    source_identifier: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    consents: Mapped[list[Consent]] = relationship(back_populates="patient", lazy="raise")


class Consent(Numbered, Base):
    """A patient's consent to one channel: when it was given, how, and when it was withdrawn. The newest row counts."""

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("patient_id", "channel", "granted_at"),
        CheckConstraint("withdrawn_at is null or withdrawn_at >= granted_at", name="in_order"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    how: Mapped[str] = mapped_column(String(200), default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    beyond_caps: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Expressly agreed to more texts than the healthcare exemption allows (47 CFR 64.1200(a)(9)(iv))."""
    wording: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    """The very words agreed to, where they are known."""
    request_id: Mapped[int | None] = mapped_column(ForeignKey("appointment_request.id"), index=True)
    """The request for an appointment in which it was given."""

    patient: Mapped[Patient] = relationship(back_populates="consents", lazy="raise")
