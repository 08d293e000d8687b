"""The planning problem as values: what a clinic offers, what is taken, and the series to be placed.

All times are the clinic's local wall time: naive `datetime`s, `date`s, and times of day as minutes past midnight
(0 to 1440). Intervals are half-open. The rules over these values are the hard rules and the cost of the `plan`
command's format; `scheduler.planning.reading` makes them from JSON, the queries make them from rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from scheduler.planning.occupation import Phase, kinds_of, minutes_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Span = tuple[int, int]
"""Minutes past midnight, begin before end."""
Week = tuple[tuple[Span, ...], ...]
"""Seven tuples of spans, Monday first; an empty one is a day off. Touching spans are not joined."""
Away = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Clinic:
    """Where and when visits can be: IANA time zone, grid in minutes, weekly opening hours, closed dates."""

    timezone: str
    grid_minutes: int
    open: Week
    closed: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Resource:
    """What a visit occupies, in units; without `hours` of its own it works whenever the clinic is open."""

    id: str
    kind: str
    capacity: int = 1
    hours: Week | None = None
    away: Away = ()


@dataclass(frozen=True)
class VisitType:
    """Phases that follow one another without a break."""

    id: str
    phases: tuple[Phase, ...]

    @cached_property
    def minutes(self) -> int:
        """The length of all phases together."""
        return minutes_of(self.phases)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of resource that any phase needs, in the order they first appear."""
        return kinds_of(self.phases)


@dataclass(frozen=True, slots=True)
class Booking:
    """A visit that stands: it uses its resources (kind to id) and its patient's time."""

    patient: str
    visit_type: str
    start: datetime
    resources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """How long after an earlier step; hours are elapsed, days are calendar dates, both from start to start."""

    after: str
    min_hours: int | float | None = None
    max_hours: int | float | None = None
    min_days: int | None = None
    max_days: int | None = None
    target_days: int | None = None


@dataclass(frozen=True, slots=True)
class Current:
    """Where a step is booked now."""

    start: datetime
    resources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One visit of a series; `fixed` means it stays exactly at `current`."""

    id: str
    visit_type: str
    gaps: tuple[Gap, ...] = ()
    current: Current | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Preference:
    """Days and times that suit; `None` means any. A start suits from `from_minute` until before `to_minute`."""

    weekdays: frozenset[int] | None = None
    from_minute: int | None = None
    to_minute: int | None = None

    def suits(self, start: datetime) -> bool:
        """Whether a visit starting then is on a preferred weekday and inside the preferred times."""
        minute = start.hour * 60 + start.minute
        return (
            (self.weekdays is None or start.weekday() in self.weekdays)
            and (self.from_minute is None or minute >= self.from_minute)
            and (self.to_minute is None or minute < self.to_minute)
        )


@dataclass(frozen=True, slots=True)
class Series:
    """One patient's course of steps between two dates, both inclusive; `same` kinds keep one resource throughout."""

    id: str
    patient: str
    earliest: date
    latest: date
    steps: tuple[Step, ...]
    unavailable: Away = ()
    prefer: Preference = Preference()
    same: tuple[str, ...] = ()
    finish: str | None = None

    @property
    def finish_step(self) -> str:
        """The step whose date ends the series: the one named, else the last."""
        return self.finish if self.finish is not None else self.steps[-1].id


@dataclass(frozen=True, slots=True)
class Weights:
    """What each thing worth avoiding costs; whole numbers."""

    unplanned: int
    finish_day: int = 0
    gap_day: int = 0
    off_preference: int = 0
    handover: Mapping[str, int] = field(default_factory=dict)
    crowding: Mapping[str, int] = field(default_factory=dict)
    moved: int = 0
    moved_day: int = 0
    reassigned: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole planning problem. Resources and visit types are in the order given; visit types are keyed by id."""

    clinic: Clinic
    resources: tuple[Resource, ...]
    visit_types: Mapping[str, VisitType]
    bookings: tuple[Booking, ...]
    series: tuple[Series, ...]
    weights: Weights
