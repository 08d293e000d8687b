"""Which rules of a course one visit would break at a hand-picked time, each named in a sentence.

Only what a person may decide about is here: distances, pairings, the order, what the patient wished. Hours and
occupancy are the calendar's to say, and nobody sets them aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from scheduler.planning.course import PlanGap
from scheduler.planning.scenario import Preference
from scheduler.planning.search.axis import Window
from scheduler.planning.walltime import DAY, elapsed_seconds, minute_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


FEW_DAYS = 100 * 3600
"""Beyond so many seconds a distance in hours is told in days."""


class Rule(StrEnum):
    """What kind of rule it is, and so who may set it aside."""

    GAP = "gap"
    PAIRING = "pairing"
    ORDER = "order"
    SAME = "same person"
    AWAY = "cannot come"
    WISH = "wish"


NEVER = frozenset({Rule.ORDER})
"""Nobody sets these aside: visits keep their order."""
PATIENTS_OWN = frozenset({Rule.WISH})
"""What only suits the patient: whoever speaks with the patient may set it aside, with a reason."""


@dataclass(frozen=True)
class BrokenRule:
    """One rule that would be broken. `step` and, for distances, the step `after` which it is counted."""

    rule: Rule
    step: str
    sentence: str
    after: str | None = None


@dataclass(frozen=True)
class Spaced:
    """A step as distances see it: its name in sentences, whether it is an infusion, and its gaps."""

    id: str
    label: str
    infusion: bool
    gaps: tuple[PlanGap, ...]


def broken_gaps(steps: Sequence[Spaced], starts: Mapping[str, datetime], step: str,
                timezone: str) -> tuple[BrokenRule, ...]:
    """The distances of one step, to those before and after it, that these starts (clinic wall time) do not keep."""
    by_id, zone = {one.id: one for one in steps}, ZoneInfo(timezone)
    return tuple(
        broken for one in steps for gap in one.gaps
        if step in (one.id, gap.after) and one.id in starts and gap.after in starts and gap.after in by_id
        for broken in _broken(one, by_id[gap.after], gap, starts, zone, step))


def without_broken(gaps: Sequence[PlanGap], step: str, broken: Sequence[BrokenRule]) -> tuple[PlanGap, ...]:
    """The gaps of a step, those that are set aside reduced to the order of the two visits."""
    free = {one.after for one in broken if one.step == step and one.rule in (Rule.GAP, Rule.PAIRING)}
    return tuple(PlanGap(gap.after) if gap.after in free else gap for gap in gaps)


def broken_wish(prefer: Preference, start: datetime, step: str, label: str) -> tuple[BrokenRule, ...]:
    """Whether a start lies outside the days and times that suit."""
    if prefer.suits(start):
        return ()
    return (BrokenRule(Rule.WISH, step, f"{label} would lie outside what suits the patient: {_suits(prefer)}."),)


def _broken(later: Spaced, earlier: Spaced, gap: PlanGap, starts: Mapping[str, datetime], zone: ZoneInfo,
            moved: str) -> Iterator[BrokenRule]:
    begin, end = minute_of(starts[earlier.id]), minute_of(starts[later.id])
    days, seconds = end // DAY - begin // DAY, elapsed_seconds(zone, end) - elapsed_seconds(zone, begin)
    rule = Rule.GAP if later.infusion == earlier.infusion else Rule.PAIRING
    if seconds < 0:
        first, second = (later, earlier) if moved == later.id else (earlier, later)
        word = "before" if moved == later.id else "after"
        yield BrokenRule(Rule.ORDER, later.id, f"{_upper(first.label)} would come {word} {second.label}: "
                         "the visits of a course keep their order.", earlier.id)
        return
    window = Window.of(gap)  # type: ignore[arg-type]
    if not window.low_days <= days <= window.high_days:
        yield _said(rule, later, earlier, _days(days), _range(gap.min_days, gap.max_days, "day"))
    elif not window.low_seconds <= seconds <= window.high_seconds:
        found = f"{_length(seconds / 3600)} after" if seconds < FEW_DAYS else _days(days)
        yield _said(rule, later, earlier, found, _range(gap.min_hours, gap.max_hours, "hour"))


def _said(rule: Rule, later: Spaced, earlier: Spaced, found: str, asked: str) -> BrokenRule:
    return BrokenRule(rule, later.id, f"{_upper(later.label)} would begin {found} {earlier.label}: "
                      f"the protocol asks for {asked}.", earlier.id)


def _range(low: float | None, high: float | None, unit: str) -> str:
    both = [one for one in (low, high) if one is not None]
    whole = unit == "day" or all(float(one).is_integer() for one in both)
    if len(both) == 2 and low != high:
        return f"{low:g} to {high:g} {unit}s" if whole else f"{_length(both[0])} to {_length(both[1])}"
    word = _many(both[0], unit) if whole else _length(both[0])
    return f"{'exactly' if len(both) == 2 else 'at most' if low is None else 'at least'} {word}"


def _days(days: int) -> str:
    return "on the same day as" if days == 0 else f"{_many(days, 'day')} after"


def _length(hours: float) -> str:
    whole, minutes = divmod(round(hours * 60), 60)
    return f"{whole} h {minutes:02} min" if minutes else _many(whole, "hour")


def _many(number: float, unit: str) -> str:
    return f"{number:g} {unit}{'' if number == 1 else 's'}"


def _suits(prefer: Preference) -> str:
    found = []
    if prefer.weekdays is not None:
        found.append(", ".join(WEEKDAYS[day] for day in sorted(prefer.weekdays)))
    if prefer.from_minute is not None:
        found.append(f"from {_clock(prefer.from_minute)}")
    if prefer.to_minute is not None:
        found.append(f"until {_clock(prefer.to_minute)}")
    return ", ".join(found)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]

