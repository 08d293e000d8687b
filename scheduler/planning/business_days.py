"""Days of work: by when an opt-out must have been honoured everywhere."""

from __future__ import annotations

from datetime import date, timedelta

OPT_OUT_DAYS = 10
"""Business days within which a revoked consent must be honoured (47 CFR 64.1200(a)(10))."""
FRIDAY = 4


def business_days_after(day: date, count: int) -> date:
    """The `count`th weekday after `day`. Public holidays count as days of work, so that it is never too late."""
    for _ in range(count):
        day += timedelta(days=1)
        while day.weekday() > FRIDAY:
            day += timedelta(days=1)
    return day
