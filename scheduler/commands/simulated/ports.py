"""Ways out that lead into memory, and now and then refuse, break or are gone for hours, by a seeded script."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from scheduler.messaging.ports import (
    Accepted,
    Letter,
    NotDeliverable,
    Outcome,
    Ports,
    Ready,
    Text,
    TryLater,
    Unreachable,
    Withheld,
    always,
)
from scheduler.planning.words import Channel, Discretion

BREAKS, NEVER = 0.02, 0.003
OUTAGE = timedelta(hours=3)


@dataclass(frozen=True)
class Sent:
    """One message that the other side took: when, by what, its key, and what it said."""

    at: datetime
    channel: Channel
    key: str
    words: str = field(repr=False)


@dataclass(frozen=True)
class Wished:
    """How a patient wanted to be written to from an instant on: own quiet hours, and how much a text says."""

    since: datetime
    quiet_from: time | None
    quiet_until: time | None
    discretion: Discretion


@dataclass
class Wayward:
    """Both ways out; what they took is in `sent`."""

    seed: int
    outages: tuple[datetime, ...]
    sent: list[Sent] = field(default_factory=list)
    attempts: int = 0

    def __post_init__(self) -> None:
        self._fate = {channel: Random(f"{self.seed} {channel}") for channel in Channel}

    def ports(self) -> Ports:
        """As the clock wants them."""
        return Ports(mail=_Way(self, Channel.EMAIL), text=_Way(self, Channel.TEXT))

    def answer(self, words: Letter | Text, channel: Channel, now: datetime) -> Outcome:
        """What the other side says, this time."""
        self.attempts += 1
        if any(begins <= now < begins + OUTAGE for begins in self.outages):
            return Unreachable("The other side is not there.")
        fate = self._fate[channel].random()
        if fate < NEVER:
            return NotDeliverable("There is no such mailbox.")
        if fate < NEVER + BREAKS:
            return TryLater("The wire broke.")
        said = words.body if isinstance(words, Text) else f"{words.subject}\n{words.text}"
        self.sent.append(Sent(now, channel, words.key, said))
        return Accepted()


@dataclass(frozen=True)
class _Way:
    wayward: Wayward
    channel: Channel

    def send(self, words: Letter | Text, *, now: datetime, ready: Ready = always) -> Outcome | Withheld:
        """Hand one over."""
        return self.wayward.answer(words, self.channel, now) if ready() else Withheld()
