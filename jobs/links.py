"""Forget links that ended long ago."""

from __future__ import annotations

from jobs.ticks import Round
from scheduler.services.messages.tidy_messages import forget_links


def run(around: Round) -> str | None:
    """Delete them. Two clocks at once delete each once."""
    with around.database.writing() as session:
        gone = forget_links(session, now=around.now)
    return f"{gone} forgotten" if gone else None
