"""One way out of the house, in use: claim ahead, hand over one at a time, acknowledge while the next gets under way.

Nothing is handed over before what went before it is written down: a clock that dies leaves at most one message of a way
of which nobody knows whether it went. Whether it may still go is asked at the last moment before its words leave.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from scheduler.database import Database
from scheduler.messaging.ports import Accepted, Outcome, Ready, TryLater, Unreachable, Withheld
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel
from scheduler.queries.still_to_send import still_to_send
from scheduler.services.messages import claim_messages
from scheduler.services.messages.acknowledge_message import acknowledge_message, acknowledge_sent
from scheduler.services.messages.claim_messages import Claimed, claim_due, give_back
from scheduler.services.messages.prepare_messages import prepare_claimed
from scheduler.services.messages.settle_messages import Settled, ToSend, settle_prepared

log = logging.getLogger(__name__)

FEWEST, MOST = 4, 48
"""How many rows are claimed at a time: few at first, more while they go quickly."""
QUICK = 1 / 15
"""A batch gone within this share of the time in which a hand-over may begin lets the next be larger.

The next is claimed meanwhile: it must not become too old while this one goes.
"""
BROKEN_OFF = 3
"""So many in a row that broke off end the round for this way: it is the way that is broken."""

Kept = Callable[[], AbstractContextManager[Connection]]


@dataclass
class Lane:
    """One channel's sending in one round. `clock` tells the instant, `goes_on` whether there is time for more."""

    database: Database
    way: Channel
    send: Callable[..., Outcome | Withheld]
    base_url: str
    clock: Callable[[], datetime]
    goes_on: Callable[[], bool]
    done: Counter[str] = field(default_factory=Counter)
    _many: int = FEWEST
    _broken: int = 0
    _last: Future[None] | None = None
    _stuck: bool = False
    _write: Kept = field(init=False)
    _read: Kept = field(init=False)

    def run(self) -> Counter[str]:
        """Send what is due until nothing is, or the round is over; gives how many came into which state."""
        with (self.database.keeping(writes=True) as self._write, self.database.keeping(writes=False) as self._read,
              ThreadPoolExecutor(1) as ahead, ThreadPoolExecutor(1) as behind):
            coming = ahead.submit(self._take)
            going = True
            while going and (taken := coming.result()):
                coming = ahead.submit(self._take)
                began = self.clock()
                left = iter([one for one in taken if isinstance(one, ToSend)])
                going = all(self._one(one, behind) for one in left)
                self._give_back(left)
                quick = self.clock() - began < claim_messages.BEGIN_WITHIN * QUICK
                self._many = min(MOST, 2 * self._many) if quick else max(FEWEST, self._many // 2)
            self._give_back(one for one in coming.result() if isinstance(one, ToSend))
            self._written()
        return self.done

    def _take(self) -> tuple[ToSend | Settled, ...]:
        """Claim in one short transaction, read and write words outside any, store the outcome in a second one."""
        if not self.goes_on():
            return ()
        now = self.clock()
        with self.database.writing() as session:
            claimed = claim_due(session, now=now, ways=frozenset({self.way}), many=self._many)
        if not claimed:
            return ()
        with self.database.reading() as session:
            prepared = prepare_claimed(session, claimed, base_url=self.base_url, now=now)
        with self.database.writing() as session:
            taken = settle_prepared(session, prepared, now=now)
        self.done.update(str(one.state) for one in taken if isinstance(one, Settled))
        return taken

    def _one(self, taken: ToSend, behind: ThreadPoolExecutor) -> bool:
        """Hand one over; False ends the round for this way."""
        now = self.clock()
        if not self.goes_on() or now >= taken.claimed.begin_before:
            self._give_back([taken])
            return self.goes_on()
        outcome = self._handed_over(taken, now)
        if isinstance(outcome, Withheld):
            self._give_back([taken])
            return not self._stuck
        self._written()
        self._last = behind.submit(self._acknowledge, taken, outcome, now)
        self._broken = self._broken + 1 if isinstance(outcome, TryLater) and outcome.broke_off else 0
        if isinstance(outcome, Unreachable):
            log.warning("nothing can be sent by %s: %s", self.way, outcome.reason)
        return not (self._stuck or isinstance(outcome, Unreachable) or self._broken >= BROKEN_OFF)

    def _handed_over(self, taken: ToSend, now: datetime) -> Outcome | Withheld:
        ready: Ready = lambda: self._written() and self._may_go(taken.claimed)  # noqa: E731
        try:
            return self.send(taken.words, now=now, ready=ready)
        except Exception as wrong:
            log.error("message %s could not be handed over: %s", taken.claimed.message_id, type(wrong).__name__)
            return TryLater("This message could not be handed over.")

    def _may_go(self, claimed: Claimed) -> bool:
        """The last look: in time, still ours, and nobody has stopped it since its words were written."""
        if self.clock() >= claimed.begin_before:
            return False
        try:
            with self._read() as connection:
                return still_to_send(connection, claimed.table, claimed.message_id, claimed.claim)
        except SQLAlchemyError as wrong:
            log.error("message %s could not be looked at again: %s", claimed.message_id, type(wrong).__name__)
            self._stuck = True
            return False

    def _written(self) -> bool:
        """Wait until what was handed over last is written down; False where it could not be."""
        last, self._last = self._last, None
        wrong = last.exception() if last is not None else None
        if wrong is not None:
            log.error("what came of a message could not be written down: %s", type(wrong).__name__)
            self._stuck = True
        return not self._stuck

    def _acknowledge(self, taken: ToSend, outcome: Outcome, now: datetime) -> None:
        state: MessageState | None = None
        if isinstance(outcome, Accepted):
            with self._write() as connection:
                state = MessageState.SENT if acknowledge_sent(connection, taken, outcome, now=now) else None
        if state is None:
            with self.database.writing() as session:
                state = acknowledge_message(session, taken, outcome, now=now)
        self.done[str(state or "left to another clock")] += 1

    def _give_back(self, left: Iterable[ToSend]) -> None:
        claimed: list[Claimed] = [one.claimed for one in left]
        if claimed:
            with self.database.writing() as session:
                give_back(session, claimed, now=self.clock())
