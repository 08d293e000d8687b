"""The days of a course strip as boxes side by side: whole weeks, and narrow breaks for the empty weeks between.

A box is drawn as one SVG, so that a strip flows: one line on a wide screen, week under week on a telephone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from scheduler.web.strip import CourseStrip

DAY = 28
"""Width of a day, in the SVG's units (pixels at natural size)."""
BREAK = 60
"""Width of a break in which empty weeks are folded."""
FOLD_WEEKS = 2
"""So many empty weeks in a row are folded into a break."""
NEAR = timedelta(days=7)
"""Today is drawn where it lies within the course or this near to it."""


@dataclass(frozen=True)
class DayCell:
    """One day of a week: its left edge, whether it is a weekend, closed (why), today, or has a visit."""

    on: date
    x: float
    weekend: bool
    closed: str
    today: bool
    busy: bool

    @property
    def centre(self) -> float:
        """The middle of the day, where its marks stand."""
        return self.x + DAY / 2


@dataclass(frozen=True)
class Box:
    """A week of seven cells, or a break (no cells) that folds whole empty weeks; `left` is its place on the line."""

    first: date
    last: date
    left: float
    width: float
    cells: tuple[DayCell, ...] = ()

    @property
    def folded(self) -> int:
        """How many weeks are folded away here; 0 in a week."""
        return 0 if self.cells else ((self.last - self.first).days + 1) // 7

    def clip(self, x1: float, x2: float) -> tuple[float, float] | None:
        """The part of a stretch of the line that lies in this box, in the box's own coordinates."""
        start, end = max(x1, self.left), min(x2, self.left + self.width)
        return (start - self.left, end - self.left) if start < end else None


def _week_of(on: date, first_weekday: int) -> date:
    return on - timedelta(days=(on.weekday() - first_weekday) % 7)


def _anchors(strip: CourseStrip) -> set[date]:
    """Every day that must be seen: visits, their ghosts, the ends of windows, and today if it is near."""
    days = {mark.on for mark in strip.marks} | {mark.was_on for mark in strip.marks if mark.was_on}
    days |= {day for window in strip.windows for day in (window.first, window.last)}
    if strip.today and (not days or min(days) - NEAR <= strip.today <= max(days) + NEAR):
        days.add(strip.today)
    return days


def boxes(strip: CourseStrip) -> tuple[Box, ...]:
    """The weeks of a course from its first to its last visit, long empty stretches folded; none for an empty course."""
    days = _anchors(strip)
    if not days:
        return ()
    busy = {_week_of(day, strip.first_weekday) for day in days}
    weeks = list(_mondays(min(busy), max(busy)))
    visits = {mark.on for mark in strip.marks}
    made: list[Box] = []
    for empty, run in groupby(weeks, key=lambda week: week not in busy):
        run = list(run)
        left = made[-1].left + made[-1].width if made else 0
        if empty and len(run) >= FOLD_WEEKS:
            made.append(Box(run[0], run[-1] + timedelta(days=6), left, BREAK))
        else:
            made += [_week(strip, week, left + n * 7 * DAY, visits) for n, week in enumerate(run)]
    return tuple(made)


def _mondays(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += NEAR


def _week(strip: CourseStrip, first: date, left: float, visits: Iterable[date]) -> Box:
    cells = tuple(
        DayCell(on, n * DAY, on.weekday() > 4, strip.closed.get(on, ""), on == strip.today, on in visits)
        for n, on in enumerate(first + timedelta(days=n) for n in range(7)))
    return Box(first, cells[-1].on, left, 7 * DAY, cells)
