"""When a message may reach a patient: by the patient's clock, within hours that every rule allows.

8:00 to 20:00 is the narrowest of the federal (8 to 21), Maryland (8 to 20) and Virginia (8 to 21) hours. They are
written for solicitations (47 CFR 64.1200 and state law, S and S2) and kept here as policy (P). A clinic and a patient
can narrow them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST = time(8)
LAST = time(20)
DAY = 24 * 60
SLACK = timedelta(minutes=30)
"""What is shifted earlier goes out this long before the hours end, so that a clock that is a little late still may."""


@dataclass(frozen=True)
class SendingHours:
    """The clinic's hours (narrowed to 8:00-20:00) without the patient's own quiet hours, on the wall clock of `zone`.

    `closes` 00:00 means midnight's end. Quiet hours may run over midnight; equal ends mean none.
    """

    zone: ZoneInfo
    opens: time = FIRST
    closes: time = LAST
    quiet_from: time | None = None
    quiet_until: time | None = None

    def allows(self, instant: datetime) -> bool:
        """Whether a message may arrive at this aware instant."""
        return any(start <= instant < end for start, end in self._spans(self.local_date(instant)))

    def next_open(self, instant: datetime) -> datetime | None:
        """The first allowed instant from `instant` on, in UTC; None where the quiet hours leave none."""
        for days in range(3):
            for start, end in self._spans(self.local_date(instant) + timedelta(days=days)):
                if instant < end:
                    return max(start, instant.astimezone(UTC))
        return None

    def last_open(self, instant: datetime) -> datetime | None:
        """The last allowed instant before a forbidden one, with some slack before the hours end; None as above."""
        for days in range(3):
            for start, end in reversed(list(self._spans(self.local_date(instant) - timedelta(days=days)))):
                if start <= instant:
                    return max(start, min(instant.astimezone(UTC), end - SLACK))
        return None

    def local_date(self, instant: datetime) -> date:
        """The patient's calendar date at this instant."""
        return instant.astimezone(self.zone).date()

    def at(self, day: date, wall: time) -> datetime:
        """The instant (UTC) of a wall time; one that occurs twice means the first, a skipped one the offset before."""
        return datetime.combine(day, wall.replace(fold=0), tzinfo=self.zone).astimezone(UTC)

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        opens = max(_minute(self.opens), _minute(FIRST))
        closes = min(_minute(self.closes) or DAY, _minute(LAST))
        for start, end in self._loud():
            low, high = max(opens, start), min(closes, end)
            if low < high:
                yield self.at(day, time(low // 60, low % 60)), self.at(day, time(high // 60, high % 60))

    def _loud(self) -> list[tuple[int, int]]:
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return [(0, DAY)]
        since, until = _minute(self.quiet_from), _minute(self.quiet_until)
        return [(0, since), (until, DAY)] if since < until else [(until, since)]


def _minute(wall: time) -> int:
    return wall.hour * 60 + wall.minute
