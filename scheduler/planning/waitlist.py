"""Who is offered a freed time first, until when, and what may become of an offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum


class OfferState(StrEnum):
    """Where an offer of a freed time stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    GONE = "gone"
    """Somebody else has the time."""


_O = OfferState
OFFER_MOVES: Mapping[OfferState, frozenset[OfferState]] = {
    _O.OPEN: frozenset({_O.ACCEPTED, _O.DECLINED, _O.EXPIRED, _O.WITHDRAWN, _O.GONE}),
    _O.ACCEPTED: frozenset({_O.DECLINED}),
    **{state: frozenset() for state in (_O.DECLINED, _O.EXPIRED, _O.WITHDRAWN, _O.GONE)},
}
"""Only an open offer can become anything: whoever is too late finds it ended. An accepted one may be taken back."""


@dataclass(frozen=True)
class Suits:
    """Which earlier times somebody who waits could take; wall time of the clinic, nothing named: any."""

    not_before: date | None = None
    weekdays: tuple[int, ...] = ()
    from_time: time | None = None
    to_time: time | None = None


@dataclass(frozen=True)
class Waiting:
    """A visit that could take a freed time. `starts` is its present wall time, None where it has lost its place.

    `latest_on` is the last day that keeps the greatest distance to the visit before it; `since` when the patient asked
    to come earlier, None where nobody asked.
    """

    appointment_id: int
    starts: datetime | None
    latest_on: date | None
    since: datetime | None
    suits: Suits = Suits()


@dataclass(frozen=True)
class Freed:
    """What a visit gave back: from one wall time to another, half-open, and its resources (planning's id by kind).

    No resources named: it is not known which, and none is asked for.
    """

    starts: datetime
    ends: datetime
    resources: Mapping[str, str] = field(default_factory=dict)


def ranked(waiting: Iterable[Waiting], freed: Freed) -> tuple[Waiting, ...]:
    """Those whom some start in a freed interval would serve, in the order in which it is offered to them.

    First who would breach a greatest distance soonest, then who has waited longest for an earlier time.
    """
    served = [one for one in waiting if window(one, freed) is not None]
    return tuple(sorted(served, key=lambda one: (
        one.latest_on or date.max, one.since is None, one.since.timestamp() if one.since else 0, one.appointment_id)))


def window(one: Waiting, freed: Freed) -> tuple[datetime, datetime] | None:
    """The starts (half-open) in a freed interval that lie before the visit's own time and suit; None where none does.

    An interval that runs past midnight counts to the end of its first day.
    """
    suits, day = one.suits, freed.starts.date()
    first, end = freed.starts, min(freed.ends, datetime.combine(day + timedelta(days=1), time()))
    if one.starts is not None:
        if one.since is None:
            return None
        end = min(end, one.starts)
    if suits.not_before is not None and day < suits.not_before:
        return None
    if suits.weekdays and day.weekday() not in suits.weekdays:
        return None
    if suits.from_time is not None:
        first = max(first, datetime.combine(day, suits.from_time))
    if suits.to_time is not None:
        end = min(end, datetime.combine(day, suits.to_time))
    return (first, end) if first < end else None


def offered_until(now: datetime, slot: datetime, minutes: int, lead_hours: int) -> datetime | None:
    """Until when a time is kept for whom it is offered to; None where it is too near to be offered at all.

    Instants. `lead_hours` before the time nothing is offered any more: people need time to get ready.
    """
    last = slot - timedelta(hours=lead_hours)
    return min(now + timedelta(minutes=minutes), last) if last > now else None
