"""A refusal is a value: the named conflicts for which a service did not do what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Conflict(Protocol):
    """A named reason why something cannot be had, with a sentence for people."""

    @property
    def sentence(self) -> str:
        """What stands in the way, and what to do."""
        ...


@dataclass(frozen=True)
class Refused:
    """What a service gives back where it did nothing."""

    conflicts: tuple[Conflict, ...]

    @property
    def sentence(self) -> str:
        """All the reasons, one after another."""
        return " ".join(conflict.sentence for conflict in self.conflicts)


@dataclass(frozen=True)
class NotFound:
    """There is no such row in the viewer's clinic."""

    what: str
    sentence: str = "This no longer exists, or it belongs to another clinic."
