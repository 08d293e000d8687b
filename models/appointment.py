"""A stored promise of time and resources, what it occupies, and the hold that may own it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Numbered
from models.patient import Patient
from models.resource import Resource
from models.types import UtcDateTime, WallDateTime, Word
from models.visit_type import VisitType
from scheduler.planning.lifecycle import AppointmentStatus, Departure

if TYPE_CHECKING:
    from models.series import Series


class Appointment(Numbered, Base):
    """One visit of one patient. It keeps its `ordinal` when it moves; the infusion number is derived."""

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("series_id", "step"),
        Index("uq_appointment_idempotency_key", "patient_id", "idempotency_key", unique=True),
        CheckConstraint("ends_at > starts_at", name="in_order"),
        CheckConstraint("(status = 'held') = (hold_id is not null)", name="held_by_a_hold"),
        Index("ix_appointment_clinic_id_starts_at", "clinic_id", "starts_at"),
        Index("ix_appointment_patient_id_starts_at", "patient_id", "starts_at"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    visit_type_id: Mapped[int] = mapped_column(ForeignKey("visit_type.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("treatment_order.id"), index=True)
    """The order that an infusion is booked on (of a series, or a booster by itself); None where nothing is ordered."""
    step: Mapped[str | None] = mapped_column(String(40))
    ordinal: Mapped[int] = mapped_column(default=1)
    status: Mapped[AppointmentStatus] = mapped_column(Word(AppointmentStatus))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The end of the last phase, those without the patient too."""
    patient_leaves_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wall_start: Mapped[datetime] = mapped_column(WallDateTime)
    timezone: Mapped[str] = mapped_column(String(64))
    starts_on: Mapped[date]
    """The clinic-local date of `wall_start`."""
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    """Counts moves: a message written for an earlier version is stale."""
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    booked_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cannot_come_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the patient said by a link that they cannot come; the desk has to call."""
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_reason: Mapped[str] = mapped_column(String(400), default="")
    departure: Mapped[Departure | None] = mapped_column(Word(Departure))
    """How this step was set aside on purpose; `ended_reason` says why."""
    departed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[date | None]
    """The earliest day on which a deferred step is to be placed anew."""
    idempotency_key: Mapped[str | None] = mapped_column(String(64))
    """Of a visit that was booked by itself: the same submit again finds it."""
    gave_back: Mapped[dict[str, int] | None] = mapped_column(JSON)
    """The resources (kind to id) of an appointment that occupies nothing any more, for taking them again."""

    series: Mapped[Series | None] = relationship(back_populates="appointments", lazy="raise")
    patient: Mapped[Patient] = relationship(lazy="raise")
    visit_type: Mapped[VisitType] = relationship(lazy="raise")
    claims: Mapped[list[Claim]] = relationship(
        back_populates="appointment", lazy="raise", cascade="all, delete-orphan")
    hold: Mapped[Hold | None] = relationship(back_populates="appointments", lazy="raise")


class Claim(Numbered, Base):
    """Units of a resource, or a patient's time, from `starts_at` until before `ends_at`.

    A claim exists exactly as long as it occupies: cancelling deletes it. The database refuses a claim that would
    lift a resource above its units, or put a patient into two places (`models.guards`).
    """

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("(resource_id is null) <> (patient_id is null)", name="one_thing"),
        CheckConstraint("ends_at > starts_at", name="in_order"),
        CheckConstraint("units between 1 and 1000", name="units"),
        Index("ix_claim_resource_id_starts_at", "resource_id", "starts_at"),
        Index("ix_claim_patient_id_starts_at", "patient_id", "starts_at"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"))
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    units: Mapped[int] = mapped_column(default=1)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)

    appointment: Mapped[Appointment] = relationship(back_populates="claims", lazy="raise")
    resource: Mapped[Resource | None] = relationship(lazy="raise")


class Hold(Numbered, Base):
    """Owns held appointments with live claims until `expires_at`; booking first releases what has expired.

    `purpose` says what that means: a plan that was held goes without a trace, the visits behind a gate are set aside.
    """

    __tablename__ = "hold"

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    held_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    terms: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What will be booked from it: order, protocol version, wishes and steps (`scheduler.services.booking.terms`)."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    appointments: Mapped[list[Appointment]] = relationship(back_populates="hold", lazy="raise")
