"""The shapes of a batch plan: what moves, what finds no room, and the totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from scheduler.planning.urgency import Urgency
from scheduler.queries.visits import VisitRow
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.outages.batch_parts import PlanBatch


@dataclass(frozen=True)
class BatchMove:
    """One visit that gets another place; `hit` False: it gives way so that the course keeps its distances."""

    visit: VisitRow
    hit: bool
    before: datetime
    after: datetime
    """Clinic wall times."""
    starts_at: datetime
    resources: tuple[str, ...]

    @property
    def days(self) -> int:
        """By how many calendar days it moves; negative where it comes earlier."""
        return (self.after.date() - self.before.date()).days


@dataclass(frozen=True)
class PlannedPart:
    """One course with its new places. `places` are those of every visit that was free to move, moved or not."""

    key: str
    visit: VisitRow
    """The most urgent of its hit visits."""
    urgency: Urgency
    hit: int
    moves: tuple[BatchMove, ...]
    places: tuple[VisitPlace, ...]
    fingerprint: str


@dataclass(frozen=True)
class Unplaced:
    """One course that finds no room, or was left out, with why."""

    key: str
    visit: VisitRow
    urgency: Urgency | None
    hit: tuple[VisitRow, ...]
    sentence: str


@dataclass(frozen=True)
class BatchPlan:
    """The whole plan with its totals. `optimal`: proved that no plan is better by the clinic's weights."""

    command: PlanBatch
    parts: tuple[PlannedPart, ...]
    unplaced: tuple[Unplaced, ...]
    left_out: tuple[Unplaced, ...]
    optimal: bool
    seconds: float

    @property
    def moves(self) -> tuple[BatchMove, ...]:
        """Everything that moves."""
        return tuple(move for part in self.parts for move in part.moves)

    @property
    def hit_moved(self) -> int:
        """How many hit visits get a new place."""
        return sum(move.hit for move in self.moves)

    @property
    def giving_way(self) -> int:
        """How many visits move that were not hit themselves."""
        return len(self.moves) - self.hit_moved

    @property
    def same_day(self) -> int:
        """How many of the moves stay on their day."""
        return sum(move.days == 0 for move in self.moves)

    @property
    def middle_days(self) -> int:
        """By how many days the moves go, in the middle."""
        return round(median(abs(move.days) for move in self.moves)) if self.moves else 0

    @property
    def most_days(self) -> int:
        """By how many days the farthest move goes."""
        return max((abs(move.days) for move in self.moves), default=0)
