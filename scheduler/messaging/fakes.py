"""The official in-memory ports, for tests and for the test clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from scheduler.messaging.ports import Accepted, Letter, Outcome, Ready, Text, Withheld, always


def _yes(_: object) -> Outcome:
    return Accepted()


@dataclass
class MemoryMail:
    """Keeps every letter it was handed in `sent`; `answer` decides what comes of each."""

    answer: Callable[[Letter], Outcome] = _yes
    sent: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter, *, now: datetime, ready: Ready = always) -> Outcome | Withheld:
        """Answer, and keep what was accepted."""
        if not ready():
            return Withheld()
        outcome = self.answer(letter)
        if isinstance(outcome, Accepted):
            self.sent.append(letter)
        return outcome


@dataclass
class MemoryTexts:
    """Keeps every text it was handed in `sent`; `answer` decides what comes of each."""

    answer: Callable[[Text], Outcome] = _yes
    sent: list[Text] = field(default_factory=list)

    def send(self, text: Text, *, now: datetime, ready: Ready = always) -> Outcome | Withheld:
        """Answer, and keep what was accepted."""
        if not ready():
            return Withheld()
        outcome = self.answer(text)
        if isinstance(outcome, Accepted):
            self.sent.append(text)
        return outcome
