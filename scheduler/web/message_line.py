"""The messages around one visit, drawn on a line: before it on the left, after it on the right.

    {{ message_line(marks) }}          templates/macros/message_line.html

Hours near the visit get more room than days far from it, so that the day before does not become one spot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p

from scheduler.planning.reminder_rules import Moment, ReminderRule
from scheduler.planning.rule_words import moment_words, rule_name
from scheduler.planning.words import Channel, Timing

LEFT, RIGHT, APART = 10.0, 94.0, 7.0
"""Per cent of the width: where the line of days begins and ends, and how near two marks may stand in one row."""
ICONS = {Channel.EMAIL: "mail", Channel.TEXT: "keys", Channel.CALL: "phone"}


@dataclass(frozen=True)
class Mark:
    """One rule on the line, or the visit itself (`number` 0): where, in which row, and its words."""

    number: int
    x: float
    row: int
    words: str
    tone: str


def in_order(rules: Sequence[ReminderRule]) -> tuple[ReminderRule, ...]:
    """As a visit's time line meets them: what waits for an answer first, then by the moment."""
    return tuple(sorted(rules, key=lambda rule: (rule.moment.how != Timing.UNANSWERED, hours_of(rule.moment))))


def hours_of(moment: Moment) -> float:
    """About how many hours from the visit, before it negative; a wall time is weighed against a visit at nine."""
    if moment.how == Timing.HOURS:
        return moment.count
    at = 0 if moment.at is None else moment.at.hour + moment.at.minute / 60 - 9
    return 24 * moment.count + at


def marks_of(rules: Sequence[ReminderRule]) -> tuple[Mark, ...]:
    """A mark for every rule that is switched on, numbered as in the list, and one for the visit."""
    counted = [rule for rule in rules if rule.moment.how != Timing.UNANSWERED]
    far = max([1.0, *(_bent(-hours_of(rule.moment)) for rule in counted if hours_of(rule.moment) < 0)])
    late = max([0.4 * far, *(_bent(hours_of(rule.moment)) for rule in counted if hours_of(rule.moment) > 0)])
    visit_at = LEFT + (RIGHT - LEFT) * far / (far + late)
    found: list[Mark] = [Mark(0, visit_at, 0, "The visit", "visit")]
    for number, rule in enumerate(rules, 1):
        if not rule.active:
            continue
        hours = hours_of(rule.moment)
        share = (RIGHT - LEFT) / (far + late)
        x = LEFT - 6 if rule.moment.how == Timing.UNANSWERED else visit_at + share * (
            _bent(hours) if hours >= 0 else -_bent(-hours))
        row = next(row for row in range(9) if all(
            abs(mark.x - x) >= APART for mark in found if mark.row == row))
        tone = "task" if rule.is_task else str(rule.channels[0])
        found.append(Mark(number, round(x, 1), row, f"{rule_name(rule)}: {moment_words(rule.moment)}", tone))
    return tuple(found)


def _bent(hours: float) -> float:
    return log1p(hours / 8)
