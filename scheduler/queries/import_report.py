"""The report of an import: one line a row, with its fate and what to do, and no word about who it is."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from scheduler.queries.patient_imports import ImportRow, import_rows

COLUMNS = ("row", "place", "fate", "flags", "notes")
PAGE = 1000


def report_lines(session: Session, clinic_id: int, import_id: int) -> Iterator[tuple[str, ...]]:
    """Every row of an import in the order of the file, as texts under COLUMNS."""
    after = 0
    while rows := import_rows(session, clinic_id, import_id, after=after, most=PAGE):
        yield from (_line(row) for row in rows)
        after = rows[-1].number


def _line(row: ImportRow) -> tuple[str, ...]:
    flags = [word for word, flagged in (("minor", row.minor), ("cannot be texted", row.no_texts)) if flagged]
    fate = row.fate.value if row.fate else "not looked at yet"
    return str(row.number), row.place, fate, ", ".join(flags), _notes(row)


def _notes(row: ImportRow) -> str:
    notes = [row.doubt] if row.doubt else []
    if row.same_as:
        notes.append(f"Same person as row {row.same_as}.")
    notes += [f"{path}: {sentence}" if path and path != row.place else sentence for path, sentence in row.notes]
    return " ".join(notes)
