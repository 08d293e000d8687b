"""Where each part of a batch stands: a batch re-plans what a closure or an absence has hit, one part a course."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class PartState(StrEnum):
    """What became of one part."""

    APPLIED = "applied"
    """Moved by the desk at once."""
    OPEN = "open"
    """Offered; the new times are kept until the deadline."""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    """Nobody answered in time."""
    GONE = "gone"
    """The course was changed meanwhile, or the times could not be kept any more."""
    TO_CALL = "to call"
    """No offer could be made: the desk has to call."""
    WITHDRAWN = "withdrawn"


P = PartState
PART_MOVES: Mapping[PartState, frozenset[PartState]] = {
    P.OPEN: frozenset({P.ACCEPTED, P.DECLINED, P.EXPIRED, P.GONE, P.WITHDRAWN}),
    P.TO_CALL: frozenset(), P.APPLIED: frozenset(), P.ACCEPTED: frozenset(), P.DECLINED: frozenset(),
    P.EXPIRED: frozenset(), P.GONE: frozenset(), P.WITHDRAWN: frozenset(),
}
NEEDS_CALL = frozenset({P.DECLINED, P.EXPIRED, P.GONE, P.TO_CALL, P.WITHDRAWN})
"""Parts in these wait for a person: the visits still stand where they do not fit."""
