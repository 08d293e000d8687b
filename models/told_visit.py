"""What a letter has told a patient's calendar."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered


class ToldVisit(Numbered, Base):
    """One visit in the invitation of one letter, as it stood then; it counts once the letter has left."""

    __tablename__ = "told_visit"

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    sequence: Mapped[int]
    """The SEQUENCE of the calendar entry: it grows with every move, and a cancellation comes after."""
