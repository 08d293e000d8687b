"""What is occupied: chairs, rooms, nurses, therapists … with units, weekly hours and time off."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Numbered
from models.types import WallDateTime


class Resource(Numbered, Base):
    """Something that visits occupy in units. One that is a person links to the staff member ("my day")."""

    __tablename__ = "resource"
    __table_args__ = (
        UniqueConstraint("clinic_id", "kind", "name"),
        CheckConstraint("units between 1 and 1000", name="units"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    units: Mapped[int] = mapped_column(default=1)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    own_hours: Mapped[bool] = mapped_column(default=False)
    """False: the clinic's opening hours hold; true: only the rows of `hours` (none at all: never there)."""

    hours: Mapped[list[ResourceHours]] = relationship(
        back_populates="resource", lazy="raise", cascade="all, delete-orphan")
    time_off: Mapped[list[TimeOff]] = relationship(back_populates="resource", lazy="raise")


class ResourceHours(Numbered, Base):
    """One working interval of one weekday (0 Monday), wall time; 00:00 as `closes` means midnight's end."""

    __tablename__ = "resource_hours"
    __table_args__ = (CheckConstraint("weekday between 0 and 6", name="weekday"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]

    resource: Mapped[Resource] = relationship(back_populates="hours", lazy="raise")


class TimeOff(Numbered, Base):
    """An interval in which a resource is away, half-open, in the clinic's wall time."""

    __tablename__ = "time_off"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="in_order"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(WallDateTime)
    ends_at: Mapped[datetime] = mapped_column(WallDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")

    resource: Mapped[Resource] = relationship(back_populates="time_off", lazy="raise")
