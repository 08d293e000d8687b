"""The only way a message changes its state: along the table of moves, each move written down with its reason."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Update, bindparam, insert, update
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


def sent_by(session: Session, table: type[Outgoing], row_id: int, clinic_id: int, claim: str, under: str, *,
            now: datetime, reference: str | None) -> bool:
    """Claimed to sent, in statements that are built once: every message takes this way; False where the claim is lost.

    The row's claim ends with it. `under` is the rule that let it out, `reference` what the gateway calls it.
    """
    assert refusal(MessageState.CLAIMED, MessageState.SENT) is None
    under, connection = under.strip()[:LONGEST_REASON], session.connection()
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
