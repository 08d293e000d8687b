"""What a file is, told by its first bytes, and its patients as rows. A file that is no list of patients is refused
with a sentence that says what to upload instead.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from scheduler.interop.csv_patients import rows_of_table
from scheduler.interop.csv_tables import Table, decoded, read_table
from scheduler.interop.fhir_files import Reading, rows_of_document, rows_of_lines
from scheduler.interop.records import SourceRow, Unreadable
from scheduler.planning.imports import UploadKind

LARGEST_DOCUMENT = 64 * 1024 * 1024
UPLOAD = "Upload patients as FHIR (NDJSON, a Bundle or one Patient, as JSON) or as CSV."
OTHER_FILES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "This is a PDF, which cannot be read as a list."),
    (b"PK\x03\x04", "This is an Excel workbook or a zip archive: save the sheet as CSV (UTF-8), or unpack it."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel or Word file: save the sheet as CSV (UTF-8)."),
    (b"\x1f\x8b", "This is a compressed file: unpack it first."),
    (b"BZh", "This is a compressed file: unpack it first."),
    (b"7z\xbc\xaf", "This is a 7-Zip archive: unpack it first."),
    (b"\x89PNG", "This is a picture."),
    (b"\xff\xd8\xff", "This is a picture."),
    (b"GIF8", "This is a picture."),
    (b"{\\rtf", "This is a formatted document."),
    (b"MSH|", "These are HL7 version 2 messages, which are not read yet: export FHIR R4 or CSV."),
    (b"BEGIN:V", "This is an address or calendar card."),
    (b"SQLite format 3", "This is a database file."),
    (b"<", "This is XML or a web page: where FHIR is offered, choose JSON."),
)


@dataclass(frozen=True)
class Upload:
    """A readable file: its kind, its rows as they are read, and what was passed over (filled while reading)."""

    kind: UploadKind
    rows: Iterator[SourceRow]
    passed_over: Counter[str]
    columns_not_taken: tuple[str, ...] = ()


def read_upload(stream: BinaryIO, *, today: date, region: str) -> Upload | Unreadable:
    """Recognise a file and begin to read its patients. The stream must be seekable; NDJSON is read line by line,
    anything else is read whole and may be 64 MB long."""
    start = stream.read(4096)
    stream.seek(0)
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not bare:
        return Unreadable(f"The file is empty. {UPLOAD}")
    for magic, sentence in OTHER_FILES:
        if bare.startswith(magic):
            return Unreadable(f"{sentence} {UPLOAD}")
    reading = Reading(today, region, Counter())
    if bare[:1] in (b"{", b"["):
        return _fhir(stream, reading)
    return _csv(stream, reading)


def _fhir(stream: BinaryIO, reading: Reading) -> Upload | Unreadable:
    if _is_whole_json(_first_line(stream)) and _has_more(stream):
        stream.seek(0)
        return Upload(UploadKind.NDJSON, rows_of_lines(stream, reading), reading.passed_over)
    stream.seek(0)
    raw = stream.read(LARGEST_DOCUMENT + 1)
    if len(raw) > LARGEST_DOCUMENT:
        return Unreadable(too_large(LARGEST_DOCUMENT))
    document = _document(raw)
    if isinstance(document, Unreadable):
        if _looks_like_lines(raw):
            return Upload(UploadKind.NDJSON, rows_of_lines(io.BytesIO(raw), reading), reading.passed_over)
        return document
    kind = UploadKind.PATIENT if _resource_type(document) == "Patient" else UploadKind.BUNDLE
    return Upload(kind, rows_of_document(document, reading), reading.passed_over)


def _csv(stream: BinaryIO, reading: Reading) -> Upload | Unreadable:
    raw = stream.read(LARGEST_DOCUMENT + 1)
    if len(raw) > LARGEST_DOCUMENT:
        return Unreadable(too_large(LARGEST_DOCUMENT))
    text = decoded(raw)
    table = read_table(text) if text is not None else Unreadable(f"This is not a text file. {UPLOAD}")
    if not isinstance(table, Table):
        return table
    rows = rows_of_table(table, today=reading.today, region=reading.region)
    return Upload(UploadKind.CSV, rows, reading.passed_over, table.columns_not_taken)


def too_large(limit: int) -> str:
    """The sentence for a file over a limit in bytes."""
    return (
        f"The file is larger than {limit // 1024 // 1024} MB. Divide it, or import it on the server: "
        "python3 run.py import-patients FILE (NDJSON may be of any length there)."
    )


def _first_line(stream: BinaryIO) -> bytes:
    stream.seek(0)
    while (line := stream.readline(LARGEST_DOCUMENT)) and not line.removeprefix(b"\xef\xbb\xbf").strip():
        continue
    return line


def _has_more(stream: BinaryIO) -> bool:
    """Whether anything but blank lines follows where the stream stands."""
    return any(line.strip() for line in stream)


def _is_whole_json(line: bytes) -> bool:
    return not isinstance(_document(line), Unreadable)


def _looks_like_lines(raw: bytes) -> bool:
    """Whether a file that is no whole JSON is a list of resources, one a line, with a damaged line first."""
    lines = [line.strip() for line in raw.splitlines() if line.strip()]
    return len(lines) > 1 and any(_resource_type(_document(line)) for line in lines[1:3])


def _document(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Unreadable("The file is JSON, but not in UTF-8. Save or export it again in UTF-8.")
    except json.JSONDecodeError as fault:
        return Unreadable(
            f"The file is not whole JSON: it stops making sense at line {fault.lineno}, column {fault.colno}. "
            "It may have been cut off: export it again."
        )
    except (ValueError, RecursionError):
        return Unreadable("The file is JSON that cannot be read (nested too deep). Export it again.")


def _resource_type(document: Any) -> object:
    return document.get("resourceType") if isinstance(document, dict) else None
