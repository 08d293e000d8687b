"""Lists of patients on their way in: the import, its rows, and by which numbers a sending system knows a patient.

A row keeps the minimal record of a person only until it is settled; the file itself is never stored.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered
from models.types import UtcDateTime, Word
from scheduler.planning.imports import Doubt, Fate, ImportState, UploadKind


class PatientImport(Numbered, Base):
    """One uploaded list and where it stands."""

    __tablename__ = "patient_import"
    __table_args__ = (Index("ix_patient_import_clinic_id_started_at", "clinic_id", "started_at"),)

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    kind: Mapped[UploadKind] = mapped_column(Word(UploadKind))
    state: Mapped[ImportState] = mapped_column(Word(ImportState))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reached: Mapped[int] = mapped_column(default=0)
    """The number of the last row that was looked at or imported, whichever is going on."""
    passed_over: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """How many resources of which other types the file held."""
    columns_not_taken: Mapped[list[str]] = mapped_column(JSON, default=list)


class PatientImportRow(Numbered, Base):
    """One row of a list and its fate: foretold by the dry run, final once `settled`."""

    __tablename__ = "patient_import_row"
    __table_args__ = (
        UniqueConstraint("import_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("not settled or fate is not null", name="settled_has_fate"),
        Index("ix_patient_import_row_birth_date", "import_id", "birth_date"),
        Index("ix_patient_import_row_source", "import_id", "source_identifier"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("patient_import.id", ondelete="CASCADE"))
    number: Mapped[int]
    place: Mapped[str] = mapped_column(String(60))
    fate: Mapped[Fate | None] = mapped_column(Word(Fate))
    settled: Mapped[bool] = mapped_column(default=False)
    doubt: Mapped[Doubt | None] = mapped_column(Word(Doubt))
    minor: Mapped[bool] = mapped_column(default=False)
    no_texts: Mapped[bool] = mapped_column(default=False)
    """There is a telephone, but it cannot be texted."""
    notes: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    """Whom the row became, is, or (possible duplicate) may be."""
    same_as: Mapped[int | None]
    """The number of the earlier row of this file that the dry run takes for the same person."""
    record: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    birth_date: Mapped[date | None]
    source_system: Mapped[str | None] = mapped_column(String(200))
    source_identifier: Mapped[str | None] = mapped_column(String(120))


class PatientSource(Numbered, Base):
    """One way in which a sending system knows a patient, and fingerprints of what it said last.

    A fingerprint tells whether the source has changed a field since, and whether the field was edited here.
    """

    __tablename__ = "patient_source"
    __table_args__ = (
        Index("uq_patient_source_identifier", "clinic_id", "system", "identifier", unique=True,
              postgresql_where=text("identifier is not null"), sqlite_where=text("identifier is not null")),
        Index("uq_patient_source_nameless", "patient_id", unique=True,
              postgresql_where=text("identifier is null"), sqlite_where=text("identifier is null")),
        Index("ix_patient_source_patient_id", "patient_id"),
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    system: Mapped[str | None] = mapped_column(String(200))
    identifier: Mapped[str | None] = mapped_column(String(120))
    said: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
