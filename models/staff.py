"""Who works here: a staff member of the group, and what each may do in which clinic."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Numbered
from models.types import Word
from scheduler.planning.words import Role


class StaffMember(Numbered, Base):
    """A person who signs in. Clinics of a group share their staff members; a membership gives the roles."""

    __tablename__ = "staff_member"
    __table_args__ = (UniqueConstraint("email"),)

    name: Mapped[str] = mapped_column(String(120))
    initials: Mapped[str] = mapped_column(String(8))
    email: Mapped[str] = mapped_column(String(254))
    active: Mapped[bool] = mapped_column(default=True)

    memberships: Mapped[list[Membership]] = relationship(back_populates="staff_member", lazy="raise")


class Membership(Numbered, Base):
    """One role of one staff member in one clinic."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("staff_id", "clinic_id", "role"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))

    staff_member: Mapped[StaffMember] = relationship(back_populates="memberships", lazy="raise")
