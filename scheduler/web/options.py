"""What a form offers to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice


def options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """(value, label) pairs as the choices of a select, radio or tick-box field."""
    return [SelectChoice(value, label) for value, label in pairs]
