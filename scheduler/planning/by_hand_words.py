"""What keeps words that somebody wrote by hand from going out to a patient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.planning.quiet_words import revealing
from scheduler.planning.words import Channel, Discretion

LONGEST = 2000
"""Characters of a letter."""


@dataclass(frozen=True)
class WrongByHand:
    """One thing that stands in the way, in a sentence that says what to do."""

    sentence: str


def wrong_by_hand(words: str, channel: Channel, discretion: Discretion) -> Iterator[WrongByHand]:
    """Everything that is wrong with the words themselves; whether a text is too long is known once it is written."""
    if not words.strip():
        yield WrongByHand("Write what it is to say.")
    if len(words) > LONGEST:
        yield WrongByHand(f"That is too long for one message: at most {LONGEST:,} characters.")
    for word in revealing(words):
        yield WrongByHand(f"“{word}” says too much: whoever glances at it learns what somebody is treated for. "
                          "Take it out, or call.")
    if set("{}") & set(words):
        yield WrongByHand("Curly braces cannot be sent. Take them out.")
    if channel == Channel.TEXT and discretion != Discretion.CLINIC_AND_TIME:
        yield WrongByHand("This patient has asked that texts say next to nothing. Write an e-mail, or call.")
