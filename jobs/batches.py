"""New times that were offered after a closure: end the offers that ran out, so that the desk calls."""

from __future__ import annotations

from jobs.ticks import Round
from scheduler.services.outages.end_parts import expire_parts


def run(around: Round) -> str | None:
    """Expire what is due. Two clocks at once are harmless: under the patient's lock the second finds nothing."""
    with around.database.writing() as session:
        ended = expire_parts(session, now=around.now)
    return f"{ended} offers of new times ran out" if ended else None
