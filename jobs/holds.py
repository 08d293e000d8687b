"""Release the holds whose time has passed. Booking does so by itself; this only tidies."""

from __future__ import annotations

from jobs.ticks import Round
from scheduler.services.booking.expired_holds import release_expired_holds
from scheduler.services.changing.release_gates import release_gates


def run(around: Round) -> str | None:
    """Release a batch. Two clocks at once release each hold once: a plan's that the other has locked is passed over, a
    gate's is looked at again under its patient's lock."""
    with around.database.writing() as session:
        released = release_expired_holds(session, now=around.now) + release_gates(session, now=around.now)
    return f"{released} released" if released else None
