"""Why a message did or did not go out, in a sentence; and each step of its life in a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.planning.lifecycle import MessageState

S = MessageState
STEPS = {
    S.PLANNED: "Planned", S.SHIFTED: "Put off", S.MERGED: "Said with another message", S.SUPERSEDED: "Stepped aside",
    S.SKIPPED: "Not sent", S.CLAIMED: "Taken up to be sent", S.SENT: "Handed over", S.DELIVERED: "Delivered",
    S.BOUNCED: "Came back", S.FAILED: "An attempt failed", S.PARKED: "Left to a person", S.ANSWERED: "Answered",
}
WENT = frozenset({S.SENT, S.DELIVERED, S.BOUNCED, S.ANSWERED})


@dataclass(frozen=True)
class WhyOrWhyNot:
    """`opening`, then the instant where there is one, then `ending`: a page writes the instant in the clinic's time."""

    opening: str
    at: datetime | None
    ending: str


def why_or_why_not(state: MessageState, due_at: datetime, sent_at: datetime | None, reason: str) -> WhyOrWhyNot:
    """The answer to “why did this go out, or not?” as it stands now."""
    if state == S.SUPERSEDED:
        return WhyOrWhyNot("It went out", sent_at, "A newer message has taken its place since.") if sent_at else (
            WhyOrWhyNot("It did not go out: a newer state of things took its place.", None, reason))
    if state in WENT:
        ending = {S.SENT: reason, S.DELIVERED: "It was delivered.", S.ANSWERED: "The patient has answered.",
                  S.BOUNCED: f"It came back. {reason}"}[state]
        return WhyOrWhyNot("It went out", sent_at, ending.strip())
    if state in (S.PLANNED, S.SHIFTED):
        return WhyOrWhyNot("It is to go out", due_at, reason)
    if state == S.FAILED:
        return WhyOrWhyNot("It could not be handed over and is tried again", due_at, reason)
    opening = {S.MERGED: "It does not go out by itself.", S.SKIPPED: "It does not go out.",
               S.CLAIMED: "It is going out just now.", S.PARKED: "It did not go out and waits for a person."}[state]
    return WhyOrWhyNot(opening, None, reason)
