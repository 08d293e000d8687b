"""Which of the visits that were hit is the most urgent: by the course's own rules, nothing else.

First whoever would breach a greatest distance soonest: a visit has to lie within so many days (or hours) of one before
it that stays where it is. Then whoever is early in the course, where fewer infusions carry what was begun. Then by
time.
Times are the clinic's wall times. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.planning.course import PlanGap

MIDNIGHT = time()
NEVER = datetime.fromisoformat("9999-12-31")


@dataclass(frozen=True)
class HitFacts:
    """One visit that was hit: when it stands, its gaps, where the steps before it stand that stay (by id), and how
    far its course is: `given` infusions of `infusions`, 0 of 0 for a visit by itself."""

    visit_id: int
    starts: datetime
    gaps: tuple[PlanGap, ...] = ()
    stays: Mapping[str, datetime] | None = None
    given: int = 0
    infusions: int = 0


@dataclass(frozen=True)
class Urgency:
    """How urgent one visit is. `breach_on`: the last day that keeps its distance; `days_left` from today to it."""

    visit_id: int
    breach_on: date | None
    days_left: int | None
    given: int
    infusions: int

    @property
    def sentence(self) -> str:
        """In words for the desk."""
        words = []
        if self.breach_on is not None and self.days_left is not None:
            left = "no day is left" if self.days_left < 0 else "today is the last day" if self.days_left == 0 else \
                "1 day is left" if self.days_left == 1 else f"{self.days_left} days are left"
            words.append(f"Has to be by {self.breach_on:%d %b}: {left}.")
        if self.infusions:
            words.append("Nothing given yet." if not self.given else f"{self.given} of {self.infusions} given.")
        return " ".join(words) or "No distance to keep."


def last_moment(facts: HitFacts) -> datetime | None:
    """The latest start that keeps every greatest distance to the steps that stay; None where nothing bounds it.

    Days are calendar dates, hours elapsed; a clock change in between may shift the hours by one, which ranks alike.
    """
    ends = []
    for gap in facts.gaps:
        before = (facts.stays or {}).get(gap.after)
        if before is None:
            continue
        if gap.max_days is not None:
            ends.append(datetime.combine(before.date() + timedelta(days=gap.max_days + 1), MIDNIGHT)
                        - timedelta(minutes=1))
        if gap.max_hours is not None:
            ends.append(before + timedelta(hours=gap.max_hours))
    return min(ends, default=None)


def ranked(hits: Iterable[HitFacts], today: date) -> tuple[Urgency, ...]:
    """Every hit visit, the most urgent first: by the day of breach, then the part of the course given, then time."""
    def key(facts: HitFacts) -> tuple:
        end = last_moment(facts)
        part = facts.given / facts.infusions if facts.infusions else 1.0
        return end is None, end or NEVER, part, facts.starts, facts.visit_id
    found = []
    for facts in sorted(hits, key=key):
        end = last_moment(facts)
        found.append(Urgency(facts.visit_id, end.date() if end else None, (end.date() - today).days if end else None,
                             facts.given, facts.infusions))
    return tuple(found)
