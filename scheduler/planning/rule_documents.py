"""A rule of sending as a document: what a clinic may change of it, or add, written, read and checked.

A shipped rule's document says what differs from it; a clinic's own rule is made of the shipped one of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any

from scheduler.planning.protocols import Grade
from scheduler.planning.reminder_rules import DEFAULT_RULES, POLICY, Moment, ReminderRule
from scheduler.planning.words import Channel, Condition, MessageKind, Timing, VisitKind

SHIPPED: Mapping[str, ReminderRule] = {rule.id: rule for rule in DEFAULT_RULES}
OWN_POLICY = "The clinic's own policy: it changed when this message goes out, and the evidence was for another time."
MOST_DAYS, MOST_HOURS = 60, 240
OWN, LONGEST_NAME, MOST_OWN = "own-", 60, 12
OWN_RULE = "The clinic's own rule; no published source stands behind it."
MODELS: Mapping[MessageKind, ReminderRule] = {rule.kind: rule for rule in DEFAULT_RULES if not rule.is_task}
"""What a rule of a clinic's own can send: everything around a visit that the house has words for."""
SAYS_WHEN = {MessageKind.WEEK_BEFORE: (4, 13, "next week"), MessageKind.THREE_DAYS: (1, 13, "in a few days")}
"""Letters whose words say about when the visit is: how many days before it they are true."""
BEFORE = frozenset({MessageKind.WEEK_BEFORE, MessageKind.THREE_DAYS, MessageKind.ONE_DAY, MessageKind.PREPARATION,
                    MessageKind.NO_ANSWER})


@dataclass(frozen=True)
class WrongRule:
    """What is wrong with a rule, and at which of its fields."""

    field: str
    sentence: str


def to_document(rule: ReminderRule) -> dict[str, Any]:
    """What may be changed of a rule, as plain values."""
    own = {"kind": str(rule.kind), "name": rule.name} if is_own(rule.id) else {}
    return own | {
        "how": str(rule.moment.how), "count": rule.moment.count,
        "at": None if rule.moment.at is None else f"{rule.moment.at:%H:%M}",
        "channels": [str(channel) for channel in rule.channels], "visits": [str(kind) for kind in rule.visits],
        "condition": str(rule.condition), "useful_hours": int(rule.useful_until / timedelta(hours=1)),
        "active": rule.active,
    }


def is_own(rule_id: str) -> bool:
    """Whether a clinic added the rule by itself."""
    return rule_id.startswith(OWN)


def from_document(rule_id: str, document: Mapping[str, Any] | None) -> ReminderRule:
    """The shipped rule with what the clinic changed; its evidence counts only for the moment it was found for.

    A rule of the clinic's own has a document, or there is none.
    """
    if is_own(rule_id):
        assert document is not None
        model = MODELS[MessageKind(document["kind"])]
        return replace(_changed(model, document), id=rule_id, name=document["name"], grade=Grade.POLICY,
                       evidence=OWN_RULE)
    shipped = SHIPPED[rule_id]
    return shipped if document is None else _changed(shipped, document)


def _changed(shipped: ReminderRule, document: Mapping[str, Any]) -> ReminderRule:
    at = time.fromisoformat(document["at"]) if document["at"] else None
    moment = Moment(Timing(document["how"]), document["count"], at)
    as_shipped = moment == shipped.moment
    return replace(
        shipped, moment=moment, channels=tuple(map(Channel, document["channels"])),
        visits=tuple(map(VisitKind, document["visits"])), condition=Condition(document["condition"]),
        useful_until=timedelta(hours=document["useful_hours"]), active=document["active"],
        grade=shipped.grade if as_shipped else Grade.POLICY,
        evidence=shipped.evidence if as_shipped or shipped.evidence.startswith(POLICY) else OWN_POLICY)


def wrong_in(rule: ReminderRule) -> Iterator[WrongRule]:
    """Everything that keeps a rule from being one, each with a sentence; nothing where it may stand."""
    moment = rule.moment
    hours = moment.how == Timing.HOURS
    most = MOST_HOURS if hours else MOST_DAYS
    if abs(moment.count) > most:
        yield WrongRule("count", f"At most {most} {'hours' if hours else 'days'}.")
    if rule.kind in BEFORE and moment.how != Timing.UNANSWERED and moment.count > 0:
        yield WrongRule("count", "This message is for the time before the visit.")
    if rule.kind == MessageKind.AFTER_VISIT and (moment.how == Timing.UNANSWERED or moment.count < 0):
        yield WrongRule("count", "This message is for the time after the visit.")
    if moment.how == Timing.UNANSWERED and moment.count < 1:
        yield WrongRule("count", "Wait for an answer for one day at least.")
    if moment.how == Timing.UNANSWERED and rule.condition != Condition.UNCONFIRMED:
        yield WrongRule("condition", "Days without an answer are counted for unconfirmed visits: choose that.")
    if not rule.visits:
        yield WrongRule("visits", "Choose at least one kind of visit.")
    if rule.condition == Condition.FIRST and rule.visits != (VisitKind.INFUSION,):
        yield WrongRule("visits", "The first infusion is an infusion: choose infusions alone.")
    if not rule.is_task and Channel.CALL in rule.channels:
        yield WrongRule("channels", "A telephone call is the desk's own task, not a message's channel.")
    if not rule.channels or len(set(rule.channels)) != len(rule.channels):
        yield WrongRule("channels", "Choose a channel, and each one once.")
    yield from _wrong_deadline(rule)
    if is_own(rule.id):
        yield from _wrong_own(rule)


def _wrong_own(rule: ReminderRule) -> Iterator[WrongRule]:
    if not rule.name.strip() or len(rule.name) > LONGEST_NAME:
        yield WrongRule("name", f"Give it a name of at most {LONGEST_NAME} characters, so that your staff know it.")
    if rule.is_task:
        yield WrongRule("channels", "A telephone call is the desk's own task, not a message's channel.")
    least, most, words = SAYS_WHEN.get(rule.kind, (0, MOST_DAYS, ""))
    days = abs(rule.moment.count) / (24 if rule.moment.how == Timing.HOURS else 1)
    if words and not least <= days <= most:
        yield WrongRule("count", f"This letter says “{words}”, so it goes out {least} to {most} days before the visit. "
                                 "Choose another letter for another day.")


def _wrong_deadline(rule: ReminderRule) -> Iterator[WrongRule]:
    if rule.is_task:
        return
    before = rule.kind in BEFORE
    if before != (rule.useful_until <= timedelta(0)):
        side = "before" if before else "after"
        yield WrongRule("useful_hours", f"The last moment lies {side} the visit.")
    elif rule.moment.how != Timing.UNANSWERED and _counted(rule) >= rule.useful_until:
        yield WrongRule("useful_hours", "The last moment lies before the message is due, so it would never go out.")


def _counted(rule: ReminderRule) -> timedelta:
    """The earliest that the moment can lie from the visit; a wall time may bring it up to a day nearer or further."""
    if rule.moment.how == Timing.HOURS:
        return timedelta(hours=rule.moment.count)
    return timedelta(days=rule.moment.count - (rule.moment.at is not None))
