"""By when a person has to have answered: a clock that runs while the clinic is open, and one of business days."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta

Hours = Mapping[int, Sequence[tuple[time, time]]]
"""By weekday (0 Monday) when the clinic is open; 00:00 as the end is midnight's."""
DAYS_AHEAD = 30
TEN_BUSINESS_DAYS = 10
"""Within how many business days a revocation has to be honoured everywhere (47 CFR 64.1200(a)(10), S)."""


def answer_by(received: datetime, minutes: int, hours: Hours, closed: Collection[date]) -> datetime:
    """The wall time at which `minutes` of open hours have passed since `received` (clinic-local, naive).

    Where the clinic has no hours in the coming month the clock runs through.
    """
    left = timedelta(minutes=minutes)
    for ahead in range(DAYS_AHEAD):
        day = received.date() + timedelta(days=ahead)
        if day in closed:
            continue
        for opens, closes in sorted(hours.get(day.weekday(), ())):
            start = max(received, datetime.combine(day, opens))
            end = datetime.combine(day, closes) if closes > opens else datetime.combine(day, time()) + timedelta(days=1)
            if start + left <= end:
                return start + left
            left -= max(end - start, timedelta())
    return received + timedelta(minutes=minutes)


def business_days_after(day: date, count: int = TEN_BUSINESS_DAYS) -> date:
    """The last of `count` business days after `day`, Monday to Friday; holidays count, which can only be too early."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
