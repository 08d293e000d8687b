"""Which messages a visit owes, when, by what channel and on what evidence, as data that a clinic may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from scheduler.planning.protocols import Grade
from scheduler.planning.words import Channel, MessageKind, VisitKind

STEINER = (
    "Steiner et al. Am J Manag Care 2018;24:377-384 (randomised, n=54,066): 4.4 % missed with reminders three days and "
    "one day ahead, 5.8 % with three days alone, 5.3 % with one day alone. https://pubmed.ncbi.nlm.nih.gov/30130032/"
)
POLICY = "Product policy; no published source was found. The clinic may change it."


@dataclass(frozen=True)
class ReminderRule:
    """One owed message: on the day `days` from the visit's, at the wall time `at` (None: the visit's own).

    `useful_until` is counted from the visit's start; after it the message is not sent any more. An `instruction` that
    falls into quiet hours goes out earlier, everything else later. Rules of one `group` that meet on a day are merged.
    """

    id: str
    kind: MessageKind
    channels: tuple[Channel, ...]
    visits: tuple[VisitKind, ...]
    days: int
    useful_until: timedelta
    group: str
    grade: Grade
    evidence: str
    at: time | None = None
    instruction: bool = False


TALKS = (VisitKind.INFUSION, VisitKind.THERAPY, VisitKind.CONSULTATION)

THREE_DAYS = ReminderRule(
    id="three-days", kind=MessageKind.THREE_DAYS, channels=(Channel.EMAIL, Channel.TEXT), visits=TALKS, days=-3,
    useful_until=timedelta(hours=-36), group="coming", grade=Grade.SEEN, evidence=STEINER,
)  # fmt: skip
ONE_DAY = ReminderRule(
    id="one-day", kind=MessageKind.ONE_DAY, channels=(Channel.TEXT, Channel.EMAIL), visits=TALKS, days=-1,
    useful_until=timedelta(hours=-2), group="coming", grade=Grade.SEEN, evidence=STEINER,
)  # fmt: skip
PREPARATION = ReminderRule(
    id="preparation", kind=MessageKind.PREPARATION, channels=(Channel.EMAIL, Channel.TEXT),
    visits=(VisitKind.INFUSION,), days=-1, at=time(18),
    useful_until=timedelta(hours=-8), group="preparation", grade=Grade.POLICY, instruction=True,
    evidence=f"{POLICY} The evening, because the hours of fasting before a morning visit lie in quiet hours.",
)  # fmt: skip
AFTER_VISIT = ReminderRule(
    id="after-visit", kind=MessageKind.AFTER_VISIT, channels=(Channel.EMAIL, Channel.TEXT),
    visits=(VisitKind.INFUSION,), days=1,
    useful_until=timedelta(hours=72), group="after", grade=Grade.POLICY, evidence=POLICY,
)  # fmt: skip

DEFAULT_RULES = (THREE_DAYS, ONE_DAY, PREPARATION, AFTER_VISIT)
"""Texts only one day ahead: two texts for each of three visits a week would break three texts a week (derived).

Fasting hours: eight is the longest of the published sets (fried food), so after that an instruction comes too late.
"""

NEWS = (MessageKind.CONFIRMATION, MessageKind.CHANGE, MessageKind.CANCELLATION)
"""Messages that go out at once when something was booked, moved or cancelled (policy)."""


@dataclass(frozen=True)
class Caps:
    """How many texts a patient gets at most: in a calendar day, and in any seven days (47 CFR 64.1200(a)(9)(iv), S)."""

    a_day: int = 1
    a_week: int = 3


def has_room(day: date, texts_on: Sequence[date], caps: Caps) -> bool:
    """Whether one more text on `day` keeps both caps beside those on `texts_on` (every seven days that hold `day`)."""
    if texts_on.count(day) >= caps.a_day:
        return False
    starts = (day - timedelta(days=back) for back in range(7))
    return all(sum(0 <= (text - start).days < 7 for text in texts_on) < caps.a_week for start in starts)
