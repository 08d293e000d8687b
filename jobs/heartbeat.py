"""The clock's own sign of life."""

from __future__ import annotations

from jobs.ticks import Round
from scheduler.services.clinic.beat import beat


def run(around: Round) -> None:
    """Beat. Two clocks write the same row, the later one wins: either is a sign of life."""
    with around.database.writing() as session:
        beat(session, "clock", now=around.now)
