"""What a published schedule says, what a clinic sets on top of it, and the document that both are stored in.

A published schedule carries its sources and, field by field, the grade of its evidence. It never carries what no source
states: tolerances, observation minutes and session windows belong to the clinic's settings and begin unset.
Single visits (a consultation, an extra session, a booster) follow no protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from scheduler.planning import documents
from scheduler.planning.documents import DocumentError

FORMAT = 1


class Grade(StrEnum):
    """How far a statement may be trusted: S seen in the source, S2 second hand, D derived, M from memory, P policy."""

    SEEN = "S"
    SECOND_HAND = "S2"
    DERIVED = "D"
    FROM_MEMORY = "M"
    POLICY = "P"


class PairingKind(StrEnum):
    """How therapy is paired with infusions."""

    PREPARATION = "preparation"
    INTEGRATION = "integration"
    COURSE = "course"


class CourseStart(StrEnum):
    """From which infusion a therapy course is counted."""

    WITH_FIRST = "with the first infusion"
    AFTER_LAST = "after the last infusion"


@dataclass(frozen=True)
class Source:
    """Where a statement was read."""

    id: str
    cite: str
    url: str
    grade: Grade


@dataclass(frozen=True)
class Fact:
    """One published statement, for information: doses are ordered by a clinician, never by the program."""

    name: str
    text: str
    grade: Grade
    source: str
    value: tuple[Decimal, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Schedule:
    """The published day numbers, one per infusion, and how many infusions there are."""

    days: tuple[int, ...]
    days_grade: Grade
    counted_from: str
    frequency: str
    fewest: int
    number_grade: Grade
    source: str

    @property
    def most(self) -> int:
        """The greatest published number of infusions."""
        return len(self.days)

    @property
    def gaps(self) -> tuple[int, ...]:
        """Calendar days from each infusion to the next."""
        return tuple(later - earlier for earlier, later in zip(self.days, self.days[1:], strict=False))


@dataclass(frozen=True)
class PublishedPairing:
    """A published way to pair therapy with infusions. What it leaves open is None and stays the clinic's to set."""

    id: str
    kind: PairingKind
    title: str
    grade: Grade
    source: Source
    note: str = ""
    after: tuple[int, ...] = ()
    then_every: int | None = None
    opens_hours: int | None = None
    closes_hours: int | None = None
    sessions: int | None = None
    weeks: int | None = None
    start: CourseStart | None = None


@dataclass(frozen=True)
class PublishedProtocol:
    """One entry of the catalogue. `pairings` are ids of therapy published together with this very schedule."""

    id: str
    title: str
    route: str
    sources: tuple[Source, ...]
    schedule: Schedule
    facts: tuple[Fact, ...] = ()
    pairings: tuple[str, ...] = ()
    entry: str = ""


@dataclass(frozen=True)
class VisitTypes:
    """The clinic's visit type codes, by what the step is for."""

    infusion: str | None = None
    preparation: str | None = None
    integration: str | None = None
    course: str | None = None


@dataclass(frozen=True)
class Preparation:
    """Sessions before infusion 1: how many (0 is an answer), and how many days before it they lie."""

    count: int | None = None
    lead_min_days: int | None = None
    lead_max_days: int | None = None
    apart_min_days: int | None = None


@dataclass(frozen=True)
class Integration:
    """Sessions after infusions `after` (None: after every one), in a window of hours after the infusion's *end*."""

    rule: str
    after: tuple[int, ...] | None = None
    opens_hours: int | None = None
    closes_hours: int | None = None


@dataclass(frozen=True)
class TherapyCourse:
    """A course of sessions beside or after the infusions; days are calendar days."""

    rule: str
    sessions: int
    weeks: int
    start: CourseStart
    first_min_days: int | None = None
    first_max_days: int | None = None
    apart_min_days: int | None = None
    apart_max_days: int | None = None
    apart_target_days: int | None = None


@dataclass(frozen=True)
class ResponseGate:
    """After infusions `after` the course waits for a clinician's decision; the visits behind are only held.

    `decide_hours` before the first of them they are released without one (None: never by themselves), and
    `warn_hours` before that the decision counts as urgent. No source states either: they are the clinic's.
    """

    after: tuple[int, ...]
    decide_hours: int | None = None
    warn_hours: int | None = None


@dataclass(frozen=True)
class ProtocolSettings:
    """What the clinic decided. None is undecided; for `integration`, `course` and `gate` it means: there is none."""

    minus_days: int | None = None
    plus_days: int | None = None
    observation_minutes: int | None = None
    visit_types: VisitTypes = VisitTypes()
    preparation: Preparation = Preparation()
    integration: Integration | None = None
    course: TherapyCourse | None = None
    gate: ResponseGate | None = None
    same_therapist: bool = True
    fewest: int | None = None
    most: int | None = None
    note: str = ""


@dataclass(frozen=True)
class AdoptedProtocol:
    """A published schedule as one clinic uses it: complete in itself, so a running series can keep its version."""

    published: PublishedProtocol
    settings: ProtocolSettings = ProtocolSettings()

    @property
    def fewest(self) -> int:
        """The smallest number of infusions that may be booked."""
        return self.published.schedule.fewest if self.settings.fewest is None else self.settings.fewest

    @property
    def most(self) -> int:
        """The greatest number of infusions that may be booked."""
        return self.published.schedule.most if self.settings.most is None else self.settings.most

    def to_document(self) -> dict[str, Any]:
        """The JSON object that a protocol version stores."""
        return {"format": FORMAT, **documents.to_document(self)}

    @classmethod
    def from_document(cls, document: Any) -> AdoptedProtocol:
        """Read what `to_document` wrote. Raises DocumentError naming the place that does not fit."""
        if not isinstance(document, dict):
            raise DocumentError("document", "must be an object")
        if document.get("format") != FORMAT:
            raise DocumentError("document.format", f"must be {FORMAT}, not {document.get('format')!r}")
        found = documents.from_document(cls, {key: value for key, value in document.items() if key != "format"})
        check_schedule(found.published.schedule, "document.published.schedule")
        return found


def check_schedule(schedule: Schedule, path: str) -> None:
    """Raise DocumentError unless the day numbers rise and the number of infusions fits them."""
    if not schedule.days:
        raise DocumentError(f"{path}.days", "must name at least one day")
    if any(gap < 1 for gap in schedule.gaps):
        raise DocumentError(f"{path}.days", "must rise from infusion to infusion")
    if not 1 <= schedule.fewest <= schedule.most:
        raise DocumentError(f"{path}.fewest", f"must be from 1 to {schedule.most}")
