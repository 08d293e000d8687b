"""Requests for an appointment from people who need not be patients, and the public page on which they are made."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime, Word
from scheduler.planning.requests import HeardFrom, RequestState
from scheduler.planning.words import CallResult


class RequestPage(Numbered, Base):
    """A clinic's public page and its words. `slug` is its address; it must not reveal the service."""

    __tablename__ = "request_page"
    __table_args__ = (
        UniqueConstraint("clinic_id"),
        UniqueConstraint("slug"),
        CheckConstraint("answer_days between 1 and 30", name="answer_days"),
        CheckConstraint("keep_days between 1 and 3650", name="keep_days"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    slug: Mapped[str] = mapped_column(String(60))
    is_open: Mapped[bool] = mapped_column(default=False)
    headline: Mapped[str] = mapped_column(String(200), default="")
    headline_es: Mapped[str] = mapped_column(String(200), default="")
    answer_days: Mapped[int | None]
    """Within so many open days the clinic promises an answer; None: it promises none."""
    keep_days: Mapped[int] = mapped_column(default=90)
    """How long personal data are kept of requests that came to nothing (policy)."""
    privacy_link: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """The clinic's own page about privacy."""
    privacy_words: Mapped[str] = mapped_column(String(600), default="", server_default="")
    privacy_words_es: Mapped[str] = mapped_column(String(600), default="", server_default="")


class AppointmentRequest(Numbered, Base):
    """One request: who, how to reach, what suits, and what was agreed to in which words. Nothing about health.

    `form_key` is of the form that it was sent with, so that a second click makes no second request.
    """

    __tablename__ = "appointment_request"
    __table_args__ = (
        UniqueConstraint("clinic_id", "form_key"),
        Index("ix_appointment_request_clinic_id_state", "clinic_id", "state", "received_at"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    form_key: Mapped[str] = mapped_column(String(64))
    state: Mapped[RequestState] = mapped_column(Word(RequestState))
    given_name: Mapped[str] = mapped_column(String(120))
    family_name: Mapped[str] = mapped_column(String(120))
    birth_date: Mapped[date | None]
    email: Mapped[str | None] = mapped_column(String(254))
    telephone: Mapped[str | None] = mapped_column(String(40))
    """E.164."""
    can_be_texted: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(16))
    reasons: Mapped[list[str]] = mapped_column(JSON)
    heard: Mapped[HeardFrom | None] = mapped_column(Word(HeardFrom))
    weekdays: Mapped[list[int]] = mapped_column(JSON)
    day_parts: Mapped[list[str]] = mapped_column(JSON)
    call_parts: Mapped[list[str]] = mapped_column(JSON)
    """When a call suits best."""
    consents: Mapped[dict[str, str]] = mapped_column(JSON)
    """By channel the very words that were agreed to."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_by: Mapped[date | None]
    """Clinic-local: the day that the sender was promised; None where nothing was."""
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("appointment_request.id"), index=True)
    """The request that is seen to instead."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RequestMove(Numbered, Base):
    """One thing done with a request; the latest can be taken back, `detail` says what else it wrote."""

    __tablename__ = "request_move"

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("appointment_request.id"), index=True)
    before: Mapped[RequestState] = mapped_column(Word(RequestState))
    state: Mapped[RequestState] = mapped_column(Word(RequestState))
    result: Mapped[CallResult | None] = mapped_column(Word(CallResult))
    reason: Mapped[str] = mapped_column(String(400), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
