"""Take due rows of the outbox under a lease: of two clocks one gets each, and one that dies holds up little."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm import Session

from models import Message, Notice
from models.outgoing import Outgoing
from models.types import UtcDateTime
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel
from scheduler.queries.message_now import EVERY_WAY, is_due, is_lapsed
from scheduler.services.messages.message_state import move, taken_by

LEASE = timedelta(seconds=45)
"""How long a row is kept for the clock that took it. Longer than `BEGIN_WITHIN` and the longest hand-over together.

Less than a minute, so that what a dead clock held waits no longer than that.
"""
BEGIN_WITHIN = timedelta(seconds=15)
"""How long after the claim a hand-over may begin; later the row is given back."""
OUTBOX: tuple[type[Outgoing], ...] = (Notice, Message)
"""Answers and alerts go before everything else: somebody waits for them."""
MOST_LAPSES = 20
"""After so many clocks that never came back a row is left to a person: it may be what ends them."""
LAPSED = "Whoever had taken it never came back."


@dataclass(frozen=True)
class Claimed:
    """A row in this clock's hands. `claim` is the fence: whoever writes what came of it must still hold it."""

    table: type[Outgoing]
    message_id: int
    clinic_id: int
    claim: str
    until: datetime
    endless: bool = False
    """It was taken again and again by clocks that never came back."""

    @property
    def begin_before(self) -> datetime:
        """Until when its hand-over may begin."""
        return self.until - LEASE + BEGIN_WITHIN


def claim_due(session: Session, *, now: datetime, ways: frozenset[Channel] = EVERY_WAY,
              many: int = 1) -> tuple[Claimed, ...]:
    """Up to `many` rows that have been due longest, claimed; none where nothing is due that goes by one of `ways`.

    Rows are locked one transaction long (PostgreSQL passes over another's, SQLite lets one writer in). One whose lease
    ran out is taken alone: if it is what ends clocks, it ends nothing else with it.
    """
    for table in OUTBOX:
        lapsed = session.scalars(_waiting(table, ways, True), {"now": now, "many": 1}).all()
        if lapsed:
            return tuple(_claim(row, now) for row in lapsed)
        waiting = session.execute(_waiting(table, ways, False), {"now": now, "many": many}).all()
        if waiting:
            claim, until = secrets.token_hex(16), now + LEASE
            taken_by(session, table, waiting, claim, until, now=now)
            return tuple(Claimed(table, row.id, row.clinic_id, claim, until, endless=row.lapses > MOST_LAPSES)
                         for row in waiting)
    return ()


def give_back(session: Session, claimed: Sequence[Claimed], *, now: datetime) -> None:
    """Let go of what was claimed and never handed over, as if it had not been taken."""
    for one in claimed:
        row = held(session, one)
        if row is None:
            continue
        if row.state == MessageState.CLAIMED:
            move(row, MessageState.PLANNED, now=now)
            row.attempts -= 1
        row.claimed_by = row.claimed_until = None


def held(session: Session, claimed: Claimed) -> Outgoing | None:
    """The row, locked, if it is still in the hands of whoever claimed it so."""
    row = session.scalar(select(claimed.table).where(claimed.table.id == claimed.message_id).with_for_update())
    return row if row is not None and row.claimed_by == claimed.claim else None


@cache
def _waiting(table: type[Outgoing], ways: frozenset[Channel], lapsed: bool) -> Select[Any]:
    """The question for `many` rows at an instant `now`, put together once a process: a clock asks it all day.

    Of what waits no more is read than a claim needs. Of what lapsed comes first what lapsed first: a row that ends one
    clock after another goes behind the others each time.
    """
    condition = is_lapsed if lapsed else is_due
    columns = (table,) if lapsed else (table.id, table.clinic_id, table.state, table.lapses)
    return (select(*columns).where(condition(table, bindparam("now", type_=UtcDateTime), ways))
            .order_by(table.claimed_until if lapsed else table.due_at, table.id).limit(bindparam("many", type_=Integer))
            .with_for_update(skip_locked=True))


def _claim(row: Outgoing, now: datetime) -> Claimed:
    """Take over from a clock that never came back: a lapse, and no attempt."""
    move(row, MessageState.PLANNED, LAPSED, now=now)
    row.lapses += 1
    move(row, MessageState.CLAIMED, now=now)
    row.claimed_by, row.claimed_until = secrets.token_hex(16), now + LEASE
    return Claimed(type(row), row.id, row.clinic_id, row.claimed_by, row.claimed_until,
                   endless=row.lapses > MOST_LAPSES)
