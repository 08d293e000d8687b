"""Texts that came in and nobody has taken in time: alert the next person on call."""

from __future__ import annotations

from jobs.ticks import Round
from scheduler.services.messages.alert import escalate


def run(around: Round) -> str | None:
    """Alert whom it is the turn of. Two clocks at once alert once: a row the other has locked is passed over."""
    with around.database.writing() as session:
        alerted = escalate(session, now=around.now)
    return f"{alerted} alerts" if alerted else None
