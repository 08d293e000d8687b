"""A dozen series at different stages: who, under which protocol, since when, and what went otherwise than planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class Story:
    """One series. `starts` is its earliest day in days from today.

    A `twist` happens to the infusion of number `at`: "stopped", "paused" or "decided" (to go on) after it, "undecided"
    where nobody decides after it, "cannot come" before it. "no-show" happens to the last infusion before now;
    "cancelled", "deferred" and "omitted" to the next one.
    """

    patient: int
    protocol: str
    starts: int
    weekdays: tuple[int, ...] = ()
    from_time: time | None = None
    to_time: time | None = None
    twist: str = ""
    at: int = 0
    confirms: bool = True


STORIES = (
    Story(0, "twice", -34),
    Story(1, "thrice", -27, from_time=time(8), to_time=time(12)),
    Story(2, "twice", -20, weekdays=(1, 4), from_time=time(9), to_time=time(13)),
    Story(3, "thrice", -12, from_time=time(8), to_time=time(13)),
    Story(4, "twice", -12, twist="no-show"),
    Story(5, "twice", -10, from_time=time(12), to_time=time(17), confirms=False),
    Story(7, "alone", -6, twist="cancelled"),
    Story(8, "twice", -13, twist="stopped", at=2),
    Story(9, "thrice", -5, from_time=time(10), to_time=time(16), confirms=False),
    Story(10, "twice", -2, twist="cannot come", at=1),
    Story(12, "thrice", 1, from_time=time(9), to_time=time(14)),
    Story(6, "twice", 3, weekdays=(0, 3), confirms=False),
    Story(14, "twice", 8, from_time=time(13), to_time=time(18)),
    Story(15, "twice", -15, twist="paused", at=3),
    Story(16, "twice", -9, from_time=time(9), to_time=time(15), twist="deferred"),
    Story(18, "gated", -9, from_time=time(12), to_time=time(17), twist="undecided", at=3),
    Story(19, "gated", -15, from_time=time(9), to_time=time(12), twist="undecided", at=3),
    Story(22, "gated", -10, from_time=time(10), to_time=time(16), twist="undecided", at=3),
    Story(20, "gated", -13, from_time=time(8), to_time=time(11), twist="decided", at=3),
    Story(21, "open gate", -6, from_time=time(8), to_time=time(12), twist="undecided", at=3),
    Story(17, "alone", -4, from_time=time(11), to_time=time(17), twist="omitted"),
)
