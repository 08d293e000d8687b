"""The refusal of one value: which field it stands in, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WrongValue:
    """A value that cannot be meant. `field` is its name in the command."""

    field: str
    sentence: str
