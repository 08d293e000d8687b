"""A clinic: one site with its own time zone, its opening hours, its closures and its settings."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Numbered
from scheduler.planning.crisis import CRISIS_TEXT

PLANNING_WEIGHTS: dict[str, Any] = {
    "finish_day": 10, "gap_day": 15, "off_preference": 30, "handover": {"nurse": 5, "therapist": 20},
    "crowding": {"chair": 1}, "moved": 40, "moved_day": 10, "reassigned": 5, "unplanned": 100000,
}
"""What a new clinic weighs (planning's cost units); every clinic may change them."""


class Clinic(Numbered, Base):
    """One site. `short_name` is what texts say: it must not reveal the service."""

    __tablename__ = "clinic"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("grid_minutes between 1 and 1440", name="grid_minutes"),
        CheckConstraint("hold_minutes between 1 and 240", name="hold_minutes"),
        CheckConstraint("latest_days between 7 and 730", name="latest_days"),
    )

    name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str] = mapped_column(String(40))
    timezone: Mapped[str] = mapped_column(String(64))
    telephone: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(400), default="")
    locale: Mapped[str] = mapped_column(String(16), default="en_US")
    region: Mapped[str] = mapped_column(String(2), default="US")
    subdivision: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """The state or province whose public holidays it keeps; empty: not chosen."""
    grid_minutes: Mapped[int] = mapped_column(default=5)
    hold_minutes: Mapped[int] = mapped_column(default=15)
    latest_days: Mapped[int] = mapped_column(default=90)
    offer_minutes: Mapped[int] = mapped_column(default=120, server_default="120")
    """How long a freed time is kept for whom it is offered to."""
    offer_lead_hours: Mapped[int] = mapped_column(default=24, server_default="24")
    """How long before it a freed time is no longer offered by itself."""
    notice_hours: Mapped[int] = mapped_column(default=3, server_default="3")
    """How soon from now a visit may be given a new time; picked by hand it may come sooner."""
    weights: Mapped[dict[str, Any]] = mapped_column(JSON, default=lambda: dict(PLANNING_WEIGHTS))
    clinical_settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    messages_from: Mapped[time] = mapped_column(default=time(8))
    messages_until: Mapped[time] = mapped_column(default=time(20))
    texts_a_day: Mapped[int] = mapped_column(default=1)
    texts_a_week: Mapped[int] = mapped_column(default=3)
    agreed_texts_a_day: Mapped[int | None]
    """With a patient's recorded consent to more texts; None: the same as without."""
    agreed_texts_a_week: Mapped[int | None]
    text_number: Mapped[str | None] = mapped_column(String(20), index=True)
    """E.164: where its texts come from and are answered to; None: this clinic sends no texts. Clinics may share one."""
    crisis_text: Mapped[str] = mapped_column(String(320), default=CRISIS_TEXT, server_default=CRISIS_TEXT)
    answer_minutes: Mapped[int] = mapped_column(default=60, server_default="60")
    """How long, while the clinic is open, a text may wait for a person (policy)."""
    on_call_minutes: Mapped[int] = mapped_column(default=10, server_default="10")
    """How long an alert may wait before the next person on call is alerted too (policy)."""
    preparation_text: Mapped[str] = mapped_column(String(4000), default="")
    aftercare_text: Mapped[str] = mapped_column(String(4000), default="", server_default="")
    """What to expect after a visit, for patients; empty: the one published sentence (`queries.patient_course`)."""
    own_change_hours: Mapped[int] = mapped_column(default=24, server_default="24")
    """How long before a visit its patient can no longer move or cancel it by a link, and how near a new time may be."""
    is_demo: Mapped[bool] = mapped_column(default=False)

    opening_hours: Mapped[list[OpeningHours]] = relationship(
        back_populates="clinic", lazy="raise", cascade="all, delete-orphan")
    closures: Mapped[list[Closure]] = relationship(back_populates="clinic", lazy="raise", cascade="all, delete-orphan")


class OpeningHours(Numbered, Base):
    """One open interval of one weekday (0 Monday to 6 Sunday), wall time; 00:00 as `closes` means midnight's end."""

    __tablename__ = "opening_hours"
    __table_args__ = (CheckConstraint("weekday between 0 and 6", name="weekday"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]

    clinic: Mapped[Clinic] = relationship(back_populates="opening_hours", lazy="raise")


class Closure(Numbered, Base):
    """Whole days on which the clinic is shut, both inclusive, clinic-local."""

    __tablename__ = "closure"
    __table_args__ = (CheckConstraint("last_on >= starts_on", name="in_order"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    starts_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")

    clinic: Mapped[Clinic] = relationship(back_populates="closures", lazy="raise")
