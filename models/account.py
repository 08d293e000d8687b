"""How a staff member signs in: what the sign-in library keeps about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime


class Account(Numbered, Base):
    """One account of one staff member. Its columns are named as Flask-Security reads them.

    `fs_uniquifier` is what sessions and links carry: a new one ends every session and every link.
    The `tf_` and `mf_` columns wait for the second factor.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("staff_id"), UniqueConstraint("email"), UniqueConstraint("fs_uniquifier"))

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    email: Mapped[str] = mapped_column(String(254))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    current_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_login_ip: Mapped[str | None] = mapped_column(String(64))
    current_login_ip: Mapped[str | None] = mapped_column(String(64))
    login_count: Mapped[int] = mapped_column(default=0)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    mf_recovery_codes: Mapped[list[str]] = mapped_column(MutableList.as_mutable(JSON()), default=list)
