"""The messages of one series, or about one visit, by visit and kind: what goes out and when, and what does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.planning.lifecycle import LIVE_MESSAGE, OUTGOING
from scheduler.planning.words import MessageKind
from scheduler.queries.messages import STAYS, MessageRow

UNSENT = OUTGOING | STAYS
RHYTHM = (MessageKind.NO_ANSWER, MessageKind.WEEK_BEFORE, MessageKind.THREE_DAYS, MessageKind.ONE_DAY,
          MessageKind.PREPARATION, MessageKind.AFTER_VISIT)


@dataclass(frozen=True)
class SeriesMessages:
    """The live messages of one series, or of a single visit, by date."""

    all: tuple[MessageRow, ...]

    @property
    def kinds(self) -> tuple[MessageKind, ...]:
        """The kinds of message that single visits have, in the order in which they come."""
        found = {one.kind for one in self.all if one.appointment_id is not None}
        return tuple(sorted(found, key=lambda kind: (RHYTHM.index(kind) if kind in RHYTHM else -1, kind)))

    @property
    def about_all(self) -> tuple[MessageRow, ...]:
        """The messages about the whole series."""
        return tuple(one for one in self.all if one.appointment_id is None)

    def of(self, appointment_id: int, kind: MessageKind) -> tuple[MessageRow, ...]:
        """The messages of one kind about one visit."""
        return tuple(one for one in self.all if one.appointment_id == appointment_id and one.kind == kind)

    @property
    def going(self) -> tuple[MessageRow, ...]:
        """The messages that go out, or went."""
        return tuple(one for one in self.all if one.goes)

    @property
    def nothing_sent(self) -> bool:
        """Whether none has left the house, so that the booking can be taken back without a word."""
        return all(one.state in UNSENT for one in self.all)


def by_visit(messages: Iterable[MessageRow]) -> SeriesMessages:
    """Group what `scheduler.queries.messages` gives of a series or a visit; what has stepped aside is left out."""
    return SeriesMessages(tuple(one for one in messages if one.state in LIVE_MESSAGE))
