"""What the planner answers: a plan of one series with its cost, or a named reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

from scheduler.planning.scenario import Resource, Series


@dataclass(frozen=True, slots=True)
class Visit:
    """A proposed placement of a step: its start (clinic wall time) and one resource id a kind."""

    step: str
    start: datetime
    resources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cost:
    """The parts of a plan's cost; their sum is what the planner minimises."""

    finish_day: int = 0
    gap_day: int = 0
    off_preference: int = 0
    handover: int = 0
    crowding: int = 0
    moved: int = 0
    moved_day: int = 0
    reassigned: int = 0

    @property
    def total(self) -> int:
        """The sum of the parts."""
        return sum(getattr(self, part.name) for part in fields(self))


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """Every unfixed step of one series placed. `optimal`: proved that no plan (under the restriction) costs less."""

    series: str
    visits: tuple[Visit, ...]
    cost: Cost
    optimal: bool


@dataclass(frozen=True, slots=True)
class NoPlan:
    """No plan. `proved`: there is none (else the time ran out before one was found). `sentence` is for people."""

    series: str
    proved: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Restriction:
    """What a plan must keep besides the rules: it narrows the choices of steps and never adds any.

    Fixed steps are not asked. `weekdays` (Monday is 0), `from_minute` and `to_minute` bound every start;
    `without` are resource ids not to be used; `starts` gives, by step id, the only starts allowed, and `resources`,
    by step id, the only resource id of a kind allowed.
    """

    weekdays: frozenset[int] | None = None
    from_minute: int = 0
    to_minute: int = 1440
    without: frozenset[str] = frozenset()
    starts: Mapping[str, frozenset[datetime]] = field(default_factory=dict)
    resources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


UNRESTRICTED = Restriction()


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another plan worth showing: its name ("mornings only") and what it gives up against the best, as a sentence."""

    name: str
    gives_up: str
    plan: SeriesPlan


@dataclass(frozen=True, slots=True)
class StartChoice:
    """A start of one step that keeps every rule, with the least cost of a whole plan around it."""

    start: datetime
    cost: int


@dataclass(frozen=True, slots=True)
class NoRoom:
    """Why a series has no plan: the rule, the first step it leaves without a start (if one), a sentence for people."""

    rule: str
    step: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """One thing that, given up alone, makes room: a sentence for people, and the plan it frees.

    The plan is one of `series`, under `restrict`, with `resources`: those asked about, but for the one thing given up.
    """

    sentence: str
    plan: SeriesPlan
    series: Series
    restrict: Restriction
    resources: tuple[Resource, ...]
