"""Who is offered a freed time first, until when, and what may become of an offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    **{state: frozenset() for state in (_O.ACCEPTED, _O.DECLINED, _O.EXPIRED, _O.WITHDRAWN, _O.GONE)},
}
"""Only an open offer can become anything: whoever is too late finds it ended."""


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


def ranked(waiting: Iterable[Waiting], slot: datetime) -> tuple[Waiting, ...]:
    """Those whom a time would serve, in the order in which it is offered to them.

    First who would breach a greatest distance soonest, then who has waited longest for an earlier time.
    """
    served = [one for one in waiting if serves(one, slot)]
    return tuple(sorted(served, key=lambda one: (
        one.latest_on or date.max, one.since is None, one.since.timestamp() if one.since else 0, one.appointment_id)))


def serves(one: Waiting, slot: datetime) -> bool:
    """Whether a time lies before the visit's own and among those that suit."""
    suits = one.suits
    if one.starts is not None and (one.since is None or slot >= one.starts):
        return False
    if suits.not_before is not None and slot.date() < suits.not_before:
        return False
    if suits.weekdays and slot.weekday() not in suits.weekdays:
        return False
    if suits.from_time is not None and slot.time() < suits.from_time:
        return False
    return suits.to_time is None or slot.time() < suits.to_time


def offered_until(now: datetime, slot: datetime, minutes: int, lead_hours: int) -> datetime | None:
    """Until when a time is kept for whom it is offered to; None where it is too near to be offered at all.

    Instants. `lead_hours` before the time nothing is offered any more: people need time to get ready.
    """
    last = slot - timedelta(hours=lead_hours)
    return min(now + timedelta(minutes=minutes), last) if last > now else None
