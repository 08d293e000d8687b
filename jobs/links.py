"""Forget links that ended long ago."""

from __future__ import annotations

from jobs.ticks import Round
from scheduler.services.tidy_messages import forget_links


def run(around: Round) -> None:
    """Delete them. Two clocks at once delete each once."""
    with around.database.writing() as session:
        forget_links(session, now=around.now)
