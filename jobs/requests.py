"""Forget requests for an appointment that came to nothing long ago."""

from __future__ import annotations

from jobs.ticks import Round
from scheduler.services.patients.forget_requests import forget_requests


def run(around: Round) -> str | None:
    """Delete them. Two clocks at once delete each once."""
    with around.database.writing() as session:
        gone = forget_requests(session, now=around.now)
    return f"{gone} forgotten" if gone else None
