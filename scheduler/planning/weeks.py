"""A week of hours: intervals by weekday, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from itertools import pairwise

Interval = tuple[time, time]
Week = Mapping[int, Sequence[Interval]]
"""Intervals by weekday (0 Monday to 6 Sunday), half-open; 00:00 as an end is midnight's end."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def week_faults(week: Week) -> tuple[tuple[int, str], ...]:
    """Every weekday whose intervals end before they begin or overlap, with a sentence."""
    return tuple(_faults(week))


def _faults(week: Week) -> Iterator[tuple[int, str]]:
    for weekday in sorted(week):
        intervals = sorted(week[weekday])
        if any(closes <= opens and closes != time() for opens, closes in intervals):
            yield weekday, f"{WEEKDAYS[weekday]}: a time ends before it begins."
        elif any(first[1] == time() or first[1] > second[0] for first, second in pairwise(intervals)):
            yield weekday, f"{WEEKDAYS[weekday]}: two times overlap."
