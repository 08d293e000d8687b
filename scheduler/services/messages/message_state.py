"""The only way a message changes its state: along the table of moves, each move written down with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Protocol

from sqlalchemy import Connection, Update, bindparam, insert, update
from sqlalchemy.orm import Session, object_session

from models import Message, MessageMove
from models.outgoing import Outgoing
from scheduler.planning.lifecycle import MessageState, refusal

LONGEST_REASON = 400


def move(message: Outgoing, wanted: MessageState, reason: str | None = None, *, now: datetime) -> None:
    """Move a message, with the reason where there is one to tell; a move that the table lacks is a bug (ValueError)."""
    refused = refusal(message.state, wanted)
    if refused is not None:
        raise ValueError(refused.sentence)
    message.state = wanted
    if reason is not None:
        message.reason = reason.strip()[:LONGEST_REASON]
    if not isinstance(message, Message):
        return
    session = object_session(message)
    assert session is not None, "a message that no session knows has no life yet"
    session.add(MessageMove(clinic_id=message.clinic_id, message_id=message.id, state=wanted,
                            reason=(reason or "").strip()[:LONGEST_REASON], at=now))


class Waiting(Protocol):
    """A row that waits for a clock, as it was found and locked."""

    id: int
    clinic_id: int
    state: MessageState


def taken_by(session: Session, table: type[Outgoing], rows: Sequence[Waiting], claim: str, until: datetime, *,
             now: datetime) -> None:
    """From waiting to claimed, one attempt more each, in a statement for all of them; the rows must be locked."""
    refused = [found for row in rows if (found := refusal(row.state, MessageState.CLAIMED)) is not None]
    if refused:
        raise ValueError(refused[0].sentence)
    connection = session.connection()
    connection.execute(update(table.__table__).where(table.id.in_([row.id for row in rows])).values(
        state=MessageState.CLAIMED, claimed_by=claim, claimed_until=until, attempts=table.attempts + 1))
    if table is Message:
        connection.execute(_LINE, [{"clinic_id": row.clinic_id, "message_id": row.id, "state": MessageState.CLAIMED,
                                    "reason": "", "at": now} for row in rows])


def sent_by(connection: Connection, table: type[Outgoing], row_id: int, clinic_id: int, claim: str, under: str, *,
            now: datetime, reference: str | None) -> bool:
    """Claimed to sent, in statements that are built once: every message takes this way; False where the claim is lost.

    The row's claim ends with it. `under` is the rule that let it out, `reference` what the gateway calls it.
    """
    assert refusal(MessageState.CLAIMED, MessageState.SENT) is None
    under = under.strip()[:LONGEST_REASON]
    moved = connection.execute(_sending(table), {
        "row": row_id, "claim": claim, "under": under, "now": now, "reference": reference}).rowcount
    if moved and table is Message:
        connection.execute(_LINE, {
            "clinic_id": clinic_id, "message_id": row_id, "state": MessageState.SENT, "reason": under, "at": now})
    return bool(moved)


_LINE = insert(MessageMove.__table__)


@cache
def _sending(table: type[Outgoing]) -> Update:
    rows = table.__table__
    return update(rows).where(
        rows.c.id == bindparam("row"), rows.c.claimed_by == bindparam("claim"), rows.c.state == MessageState.CLAIMED
    ).values(state=MessageState.SENT, reason=bindparam("under"), claimed_by=None, claimed_until=None,
             sent_at=bindparam("now"), gateway_reference=bindparam("reference"))
