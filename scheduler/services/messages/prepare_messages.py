"""Decide what is to be done with claimed rows now, and write the words of those that go out; nothing is stored yet."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Base, Message, Notice
from scheduler.messaging.ports import Letter, Text
from scheduler.messaging.texts import TooLong
from scheduler.planning.send_decisions import Decision, Expire, Park, Send
from scheduler.planning.words import MessageKind
from scheduler.queries.message_now import Standing, standing_of, standings_of
from scheduler.services.messages.claim_messages import Claimed
from scheduler.services.messages.write_letter import write_words
from scheduler.services.messages.write_notice import write_notice

log = logging.getLogger(__name__)

ENDLESS = "The clock took it up again and again and never came back. Look into it, or call."
UNWRITTEN = "This message could not be written."
ASK_MORE = frozenset({MessageKind.OFFER, MessageKind.NEW_TIMES})
"""Kinds whose words ask the database for more, and so may break a transaction."""


@dataclass(frozen=True)
class Prepared:
    """One claimed row: what is to be done, and the words and their rows where it is sent; or why it failed."""

    claimed: Claimed
    decision: Decision | None = None
    words: Letter | Text | None = field(default=None, repr=False)
    rows: tuple[Base, ...] = ()
    failed: str = ""


def prepare_claimed(session: Session, claimed: Sequence[Claimed], *, base_url: str,
                    now: datetime) -> tuple[Prepared, ...]:
    """Every row by itself: one that cannot be read or written fails alone. A handful of queries for all of them."""
    rows: dict[tuple[Any, int], Any] = {}
    for table in {one.table for one in claimed}:
        found = session.scalars(select(table).where(table.id.in_([one.message_id for one in claimed])))
        rows.update({(table, row.id): row for row in found})
    standings = _read(session, [row for row in rows.values() if isinstance(row, Message)], now)
    return tuple(_prepared(session, one, rows[one.table, one.message_id], standings, base_url, now) for one in claimed)


def _read(session: Session, messages: Sequence[Message], now: datetime) -> dict[str, Standing]:
    if len(messages) < 2:
        return {}
    try:
        with session.begin_nested():
            return standings_of(session, messages, now=now)
    except Exception as wrong:
        log.error("one of %d messages cannot be read: %s", len(messages), type(wrong).__name__)
        return {}


def _prepared(session: Session, claimed: Claimed, row: Message | Notice, standings: dict[str, Standing], base_url: str,
              now: datetime) -> Prepared:
    if claimed.endless:
        return Prepared(claimed, Park(ENDLESS))
    try:
        if isinstance(row, Notice):
            return _notice(session, claimed, row, base_url, now)
        alone = row.key not in standings or row.kind in ASK_MORE
        with session.begin_nested() if alone else nullcontext():
            standing = standings.get(row.key) or standing_of(session, row, now=now)
            decision = standing.decision(now)
            if not isinstance(decision, Send):
                return Prepared(claimed, decision)
            words, rows = write_words(session, standing, base_url=base_url, now=now)
            return Prepared(claimed, decision, words, rows)
    except TooLong as wrong:
        return Prepared(claimed, Park(str(wrong)))
    except Exception as wrong:
        log.error("message %s could not be written: %s", claimed.message_id, type(wrong).__name__)
        return Prepared(claimed, failed=UNWRITTEN)


def _notice(session: Session, claimed: Claimed, row: Notice, base_url: str, now: datetime) -> Prepared:
    if now >= row.expires_at:
        return Prepared(claimed, Expire("Its time has passed."))
    return Prepared(claimed, Send(), write_notice(session, row, base_url=base_url, now=now))
