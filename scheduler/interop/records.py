"""What an import takes of a person, and nothing else: the values that travel from a file to the services.

A record has no field for a social security, passport or licence number, an address, a race or a diagnosis,
so none can slip through. `repr` never shows what is personal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from scheduler.interop.telephones import Telephone, best_telephone
from scheduler.planning.imports import Person


class Gender(StrEnum):
    """FHIR's administrative gender: how a person is addressed and filed, not a clinical fact."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Note:
    """Something a reader of the report should know: where it stands in the source, and a sentence.

    A sentence never quotes the source, which may hold what must not be kept.
    """

    path: str
    sentence: str


@dataclass(frozen=True)
class SourceIdentifier:
    """The number by which the sending system knows a person, with the system it belongs to."""

    system: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class PatientRecord:
    """The minimum necessary of one person, cleaned: names in NFC, telephones in E.164 where a carrier accepts them."""

    family_name: str = field(repr=False)
    given_names: str = field(repr=False)
    birth_date: date = field(repr=False)
    gender: Gender = field(default=Gender.UNKNOWN, repr=False)
    telephones: tuple[Telephone, ...] = field(default=(), repr=False)
    email: str | None = field(default=None, repr=False)
    language: str | None = field(default=None, repr=False)
    source: SourceIdentifier | None = None
    notes: tuple[Note, ...] = ()

    @property
    def telephone(self) -> Telephone | None:
        """The one telephone that is kept."""
        return best_telephone(self.telephones)

    def person(self, key: int) -> Person:
        """What tells this person from another, under a key of the caller's."""
        sources = {(self.source.system, self.source.value)} if self.source else set()
        number = self.telephone.number if self.telephone else None
        return Person(key, self.family_name, self.given_names, self.birth_date, number, frozenset(sources))


@dataclass(frozen=True)
class Deceased:
    """The source says this person has died; the number serves to warn where they are a patient here."""

    source: SourceIdentifier | None = None


@dataclass(frozen=True)
class Inactive:
    """The source says the record itself is no longer in use (`active` is false), as after a merge."""


@dataclass(frozen=True)
class Broken:
    """A row that cannot be taken: the complaints say where and what to do."""

    complaints: tuple[Note, ...]


Outcome = PatientRecord | Deceased | Inactive | Broken


@dataclass(frozen=True)
class SourceRow:
    """One row of a file: its number among the rows (from 1), where a person finds it, and what came of reading it."""

    number: int
    place: str
    outcome: Outcome


@dataclass(frozen=True)
class Unreadable:
    """A file that is not a list of patients at all: the sentence says what it seems to be and what to upload."""

    sentence: str
