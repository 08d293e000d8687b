"""Release the holds whose time has passed. Booking does so by itself; this only tidies."""

from __future__ import annotations

from jobs.ticks import Round
from scheduler.services.expired_holds import release_expired_holds


def run(around: Round) -> str | None:
    """Release a batch. Two clocks at once release each hold once: one that the other has locked is passed over."""
    with around.database.writing() as session:
        released = release_expired_holds(session, now=around.now)
    return f"{released} released" if released else None
