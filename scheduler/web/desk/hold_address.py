"""The address of a hold: it carries since when it stands, and the wishes, so that nothing is lost when it passes.

Numbers of holds may come again once a hold is gone; with the instant of its making an address means one hold for ever.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import request, url_for

from scheduler.services.booking.offers import PlanSeries
from scheduler.web.desk.book_series_address import address_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def since_of(created_at: datetime) -> str:
    """The instant at which a hold was made, in microseconds."""
    return str((created_at - EPOCH) // timedelta(microseconds=1))


def hold_url(hold_id: int, created_at: datetime, command: PlanSeries) -> str:
    """The page of a hold; the hold that it took the place of is forgotten."""
    return url_for("desk.hold", patient_id=command.patient_id, hold_id=hold_id, since=since_of(created_at),
                   **address_of(replace(command, instead_of=None)))


def idempotency_key(hold_id: int) -> str:
    """One key for the hold of this address: a second click, a reload and another tab all send the same."""
    return f"hold-{hold_id}-{request.args.get('since', '')}"[:64]


def same_query() -> dict[str, list[str]]:
    """The query of this address, for the addresses of the steps that follow; which days are looked at is left out."""
    return {name: values for name, values in request.args.to_dict(flat=False).items() if name != "around"}
