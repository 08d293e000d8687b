"""What a patient is owed for visits just booked, moved or cancelled: every message with its date, or why not.

Order of thought: the rule's moment on the patient's clock; a moment already past is stale; quiet hours shift
(instructions earlier, the rest later); neighbours of one day are merged; texts keep the caps. Nothing is dropped
without a sentence.
Consent and addresses are looked at again when a message is sent (`scheduler.planning.send_decisions`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.planning.lifecycle import MessageState
from scheduler.planning.protocols import Grade
from scheduler.planning.reminder_rules import DEFAULT_RULES, NEWS, POLICY, Caps, ReminderRule, has_room
from scheduler.planning.send_decisions import BY_LETTER
from scheduler.planning.sending_hours import SendingHours
from scheduler.planning.words import Channel, Condition, MessageKind, VisitKind

STANDING = frozenset({MessageState.PLANNED, MessageState.SHIFTED})
URGENCY = (*NEWS, MessageKind.ONE_DAY, MessageKind.PREPARATION, MessageKind.THREE_DAYS, MessageKind.NO_ANSWER,
           MessageKind.WEEK_BEFORE, MessageKind.AFTER_VISIT)
TOLD_JUST_NOW = timedelta(hours=1)


@dataclass(frozen=True)
class VisitFacts:
    """A visit as rules see it; `starts_at` is an aware instant. `first`: it is the first infusion of its course."""

    key: int
    kind: VisitKind
    starts_at: datetime
    first: bool = False
    confirmed: bool = False
    told_at: datetime | None = None
    """When the patient was told of it; None: now."""


@dataclass(frozen=True)
class Recipient:
    """Whom it goes to: when, by which channels (an address, a consent and a way out exist), and texts due already."""

    hours: SendingHours
    channels: tuple[Channel, ...]
    prefers_call: bool = False
    caps: Caps | None = Caps()
    texts: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class OwedMessage:
    """One owed message. `visit` None is about all visits of the booking; `merged_into` names the message that says it.

    `state` is planned, shifted, merged or skipped; `reason` is a sentence wherever it is not simply planned. Whoever
    takes away a message that others were merged into (its visit was cancelled) plans those anew.
    """

    kind: MessageKind
    channel: Channel
    due_at: datetime
    expires_at: datetime
    visit: int | None
    rule: str
    grade: Grade
    why: str
    state: MessageState = MessageState.PLANNED
    reason: str = ""
    merged_into: tuple[str, int | None] | None = None
    group: str = ""
    channels: tuple[Channel, ...] = ()
    instruction: bool = False
    condition: Condition = Condition.ALWAYS


def owed(visits: Sequence[VisitFacts], recipient: Recipient, now: datetime,
         news: MessageKind | None = MessageKind.CONFIRMATION,
         rules: Sequence[ReminderRule] = DEFAULT_RULES,
         settled: Container[tuple[str, int]] = ()) -> tuple[OwedMessage, ...]:  # fmt: skip
    """Everything owed for these visits of one patient, by date; `news` None owes the reminders alone.

    `now` is the aware instant of the booking. A cancellation owes no reminders. What is `settled` (rule and visit) has
    gone out or is on its way, and is not owed again.
    """
    found = [_draft(rule, visit, recipient, now) for rule in rules for visit in visits
             if concerns(rule, visit) and (rule.id, visit.key) not in settled]
    if news == MessageKind.CANCELLATION:
        found = []
    if news is not None and visits:
        found.append(_news(news, visits, now))
    found = [_shifted(_by_channel(message, recipient), recipient, now) for message in found]
    found = _capped(_merged(found, recipient, Channel.TEXT), recipient, {(one.rule, one.visit): one for one in found})
    found = _merged(found, recipient, Channel.EMAIL)
    return tuple(sorted(found, key=_order))


def concerns(rule: ReminderRule, visit: VisitFacts) -> bool:
    """Whether a rule owes this visit a message; what is left to a person is no message."""
    if not rule.active or rule.is_task or visit.kind not in rule.visits:
        return False
    if rule.condition == Condition.FIRST:
        return visit.first
    return not (rule.condition == Condition.UNCONFIRMED and visit.confirmed)


def _draft(rule: ReminderRule, visit: VisitFacts, recipient: Recipient, now: datetime) -> OwedMessage:
    due = rule.moment.due(visit.starts_at, visit.told_at or now, recipient.hours)
    draft = OwedMessage(
        rule.kind, rule.channels[0], due, visit.starts_at + rule.useful_until, visit.key, rule.id, rule.grade,
        rule.evidence, group=rule.group, channels=rule.channels, instruction=rule.instruction,
        condition=rule.condition,
    )  # fmt: skip
    if due >= draft.expires_at:
        return _skipped(draft, "The visit was booked too late for this message to be of use.")
    if due >= now:
        return draft
    if now >= draft.expires_at:
        return _skipped(draft, "The visit was booked too late for this message to be of use.")
    if rule.instruction:
        return replace(draft, due_at=now)
    return _skipped(draft, "The visit was booked after the day of this reminder; the confirmation says when it is.")


def _news(news: MessageKind, visits: Sequence[VisitFacts], now: datetime) -> OwedMessage:
    visit = visits[0].key if len(visits) == 1 else None
    last = max(visit.starts_at for visit in visits)
    return OwedMessage(
        news, Channel.EMAIL, now, max(last, now + timedelta(days=1)), visit, str(news), Grade.POLICY, POLICY,
        group="news", channels=(Channel.EMAIL, Channel.TEXT),
    )  # fmt: skip


def _by_channel(message: OwedMessage, recipient: Recipient) -> OwedMessage:
    if message.state not in STANDING:
        return message
    if recipient.prefers_call:
        return _skipped(message, "The patient asked to be telephoned instead.")
    reached = [channel for channel in message.channels if channel in recipient.channels]
    if reached:
        return replace(message, channel=reached[0])
    return replace(message, reason="The patient cannot be reached this way yet: no address or no consent is on file.")


def _shifted(message: OwedMessage, recipient: Recipient, now: datetime) -> OwedMessage:
    hours = recipient.hours
    if message.state not in STANDING or hours.allows(message.due_at):
        return message
    earlier = hours.last_open(message.due_at) if message.instruction else None
    if earlier is not None and earlier >= now:
        return _moved(message, earlier, "Sent earlier, because its own hour is in the patient's quiet hours.")
    later = hours.next_open(message.due_at)
    if later is None or later >= message.expires_at:
        return _skipped(message, "The patient's quiet hours leave no moment at which this message is still of use.")
    return _moved(message, later, "Sent later, because its own hour is in the patient's quiet hours.")


def _merged(messages: Iterable[OwedMessage], recipient: Recipient, channel: Channel) -> list[OwedMessage]:
    kept: list[OwedMessage] = []
    for message in sorted(messages, key=_urgency):
        keeper = next((k for k in kept if message.channel == channel and _joins(message, k, recipient)), None)
        if keeper is not None:
            day = f"{recipient.hours.local_date(keeper.due_at):%A}"
            reason = f"Said together with the message “{keeper.kind}” of the same {day}."
            message = replace(
                message, state=MessageState.MERGED, reason=reason, merged_into=(keeper.rule, keeper.visit)
            )
        kept.append(message)
    return kept


def _joins(message: OwedMessage, keeper: OwedMessage, recipient: Recipient) -> bool:
    """Whether `keeper` goes to the same place on the same day and may say what `message` would say."""
    if not {message.state, keeper.state} <= STANDING or message.channel != keeper.channel:
        return False
    if recipient.hours.local_date(message.due_at) != recipient.hours.local_date(keeper.due_at):
        return False
    if message.group == keeper.group or message.channel == Channel.TEXT:
        return True
    just_told = keeper.group == "news" and abs(message.due_at - keeper.due_at) <= TOLD_JUST_NOW
    return just_told or (keeper.group == "news" and message.group == "coming")


def _capped(messages: Iterable[OwedMessage], recipient: Recipient,
            apart: Mapping[tuple[str, int | None], OwedMessage]) -> list[OwedMessage]:
    """The most urgent texts keep the caps; the others become letters where there is an address, or are skipped.

    What was to be said by one that is skipped stands by itself again, as it was `apart`.
    """
    days = [recipient.hours.local_date(text) for text in recipient.texts]
    done: list[OwedMessage] = []
    skipped: set[tuple[str, int | None]] = set()
    for message in sorted(messages, key=_urgency):
        if message.merged_into in skipped:
            message = apart[message.rule, message.visit]
        if message.channel == Channel.TEXT and message.state in STANDING and recipient.caps is not None:
            today = recipient.hours.local_date(message.due_at)
            if has_room(today, days, recipient.caps):
                days.append(today)
            elif Channel.EMAIL in message.channels and Channel.EMAIL in recipient.channels:
                message = replace(message, channel=Channel.EMAIL, reason=BY_LETTER)
            else:
                message = _skipped(message, "The cap on texts is reached.")
                skipped.add((message.rule, message.visit))
        done.append(message)
    return done


def _skipped(message: OwedMessage, reason: str) -> OwedMessage:
    return replace(message, state=MessageState.SKIPPED, reason=reason)


def _moved(message: OwedMessage, due_at: datetime, reason: str) -> OwedMessage:
    reason = f"{message.reason} {reason}".strip()
    return replace(message, state=MessageState.SHIFTED, due_at=due_at, reason=reason)


def _urgency(message: OwedMessage) -> tuple[int, datetime, int]:
    return URGENCY.index(message.kind), message.due_at, message.visit or 0


def _order(message: OwedMessage) -> tuple[datetime, int, int]:
    return message.due_at, URGENCY.index(message.kind), message.visit or 0
