"""Several row numbers in one hidden field, and back."""

from __future__ import annotations

from collections.abc import Iterable

from flask import abort

from scheduler.web.row_numbers import LARGEST

LONGEST = 4000


def listed(ids: Iterable[int]) -> str:
    """Row numbers for one hidden field."""
    return ",".join(map(str, ids))


def unlisted(text: str) -> tuple[int, ...]:
    """What `listed` wrote; anything else is a 404."""
    parts = text[:LONGEST].split(",")
    if not all(part.isascii() and part.isdecimal() and int(part[:11]) <= LARGEST for part in parts):
        abort(404)
    return tuple(int(part) for part in parts)
