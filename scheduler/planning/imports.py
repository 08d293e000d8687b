"""Importing patients: the closed words for what becomes of a row, and the rule by which a person is recognised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from scheduler.planning.persons import same_name, similar_name


class UploadKind(StrEnum):
    """The shapes a file of patients may have."""

    NDJSON = "ndjson"
    BUNDLE = "bundle"
    PATIENT = "patient"
    CSV = "csv"


class ImportState(StrEnum):
    """Where an import stands: reading → looking → ready → importing → done; discarded from anywhere but done."""

    READING = "reading"
    LOOKING = "looking"
    READY = "ready"
    IMPORTING = "importing"
    DONE = "done"
    DISCARDED = "discarded"


class Fate(StrEnum):
    """What becomes of one row of an import."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DECEASED = "skipped, deceased"
    NOT_IN_USE = "skipped, record not in use"
    POSSIBLE_DUPLICATE = "possible duplicate"
    BROKEN = "broken"


class Doubt(StrEnum):
    """Why a row may be a person already here, so that a person decides."""

    NUMBER_REUSED = "number reused"
    OTHER_NUMBER = "other number"
    SEVERAL = "several"
    SIMILAR_NAME = "similar name"
    SAME_TELEPHONE = "same telephone"


DOUBTS: dict[Doubt, str] = {
    Doubt.NUMBER_REUSED: "The same record number belongs to somebody with another name and birth date.",
    Doubt.OTHER_NUMBER: "Same name and birth date, but another record number of the same system.",
    Doubt.SEVERAL: "Several patients here have this name and birth date.",
    Doubt.SIMILAR_NAME: "Same birth date and a similar name.",
    Doubt.SAME_TELEPHONE: "Same birth date and telephone, another name.",
}

Source = tuple[str, str]
"""A number by which a sending system knows a person: (system, value)."""


@dataclass(frozen=True)
class Person:
    """What tells one person from another; `key` is whatever the caller knows them by."""

    key: int
    family_name: str = field(repr=False)
    given_name: str = field(repr=False)
    birth_date: date = field(repr=False)
    telephone: str | None = field(default=None, repr=False)
    sources: frozenset[Source] = field(default=frozenset(), repr=False)

    @property
    def name(self) -> tuple[str, str]:
        """Family and given name."""
        return self.family_name, self.given_name


@dataclass(frozen=True)
class SamePerson:
    """Somebody already here."""

    key: int


@dataclass(frozen=True)
class MaybeSame:
    """Somebody who may be here already: a person decides."""

    key: int
    doubt: Doubt


def recognise(person: Person, known: Sequence[Person]) -> SamePerson | MaybeSame | None:
    """Whether a person is among the known, in this order: the same record number; the same name and birth date;
    then, never without asking, the same birth date with a similar name or the same telephone. None: somebody new.
    """
    for other in known:
        if person.sources & other.sources:
            strange = person.birth_date != other.birth_date and not similar_name(person.name, other.name)
            return MaybeSame(other.key, Doubt.NUMBER_REUSED) if strange else SamePerson(other.key)
    born_alike = [other for other in known if other.birth_date == person.birth_date]
    if namesakes := [other for other in born_alike if same_name(person.name, other.name)]:
        return _among(person, namesakes)
    for other in born_alike:
        if similar_name(person.name, other.name):
            return MaybeSame(other.key, Doubt.SIMILAR_NAME)
    for other in born_alike:
        if person.telephone and person.telephone == other.telephone:
            return MaybeSame(other.key, Doubt.SAME_TELEPHONE)
    return None


def _among(person: Person, namesakes: list[Person]) -> SamePerson | MaybeSame:
    if len(namesakes) > 1:
        return MaybeSame(namesakes[0].key, Doubt.SEVERAL)
    systems = {system for system, _ in person.sources}
    if systems & {system for system, _ in namesakes[0].sources}:
        return MaybeSame(namesakes[0].key, Doubt.OTHER_NUMBER)
    return SamePerson(namesakes[0].key)
