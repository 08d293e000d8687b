"""When to try a failed message again, and when to leave it to a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scheduler.planning.send_decisions import Park

BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
"""The pause after the first, second … failed attempt; after the last the message is parked for a person."""


@dataclass(frozen=True)
class RetryAt:
    """An attempt failed; the next one is at `at`."""

    at: datetime


def after_failure(attempts: int, now: datetime, expires_at: datetime,
                  retry_after: timedelta | None = None) -> RetryAt | Park:  # fmt: skip
    """When to try again after `attempts` failed attempts (1 or more), or to park.

    A pause the other side asks for (`retry_after`) is kept where it is the longer one. No retry past `expires_at`.
    """
    if attempts < 1:
        raise ValueError("back-off is counted from the first failed attempt")
    if attempts > len(BACK_OFF):
        return Park(f"{attempts} attempts failed. Look into it and send again, or call.")
    at = (now + max(BACK_OFF[attempts - 1], retry_after or timedelta())).astimezone(UTC)
    if at >= expires_at:
        return Park("It could not be delivered while it was of use. Call the patient.")
    return RetryAt(at)
