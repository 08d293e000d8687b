"""What a patient and the desk ask of a series: what suits (soft), what does not (hard), and who is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from scheduler.planning.documents import from_document, to_document
from scheduler.services.conflicts import WishesContradict

MIDNIGHT = time(0)


@dataclass(frozen=True)
class Away:
    """An interval in which the patient cannot come, half-open, clinic wall time."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Wishes:
    """Weekdays are 0 (Monday) to 6. `latest_on` None means the clinic's setting; an empty tuple means any or none."""

    earliest_on: date
    infusions: int
    latest_on: date | None = None
    weekdays: tuple[int, ...] = ()
    """Days that suit (soft); none named: all do."""
    from_time: time | None = None
    to_time: time | None = None
    """A visit suits where it starts at or after `from_time` and before `to_time` (soft)."""
    not_weekdays: tuple[int, ...] = ()
    """Days on which the patient cannot come (hard)."""
    away: tuple[Away, ...] = ()
    """Intervals in which the patient cannot come (hard)."""
    therapist_id: int | None = None
    """The therapist (a resource's id) asked for; None: any."""
    one_therapist: bool = True
    """Where the protocol keeps one therapist through the series: whether that is asked for (hard)."""

    def until(self, latest_days: int) -> Wishes:
        """The same wishes with an end: `latest_days` after the earliest day where none was given."""
        if self.latest_on is not None:
            return self
        return replace(self, latest_on=self.earliest_on + timedelta(days=latest_days))

    def to_document(self) -> dict[str, Any]:
        """The JSON object that a series keeps."""
        return to_document(self)

    @classmethod
    def from_document(cls, document: Any) -> Wishes:
        """Read what `to_document` wrote; raises DocumentError naming the place that does not fit."""
        return from_document(cls, document, "wishes")


def unavailable(wishes: Wishes, latest_on: date) -> tuple[tuple[datetime, datetime], ...]:
    """The hard wishes as intervals, in order: weekdays that do not suit become whole days up to `latest_on`."""
    days = _whole_days(wishes, latest_on) if wishes.not_weekdays else ()
    return tuple(sorted([*days, *((away.begins, away.ends) for away in wishes.away)]))


def _whole_days(wishes: Wishes, latest_on: date) -> Iterator[tuple[datetime, datetime]]:
    day = wishes.earliest_on
    while day <= latest_on:
        if day.weekday() in wishes.not_weekdays:
            yield datetime.combine(day, MIDNIGHT), datetime.combine(day + timedelta(days=1), MIDNIGHT)
        day += timedelta(days=1)


def contradictions(wishes: Wishes) -> tuple[WishesContradict, ...]:
    """What in the wishes cannot be meant together, so that nobody waits for a plan that cannot be."""
    return tuple(WishesContradict(field, sentence) for field, sentence in _contradictions(wishes))


def _contradictions(wishes: Wishes) -> Iterator[tuple[str, str]]:
    if wishes.infusions < 1:
        yield "infusions", "A series has at least one infusion."
    if wishes.latest_on is not None and wishes.latest_on < wishes.earliest_on:
        yield "latest_on", "The latest day lies before the earliest."
    if wishes.from_time and wishes.to_time and MIDNIGHT != wishes.to_time <= wishes.from_time:
        yield "to_time", "The time until which a visit suits must lie after the time from which it does."
    if any(not 0 <= day <= 6 for day in (*wishes.weekdays, *wishes.not_weekdays)):
        yield "weekdays", "A weekday is a number from 0 (Monday) to 6."
    if set(wishes.not_weekdays) == set(range(7)):
        yield "not_weekdays", "No weekday is left on which the patient can come."
    if any(away.ends <= away.begins for away in wishes.away):
        yield "away", "An absence must end after it begins."
