"""Files of FHIR resources: one resource a line (NDJSON), or one JSON document (Bundle, list or single Patient).

Patients are picked out of whatever else the file holds; the others are counted and passed over.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from scheduler.interop.fhir_patients import read_patient
from scheduler.interop.records import Broken, Note, SourceRow

LONGEST_LINE = 8 * 1024 * 1024
EXPORT_AGAIN = "Export this patient again, or add the patient by hand."


@dataclass(frozen=True)
class Reading:
    """What a reading needs to know: the clinic's day, its telephone region, and where to count what is passed over."""

    today: date
    region: str
    passed_over: Counter[str]


@dataclass(frozen=True)
class Found:
    """A resource found in a document: where it stands, and its full address if a bundle gives one."""

    place: str
    resource: Any
    full_url: object = None


def rows_of_lines(stream: BinaryIO, reading: Reading) -> Iterator[SourceRow]:
    """One row for each Patient on its own line. A line that is no JSON is a broken row; the next one is read."""
    number = 0
    for line, raw in enumerate(_lines(stream), start=1):
        if raw is not None and not raw.strip():
            continue
        document = _load(raw)
        if isinstance(document, Note):
            number += 1
            yield SourceRow(number, f"line {line}", Broken((Note(f"line {line}", document.sentence),)))
            continue
        for found in patients_in(document, f"line {line}", reading.passed_over):
            number += 1
            yield _row(number, found, reading)


def rows_of_document(document: Any, reading: Reading) -> Iterator[SourceRow]:
    """One row for each Patient of a document that was parsed whole."""
    for number, found in enumerate(patients_in(document, "the resource", reading.passed_over), start=1):
        yield _row(number, found, reading)


def patients_in(document: Any, place: str, passed_over: Counter[str]) -> Iterator[Found]:
    """The Patient resources of a document: itself, the entries of a Bundle, or the items of a list."""
    if isinstance(document, list):
        for position, part in enumerate(document, start=1):
            yield from patients_in(part, f"item {position}", passed_over)
        return
    kind = document.get("resourceType") if isinstance(document, dict) else None
    if kind == "Bundle":
        yield from _entries(document, place, passed_over)
    elif kind == "Patient":
        yield Found(place, document)
    else:
        passed_over[kind if isinstance(kind, str) and kind.isalpha() and len(kind) < 60 else "not a resource"] += 1


def _entries(bundle: dict, place: str, passed_over: Counter[str]) -> Iterator[Found]:
    entries = bundle.get("entry")
    for position, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        where = f"entry {position}" if place == "the resource" else f"{place}, entry {position}"
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") == "Patient":
            yield Found(where, resource, entry.get("fullUrl"))
        else:
            yield from patients_in(resource, where, passed_over)


def _row(number: int, found: Found, reading: Reading) -> SourceRow:
    outcome = read_patient(found.resource, today=reading.today, region=reading.region, full_url=found.full_url)
    return SourceRow(number, found.place, outcome)


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a stream; None for one too long to be a patient, whose rest is passed over."""
    while raw := stream.readline(LONGEST_LINE):
        too_long = len(raw) == LONGEST_LINE and not raw.endswith(b"\n")
        while too_long and raw and not raw.endswith(b"\n"):
            raw = stream.readline(LONGEST_LINE)
        yield None if too_long else raw.removeprefix(b"\xef\xbb\xbf")


def _load(raw: bytes | None) -> Any:
    """The JSON on a line, or a note on why it is none. The note never quotes the line."""
    if raw is None:
        return Note("", f"The line is longer than {LONGEST_LINE // 1024 // 1024} MB. {EXPORT_AGAIN}")
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Note("", f"The line is not in UTF-8. {EXPORT_AGAIN}")
    except json.JSONDecodeError as fault:
        return Note("", f"The line is not whole JSON (at column {fault.colno}). {EXPORT_AGAIN}")
    except (ValueError, RecursionError):
        return Note("", f"The line is not JSON that can be read. {EXPORT_AGAIN}")
