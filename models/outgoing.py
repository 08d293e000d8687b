"""What every row of the outbox has, whomever it is for: its state, its deadlines, the claim on it and its key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.types import UtcDateTime, Word
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel


class Outgoing:
    """A row that the clock sends: due, claimed under a lease, handed over, acknowledged by whoever holds the claim."""

    channel: Mapped[Channel] = mapped_column(Word(Channel))
    state: Mapped[MessageState] = mapped_column(Word(MessageState))
    reason: Mapped[str] = mapped_column(String(400), default="")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    lapses: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many clocks took it and never came back; counted apart from attempts, because most had not begun with it."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    key: Mapped[str] = mapped_column(String(64), unique=True, insert_sentinel=True)
    """Stable for the row's life: the Message-ID, or our reference at the gateway, so that a resend is recognised.

    By it (the sentinel) many rows that are inserted in one statement find the numbers that the database gave them.
    """
    gateway_reference: Mapped[str | None] = mapped_column(String(64), index=True)
    """What the gateway calls a text that it took over."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
