"""The only way a message changes its state: along the table of moves."""

from __future__ import annotations

from models import Message
from scheduler.planning.lifecycle import MessageState, refusal


def move(message: Message, wanted: MessageState, reason: str | None = None) -> None:
    """Move a message, with the reason where there is one to tell; a move that the table lacks is a bug (ValueError)."""
    refused = refusal(message.state, wanted)
    if refused is not None:
        raise ValueError(refused.sentence)
    message.state = wanted
    if reason is not None:
        message.reason = reason.strip()[:400]
