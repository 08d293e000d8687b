"""The demo is built by the program's own services; one that refuses there is a bug, and says so."""

from __future__ import annotations

from typing import TypeVar

from scheduler.services.hits import Changed, Hits
from scheduler.services.refusal import NotFound, Refused

T = TypeVar("T")


def done(result: T | Refused | NotFound | Hits | Changed) -> T:
    """The result of a service that must not refuse; raises RuntimeError with its sentences where it did."""
    if isinstance(result, Changed):
        return result.id  # type: ignore[return-value]
    if isinstance(result, Refused | NotFound | Hits):
        raise RuntimeError(f"the demo clinic cannot be built: {getattr(result, 'sentence', result)}")
    return result
