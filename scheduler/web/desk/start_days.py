"""Times to choose from, grouped by day: a few to click, all of them to pick from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

SHOWN_MINUTES = 30


@dataclass(frozen=True)
class Start:
    """One time (clinic wall time) and the value that a button sends for it."""

    wall_start: datetime
    value: str
    best: bool = False
    now: bool = False
    suits: bool = True

    @property
    def stands_out(self) -> bool:
        """Whether it is shown whatever stands beside it."""
        return self.best or self.now


@dataclass(frozen=True)
class StartDay:
    """One day: the first time of each half hour (and those that stand out), and every time."""

    on: date
    shown: tuple[Start, ...]
    every: tuple[Start, ...]


def start_days(starts: Iterable[Start]) -> tuple[StartDay, ...]:
    """The days in order, each with its times in order."""
    ordered = sorted(starts, key=lambda start: start.wall_start)
    days = []
    for on, of_day in groupby(ordered, key=lambda start: start.wall_start.date()):
        every = tuple(of_day)
        days.append(StartDay(on, tuple(_shown(every)), every))
    return tuple(days)


def _shown(every: tuple[Start, ...]) -> list[Start]:
    found: list[Start] = []
    for _, slot in groupby(every, key=lambda start: (start.wall_start.hour * 60 + start.wall_start.minute)
                           // SHOWN_MINUTES):
        near = list(slot)
        found += [start for start in near if start.stands_out] or near[:1]
    return found


def read_start(text: str) -> datetime:
    """A time that a button sent; raises ValueError where it is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None or not 2000 <= moment.year <= 2199:
        raise ValueError(f"{text!r} is no wall time")
    return moment
