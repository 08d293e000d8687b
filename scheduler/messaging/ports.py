"""The doors through which words leave the house: one method each, and what may come of it as a closed vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from scheduler.messaging.invitation import Invitation
from scheduler.planning.words import Channel


@dataclass(frozen=True)
class Letter:
    """One e-mail, ready to go. `key` is the message's own and becomes the Message-ID; `to` never shows in `repr`."""

    key: str
    to: str
    sender_name: str
    subject: str
    text: str
    html: str
    invitation: Invitation | None = None

    def __repr__(self) -> str:
        """The key alone: addresses and words stay out of logs."""
        return f"<Letter {self.key}>"


@dataclass(frozen=True)
class Text:
    """One text message, ready to go; the gateway is told `key` as our reference. Numbers are E.164.

    `asked_before` is set where an earlier attempt may have reached the gateway: since when to look for it there, and
    `others` are the gateway's names of texts to this patient that are known to be other ones.
    """

    key: str
    to: str
    sender: str
    body: str
    asked_before: datetime | None = None
    others: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """The key alone: numbers and words stay out of logs."""
        return f"<Text {self.key}>"


@dataclass(frozen=True)
class Accepted:
    """The other side has taken the message over; `reference` is what it calls it, where it says."""

    reference: str | None = None


@dataclass(frozen=True)
class TryLater:
    """The other side could not take this message now, or it is unknown whether it did (SMTP 4xx, a broken wire).

    `retry_after` is the pause that it asks for; `broke_off` says that it was the wire, not an answer.
    """

    reason: str
    retry_after: timedelta | None = None
    broke_off: bool = False


@dataclass(frozen=True)
class NotDeliverable:
    """The other side will never take this message (SMTP 5xx for the address or the letter)."""

    reason: str


@dataclass(frozen=True)
class Unreachable:
    """The other side cannot be used at all now, whatever the message: no connection, no sign-in, no sender accepted."""

    reason: str


@dataclass(frozen=True)
class Withheld:
    """The words were not handed over, because `ready` said no."""


Outcome = Accepted | TryLater | NotDeliverable | Unreachable
Ready = Callable[[], bool]
"""Asked at the last moment before words are handed over; on no they must not be."""


def always() -> bool:
    """Whatever has been handed over before is written down already."""
    return True


class MailPort(Protocol):
    """What sends an e-mail."""

    def send(self, letter: Letter, *, now: datetime, ready: Ready = always) -> Outcome | Withheld:
        """Hand one letter over; never raises for what the other side says."""
        ...


class TextPort(Protocol):
    """What sends a text message."""

    def send(self, text: Text, *, now: datetime, ready: Ready = always) -> Outcome | Withheld:
        """Hand one text over; never raises for what the other side says."""
        ...


@dataclass(frozen=True)
class Ports:
    """The ways out of the house; one that is None is not configured, and its messages wait."""

    mail: MailPort | None = None
    text: TextPort | None = None

    @property
    def ways(self) -> frozenset[Channel]:
        """The channels by which anything can go."""
        open_ = {Channel.EMAIL: self.mail, Channel.TEXT: self.text}
        return frozenset(channel for channel, port in open_.items() if port is not None)
