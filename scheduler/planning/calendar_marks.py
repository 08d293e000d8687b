"""By what a calendar recognises a visit, wherever it is told of it: the same identifier, and which telling is newer."""

from __future__ import annotations


def identifier(visit_id: int, host: str) -> str:
    """The UID: stable for the visit's life, unique in the world by the house's host."""
    return f"visit-{visit_id}@{host}"


def sequence(version: int, *, cancelled: bool = False) -> int:
    """The SEQUENCE of a visit at its `version` (1 at first, one more for each move); its cancellation comes after."""
    return 2 * (version - 1) + cancelled
