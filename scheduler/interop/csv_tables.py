"""CSV as it really comes: UTF-8 with or without a mark, Excel's CP1252 and UTF-16, commas, semicolons or tabs,
quotation marks that are never closed. Text in, a table of cells out; nothing here knows what a patient is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.interop.csv_columns import REQUIRED, column_of
from scheduler.interop.records import Note, Unreadable

DELIMITERS = ",;\t|"
MOST_LINES = 20
TEMPLATE = "Download the template from the import page and copy your columns into it."


@dataclass(frozen=True)
class Line:
    """One row of a table: the line it starts on, and its cells by column name, or what is wrong with it."""

    line: int
    cells: dict[str, str] | Note


@dataclass(frozen=True)
class Table:
    """A whole list: its rows, and the headings of the columns that an import does not take."""

    lines: tuple[Line, ...]
    columns_not_taken: tuple[str, ...]


def decoded(raw: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 (with its mark) or CP1252; None when it is no text."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def read_table(text: str) -> Table | Unreadable:
    """The rows of a CSV text under its headings, or why it is not a list of patients."""
    lines = re.split(r"\r\n|\n|\r", text)
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    delimiter = None
    if lines[start : start + 1] and lines[start].strip().casefold().startswith("sep="):
        delimiter, start = lines[start].strip()[4:5] or None, start + 1
    if start >= len(lines):
        return Unreadable(f"The file is empty. {TEMPLATE}")
    delimiter = delimiter or max(DELIMITERS, key=lines[start].count)
    header, following = _row_at(lines, start, delimiter)
    if isinstance(header, Note):
        return Unreadable(f"The first line, with the headings, cannot be read. {TEMPLATE}")
    columns = [column_of(heading) for heading in header]
    if refused := _headings_fault(columns):
        return refused
    not_taken = tuple(heading.strip() for heading, column in zip(header, columns, strict=True) if not column)
    rows = tuple(Line(line + 1, _cells(row, columns)) for line, row in _rows(lines, following, delimiter))
    return Table(rows, tuple(heading for heading in not_taken if heading))


def _headings_fault(columns: list[str | None]) -> Unreadable | None:
    missing = [name for name in REQUIRED if name not in columns]
    known = [name for name in columns if name]
    if not known:
        return Unreadable(f"The first line does not hold the headings of a list of patients. {TEMPLATE}")
    if missing:
        return Unreadable(f"These columns are missing: {', '.join(missing)}. {TEMPLATE}")
    if twice := sorted({name for name in known if known.count(name) > 1}):
        return Unreadable(f"Two columns mean the same: {', '.join(twice)}. Remove one of them.")
    return None


def _rows(lines: list[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str] | Note]]:
    while start < len(lines):
        row, following = _row_at(lines, start, delimiter)
        if isinstance(row, Note) or any(cell.strip() for cell in row):
            yield start, row
        start = following


def _row_at(lines: list[str], start: int, delimiter: str) -> tuple[list[str] | Note, int]:
    """The row that begins on a line, and the line after it. A quotation mark that is not closed within
    20 lines spoils its own line alone: reading goes on at the next."""
    reader = csv.reader((line + "\n" for line in lines[start : start + MOST_LINES]), delimiter=delimiter, strict=True)
    try:
        row = next(reader)
    except (csv.Error, StopIteration):
        return Note("", "A quotation mark is missing or too many on this line. Correct the line."), start + 1
    return row, start + reader.line_num


def _cells(row: list[str] | Note, columns: list[str | None]) -> dict[str, str] | Note:
    if isinstance(row, Note):
        return row
    if any(cell.strip() for cell in row[len(columns) :]):
        return Note(
            "",
            f"The line has {len(row)} cells under {len(columns)} headings: put quotation marks around a cell "
            "that holds the dividing character.",
        )
    pairs = zip(columns, row, strict=False)
    return {column: _plain(cell) for column, cell in pairs if column}


def _plain(cell: str) -> str:
    """A cell without the ="…" that spreadsheets put around numbers to keep their zeros."""
    bare = cell.strip()
    return bare[2:-1].strip() if bare.startswith('="') and bare.endswith('"') else bare
