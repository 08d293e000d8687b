"""The course strip: what it says. One patient's course as one horizontal line of days.

    strip = CourseStrip("Course of K. M.", marks=(StripMark("infusion", "given", date(2027, 1, 4), number=1, …), …),
                        today=date(2027, 1, 7), closed={date(2027, 1, 18): "Holiday"})
    {{ course_strip(strip) }}          templates/macros/strip.html; geometry in `strip_layout`

Nothing here asks a database or a clock: whoever shows a course hands in its marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property

from scheduler.planning.lifecycle import AppointmentStatus as A
from scheduler.planning.lifecycle import Departure

KINDS = ("infusion", "therapy", "other")
STATUSES = ("proposed", "held", "booked", "arrived", "given", "cancelled", "missed")
GONE = ("cancelled", "missed")
OF_APPOINTMENT = {A.HELD: "held", A.BOOKED: "booked", A.ARRIVED: "arrived", A.IN_PROGRESS: "arrived",
                  A.FULFILLED: "given", A.CANCELLED: "cancelled", A.NO_SHOW: "missed"}

DEPARTED = {Departure.DEFERRED: "put off", Departure.OMITTED: "left out", Departure.CEASED: "broken off"}


def mark_status(status: A) -> str:
    """How an appointment's status is drawn."""
    return OF_APPOINTMENT[status]


@dataclass(frozen=True)
class StripMark:
    """One visit on the strip.

    `number` is the infusion number; a therapy session says in `hangs_from` to which infusion number it belongs.
    A step that was set aside on purpose is drawn by its status and named by its `departure`.
    `was_on` is where it stood before a change: a ghost is drawn there, and an arrow from it.
    An unknown kind or status is a ValueError.
    """

    kind: str
    status: str
    on: date
    label: str
    time: time | None = None
    number: int | None = None
    hangs_from: int | None = None
    href: str | None = None
    was_on: date | None = None
    departure: Departure | None = None
    said: str = ""
    """Its status in other words, where the strip is for a patient."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.status not in STATUSES:
            raise ValueError(f"a mark is one of {KINDS} and {STATUSES}, not {self.kind!r} and {self.status!r}")

    @property
    def live(self) -> bool:
        """Whether it took place or is still to come."""
        return self.status not in GONE

    @property
    def word(self) -> str:
        """Its status as a word; a therapy session is held, not given, and a held time is kept for the patient."""
        if self.said:
            return self.said
        if self.departure is not None:
            return DEPARTED[self.departure]
        if self.status == "given" and self.kind != "infusion":
            return "done"
        return "held for now" if self.status == "held" else self.status

    @property
    def order(self) -> tuple[date, time, int]:
        """The order in which people read the visits of a course."""
        return self.on, self.time or time.min, self.number or 0


@dataclass(frozen=True)
class StripWindow:
    """Days between which a visit may be, both inclusive: a thin bracket above (infusion) or below (therapy)."""

    first: date
    last: date
    label: str
    kind: str = "infusion"


@dataclass(frozen=True)
class StripGap:
    """The days between two infusions that follow one another, those that fell out left aside."""

    since: StripMark
    mark: StripMark

    @property
    def days(self) -> int:
        """Calendar days from one to the next."""
        return (self.mark.on - self.since.on).days


@dataclass(frozen=True)
class CourseStrip:
    """Everything one strip shows. `closed` gives closures their reason; `first_weekday` 0 is Monday."""

    title: str
    marks: tuple[StripMark, ...]
    windows: tuple[StripWindow, ...] = ()
    today: date | None = None
    closed: Mapping[date, str] = field(default_factory=dict)
    first_weekday: int = 0

    @cached_property
    def in_order(self) -> tuple[StripMark, ...]:
        """The marks as the table lists them."""
        return tuple(sorted(self.marks, key=lambda mark: mark.order))

    @cached_property
    def gaps(self) -> tuple[StripGap, ...]:
        """The gaps between the infusions that stand."""
        infusions = [mark for mark in self.in_order if mark.kind == "infusion" and mark.live]
        return tuple(StripGap(before, after) for before, after in zip(infusions, infusions[1:], strict=False))

    def gap_before(self, mark: StripMark) -> StripGap | None:
        """The gap that ends at a mark; None for the first infusion and everything else."""
        return next((gap for gap in self.gaps if gap.mark is mark), None)

    @property
    def described(self) -> str:
        """The strip in a sentence, for those who do not see it."""
        live = [mark for mark in self.marks if mark.live]
        infusions = sum(mark.kind == "infusion" for mark in live)
        given = sum(mark.kind == "infusion" and mark.status == "given" for mark in live)
        therapy = sum(mark.kind == "therapy" for mark in live)
        words = [f"{infusions} infusion{'' if infusions == 1 else 's'}, {given} of them given"]
        words += [f"{therapy} therapy session{'' if therapy == 1 else 's'}"] if therapy else []
        gone = len(self.marks) - len(live)
        words += [f"{gone} cancelled or missed"] if gone else []
        return "; ".join(words) + "."
