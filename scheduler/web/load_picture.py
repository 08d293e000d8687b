"""The strip of a day's load: what is drawn, where, and the same in words.

    {{ load_strip(load_picture(load, reading), "load-nurse") }}          templates/macros/load.html

Across, everything stands in per cent of the day's hours, so it fits any width; down, in pixels of a fixed height.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from scheduler.planning.loads import DAY, DayLoad, Stretch
from scheduler.web.formats import Reading, clock_time, duration, wall

HEIGHT = 72
"""Pixels of the plot."""
LONG_DAY = 14
"""Hours beyond which only every other one is named."""


@dataclass(frozen=True)
class Tick:
    """A whole hour: where it stands, its word, and whether there is room for it on a telephone."""

    x: str
    word: str
    anchor: str
    narrow: bool


@dataclass(frozen=True)
class Full:
    """Where nothing is left: from, how wide, and how high the units in use reach."""

    x: str
    width: str
    y: float
    height: float


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    span: str
    used: int
    offered: int
    state: str


@dataclass(frozen=True)
class LoadPicture:
    """Everything that the strip and its table show."""

    kind: str
    minutes: int
    top: int
    area: str
    line: str
    full: tuple[Full, ...]
    ticks: tuple[Tick, ...]
    now: str
    rows: tuple[Row, ...]
    sentence: str
    height: int = HEIGHT


def load_picture(load: DayLoad, reading: Reading, top: int | None = None) -> LoadPicture:
    """The picture of one day; `top`: the units at its upper edge, to draw several days alike."""
    (first, last), stretches = load.hours, load.stretches
    top = top or max(load.peak, load.most_offered, 1)
    return LoadPicture(
        load.kind, last - first, top, _outline(stretches, first, top, [one.used for one in stretches], closed=True),
        _outline(stretches, first, top, [one.offered for one in stretches], closed=False),
        tuple(Full(_share(one.begins - first, last - first), _share(one.ends - one.begins, last - first),
                   HEIGHT * (1 - one.used / top), HEIGHT * one.used / top) for one in stretches if one.full),
        _ticks(first, last, reading), _now(load, reading), tuple(_row(one, reading) for one in stretches),
        load_sentence(load, reading))


def load_sentence(load: DayLoad, reading: Reading) -> str:
    """The day in a sentence: the peak, when, and for how long nothing is left."""
    shut = load.closed and not load.most_offered
    if not load.peak:
        return "The clinic is closed." if shut else \
            f"No {load.kind} is needed" + ("." if load.most_offered else " and none is on duty.")
    at = clock_time(_time(load.peak_at), reading)
    if not load.most_offered:
        why = "The clinic is closed" if shut else f"No {load.kind} is on duty"
        units = "unit is" if load.peak == 1 else "units are"
        return f"{why}, yet visits are booked: at most {load.peak} {units} needed, at {at}."
    there = load.offered[load.peak_at // load.step]
    if not there:
        return f"At most {load.peak} in use, at {at}, when no {load.kind} is on duty."
    full = f"; full for {duration(load.full_minutes)}" if load.full_minutes else ""
    return f"At most {load.peak} of {there} units in use, at {at}{full}."


def _outline(stretches: tuple[Stretch, ...], first: int, top: int, units: list[int], *, closed: bool) -> str:
    """Steps from left to right, in minutes and units; closed down to the ground, or as a line."""
    drawn = "".join(f"V{top - amount}H{one.ends - first}" for one, amount in zip(stretches, units, strict=True))
    return f"M0 {top}{drawn}V{top}Z" if closed else f"M0 {top - units[0] if units else top}{drawn}"


def _ticks(first: int, last: int, reading: Reading) -> tuple[Tick, ...]:
    every = 1 if last - first <= LONG_DAY * 60 else 2
    hours = range(first // 60, last // 60 + 1, every)
    return tuple(
        Tick(_share(hour * 60 - first, last - first), clock_time(_time(hour * 60), reading).replace(":00", ""),
             "start" if hour * 60 == first else "end" if hour * 60 == last else "middle", number % 2 == 0)
        for number, hour in enumerate(hours))


def _now(load: DayLoad, reading: Reading) -> str:
    """Where the present stands; empty on another day or outside the hours."""
    at, (first, last) = wall(reading.now, reading), load.hours
    minute = at.hour * 60 + at.minute
    return _share(minute - first, last - first) if at.date() == load.on and first <= minute < last else ""


def _row(one: Stretch, reading: Reading) -> Row:
    span = f"{clock_time(_time(one.begins), reading)}–{clock_time(_time(one.ends), reading)}"
    state = "more than on duty" if one.over else "full" if one.full else f"{one.offered - one.used} free"
    return Row(span, one.used, one.offered, state)


def _share(minutes: int, of: int) -> str:
    return f"{100 * minutes / of:.3f}%"


def _time(minute: int) -> time:
    minute %= DAY
    return time(minute // 60, minute % 60)
