"""The published schedules and pairings, read from the data files beside this module.

A file that does not fit is a fault of the product, so reading raises DocumentError with the file and the place.
Only schedules whose days are graded S (seen in the source) or D (derived from it) may stand here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from scheduler.planning.documents import DocumentError, from_document
from scheduler.planning.protocols import Grade, PublishedPairing, PublishedProtocol, Source, check_schedule

HERE = Path(__file__).parent
SHIPPED = frozenset({Grade.SEEN, Grade.DERIVED})


@dataclass(frozen=True)
class LeftOut:
    """A schedule or rule that was read and is not offered."""

    id: str
    reason: str


@cache
def sources() -> dict[str, Source]:
    """Every source, by id."""
    return {id_: from_document(Source, {"id": id_, **row}, f"sources.{id_}") for id_, row in _read("sources").items()}


@cache
def pairings() -> dict[str, PublishedPairing]:
    """Every published pairing of therapy, by id."""
    rows = [{**row, "source": _source(row["source"], "pairings")} for row in _read("pairings")["pairings"]]
    return {row["id"]: from_document(PublishedPairing, row, f"pairings.{row['id']}") for row in rows}


@cache
def published() -> tuple[PublishedProtocol, ...]:
    """The catalogue, in the order of its titles' ids."""
    return tuple(_entry(path) for path in sorted((HERE / "published").glob("*.toml")))


@cache
def left_out() -> tuple[LeftOut, ...]:
    """What is not offered, and why."""
    return tuple(from_document(LeftOut, row, "left_out") for row in _read("left_out")["left_out"])


def find(protocol_id: str) -> PublishedProtocol | None:
    """The entry with this id, or None."""
    return next((entry for entry in published() if entry.id == protocol_id), None)


def _entry(path: Path) -> PublishedProtocol:
    row = _toml(path)
    row["sources"] = [_source(id_, path.name) for id_ in row["sources"]]
    entry = from_document(PublishedProtocol, row, path.name)
    check_schedule(entry.schedule, f"{path.name}.schedule")
    named = {source.id for source in entry.sources}
    if entry.id != path.stem:
        raise DocumentError(f"{path.name}.id", f"must be {path.stem}, the file's name")
    if entry.schedule.days_grade not in SHIPPED:
        raise DocumentError(f"{path.name}.schedule.days_grade", "must be S or D to be offered")
    for at, cited in enumerate([entry.schedule, *entry.facts]):
        if cited.source not in named:
            raise DocumentError(f"{path.name}[{at}].source", f"{cited.source} is not among the sources of this file")
    for fact in entry.facts:
        if fact.grade not in SHIPPED:
            raise DocumentError(f"{path.name}.facts.{fact.name}", "must be graded S or D to be offered")
    for id_ in entry.pairings:
        if id_ not in pairings():
            raise DocumentError(f"{path.name}.pairings", f"{id_} is not in pairings.toml")
    return entry


def _source(id_: str, where: str) -> dict[str, Any]:
    if id_ not in sources():
        raise DocumentError(f"{where}.sources", f"{id_} is not in sources.toml")
    source = sources()[id_]
    return {"id": source.id, "cite": source.cite, "url": source.url, "grade": source.grade.value}


def _read(name: str) -> dict[str, Any]:
    return _toml(HERE / f"{name}.toml")


def _toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)
