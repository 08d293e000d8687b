"""Which messages a visit owes, when, by what channel and on what evidence: the shipped rules, as data.

A clinic may change each of them (`scheduler.planning.rule_documents`); what it changed is its own policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.planning.protocols import Grade
from scheduler.planning.sending_hours import SendingHours
from scheduler.planning.words import Channel, Condition, MessageKind, Timing, VisitKind

STEINER = (
    "Steiner et al. Am J Manag Care 2018;24:377-384 (randomised, n=54,066): 4.4 % missed with reminders three days and "
    "one day ahead, 5.8 % with three days alone, 5.3 % with one day alone. https://pubmed.ncbi.nlm.nih.gov/30130032/"
)
POLICY = "Product policy; no published source was found. The clinic may change it."


@dataclass(frozen=True)
class Moment:
    """When a message is due: `count` days or hours from the visit (before it negative), or days without an answer.

    `at` is a wall time on the patient's clock; None is the visit's own. It means nothing where hours are counted.
    """

    how: Timing
    count: int
    at: time | None = None

    def due(self, starts_at: datetime, told_at: datetime, hours: SendingHours) -> datetime:
        """The instant (UTC); `told_at` is when the patient was told of the visit, all aware."""
        if self.how == Timing.HOURS:
            return starts_at + timedelta(hours=self.count)
        counted_from = told_at if self.how == Timing.UNANSWERED else starts_at
        day = hours.local_date(counted_from) + timedelta(days=self.count)
        return hours.at(day, self.at or starts_at.astimezone(hours.zone).time())


@dataclass(frozen=True)
class ReminderRule:
    """One owed message, and the channels to try in their order; CALL alone is a task for the desk, not a message.

    `useful_until` is counted from the visit's start; after it the message is not sent any more. An `instruction` that
    falls into quiet hours goes out earlier, everything else later. Rules of one `group` that meet on a day are merged.
    """

    id: str
    kind: MessageKind
    moment: Moment
    channels: tuple[Channel, ...]
    visits: tuple[VisitKind, ...]
    useful_until: timedelta
    group: str
    grade: Grade
    evidence: str
    condition: Condition = Condition.ALWAYS
    instruction: bool = False
    active: bool = True
    name: str = ""
    """What the clinic calls a rule of its own; the shipped ones are called by their kind."""

    @property
    def is_task(self) -> bool:
        """Whether a person does it."""
        return self.channels == (Channel.CALL,)


TALKS = (VisitKind.INFUSION, VisitKind.THERAPY, VisitKind.CONSULTATION)
MAIL_FIRST, TEXT_FIRST = (Channel.EMAIL, Channel.TEXT), (Channel.TEXT, Channel.EMAIL)

WEEK_BEFORE = ReminderRule(
    id="week-before", kind=MessageKind.WEEK_BEFORE, moment=Moment(Timing.DAYS, -7), channels=MAIL_FIRST, visits=TALKS,
    useful_until=timedelta(days=-4), group="coming", grade=Grade.POLICY, active=False,
    evidence=f"{POLICY} No trial of a message seven days ahead was found.",
)  # fmt: skip
THREE_DAYS = ReminderRule(
    id="three-days", kind=MessageKind.THREE_DAYS, moment=Moment(Timing.DAYS, -3), channels=MAIL_FIRST, visits=TALKS,
    useful_until=timedelta(hours=-36), group="coming", grade=Grade.SEEN, evidence=STEINER,
)  # fmt: skip
ONE_DAY = ReminderRule(
    id="one-day", kind=MessageKind.ONE_DAY, moment=Moment(Timing.DAYS, -1), channels=TEXT_FIRST, visits=TALKS,
    useful_until=timedelta(hours=-2), group="coming", grade=Grade.SEEN, evidence=STEINER,
)  # fmt: skip
PREPARATION = ReminderRule(
    id="preparation", kind=MessageKind.PREPARATION, moment=Moment(Timing.DAYS, -1, time(18)), channels=MAIL_FIRST,
    visits=(VisitKind.INFUSION,), useful_until=timedelta(hours=-8), group="preparation", grade=Grade.POLICY,
    instruction=True,
    evidence=f"{POLICY} The evening, because the hours of fasting before a morning visit lie in quiet hours.",
)  # fmt: skip
AFTER_VISIT = ReminderRule(
    id="after-visit", kind=MessageKind.AFTER_VISIT, moment=Moment(Timing.DAYS, 1), channels=MAIL_FIRST,
    visits=(VisitKind.INFUSION,), useful_until=timedelta(hours=72), group="after", grade=Grade.POLICY, evidence=POLICY,
)  # fmt: skip
NO_ANSWER = ReminderRule(
    id="no-answer", kind=MessageKind.NO_ANSWER, moment=Moment(Timing.UNANSWERED, 7), channels=MAIL_FIRST,
    visits=TALKS, useful_until=timedelta(days=-4), group="coming", grade=Grade.POLICY, active=False,
    condition=Condition.UNCONFIRMED, evidence=POLICY,
)  # fmt: skip
UNCONFIRMED = ReminderRule(
    id="unconfirmed", kind=MessageKind.NO_ANSWER, moment=Moment(Timing.HOURS, -20), channels=(Channel.CALL,),
    visits=TALKS, useful_until=timedelta(0), group="task", grade=Grade.POLICY, condition=Condition.UNCONFIRMED,
    evidence=f"{POLICY} A person telephones; nothing is sent.",
)  # fmt: skip

DEFAULT_RULES = (WEEK_BEFORE, NO_ANSWER, THREE_DAYS, ONE_DAY, PREPARATION, UNCONFIRMED, AFTER_VISIT)
"""Texts only one day ahead: two texts for each of three visits a week would break three texts a week (derived).

Fasting hours: eight is the longest of the published sets (fried food), so after that an instruction comes too late.
"""

NEWS = (MessageKind.CONFIRMATION, MessageKind.CHANGE, MessageKind.CANCELLATION)
"""Messages that go out at once when something was booked, moved or cancelled (policy)."""


@dataclass(frozen=True)
class Caps:
    """How many texts a patient gets at most: in a calendar day, and in any seven days (47 CFR 64.1200(a)(9)(iv), S).

    `agreed`: the patient has expressly agreed to more than that, on record, and these are the clinic's own numbers.
    """

    a_day: int = 1
    a_week: int = 3
    agreed: bool = False

    @property
    def sentence(self) -> str:
        """The rule under which a text goes out, to be written down with it."""
        basis = "the patient's recorded consent to more texts" if self.agreed else "the healthcare exemption"
        return f"Within {self.a_day} text{'' if self.a_day == 1 else 's'} a day and {self.a_week} a week, by {basis}."


def has_room(day: date, texts_on: Sequence[date], caps: Caps) -> bool:
    """Whether one more text on `day` keeps both caps beside those on `texts_on` (every seven days that hold `day`)."""
    if texts_on.count(day) >= caps.a_day:
        return False
    starts = (day - timedelta(days=back) for back in range(7))
    return all(sum(0 <= (text - start).days < 7 for text in texts_on) < caps.a_week for start in starts)
