"""A rule of sending in words, for the staff."""

from __future__ import annotations

from datetime import time

from scheduler.planning.reminder_rules import Moment, ReminderRule
from scheduler.planning.words import Channel, Condition, MessageKind, Timing, VisitKind

NAMES = {
    MessageKind.CONFIRMATION: "Confirmation", MessageKind.CHANGE: "New time", MessageKind.CANCELLATION: "Cancellation",
    MessageKind.PREPARATION: "Getting ready", MessageKind.THREE_DAYS: "Three days before",
    MessageKind.ONE_DAY: "One day before", MessageKind.AFTER_VISIT: "After the visit",
    MessageKind.OFFER: "Offer of a time", MessageKind.NEW_TIMES: "New times offered",
    MessageKind.WEEK_BEFORE: "A week before", MessageKind.NO_ANSWER: "No answer yet",
    MessageKind.NEW_LINK: "New link",
}
TASK = "Call whoever has not answered"
CHANNELS = {Channel.EMAIL: "letter", Channel.TEXT: "text", Channel.CALL: "a telephone call"}
VISITS = {VisitKind.INFUSION: "infusions", VisitKind.THERAPY: "therapy", VisitKind.CONSULTATION: "consultations",
          VisitKind.OTHER: "other visits"}
CONDITIONS = {
    Condition.ALWAYS: "", Condition.FIRST: "only the first infusion of a course",
    Condition.UNCONFIRMED: "only while the visit is unconfirmed",
}


def rule_name(rule: ReminderRule) -> str:
    """What the pages call a rule."""
    return rule.name or (TASK if rule.is_task else NAMES[rule.kind])


def moment_words(moment: Moment) -> str:
    """`3 days before, at the visit's own hour`, `the day before, at 6:00 PM`, `20 hours before`."""
    if moment.how == Timing.HOURS:
        return f"{_count(abs(moment.count), 'hour')} {_side(moment.count)}"
    at = f"at {_clock(moment.at)}" if moment.at else "at the visit's own hour"
    if moment.how == Timing.UNANSWERED:
        return f"{_count(moment.count, 'day')} without an answer, {at}"
    if moment.count == 0:
        return f"on the day of the visit, {at}"
    day = ("the day " if abs(moment.count) == 1 else f"{abs(moment.count)} days ") + _side(moment.count)
    return f"{day}, {at}"


def rule_words(rule: ReminderRule) -> str:
    """The whole rule in a sentence: when, by what, for which visits, on what condition."""
    how = "the desk telephones" if rule.is_task else "by " + ", else by ".join(CHANNELS[one] for one in rule.channels)
    visits = _listed([VISITS[kind] for kind in rule.visits])
    words = [moment_words(rule.moment), how, f"for {visits}", CONDITIONS[rule.condition]]
    sentence = "; ".join(word for word in words if word)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _clock(at: time) -> str:
    return f"{(at.hour - 1) % 12 + 1}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _side(count: int) -> str:
    return "before" if count < 0 else "after"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
