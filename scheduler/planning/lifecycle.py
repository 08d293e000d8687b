"""The closed vocabularies of what an appointment, a series and a message can be, and one table of moves for each.

A state is changed only along these tables: ask `refusal(current, wanted)` first, and hand the value on if there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AppointmentStatus(StrEnum):
    """Where a promise of time and resources stands."""

    HELD = "held"
    BOOKED = "booked"
    ARRIVED = "arrived"
    IN_PROGRESS = "in_progress"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Departure(StrEnum):
    """How one step of a course was set aside on purpose, beside its appointment's status."""

    DEFERRED = "deferred"
    """Put off: it has no time now and is to get a later one."""
    OMITTED = "omitted"
    """Left out: the course goes on without it."""
    CEASED = "ceased"
    """Begun and broken off: what was given counts as given."""


class SeriesStatus(StrEnum):
    """Where one patient's course stands."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    STOPPED = "stopped"


class MessageState(StrEnum):
    """Where one owed message stands. The state never touches the visit that the message is about."""

    PLANNED = "planned"
    SHIFTED = "shifted"
    MERGED = "merged"
    SUPERSEDED = "superseded"
    SKIPPED = "skipped"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    PARKED = "parked"
    ANSWERED = "answered"


Status = AppointmentStatus | SeriesStatus | MessageState

_A, _S, _M = AppointmentStatus, SeriesStatus, MessageState

# The undo of a slip is a move like any other: arrived -> booked, fulfilled -> arrived, no_show -> booked.
# cancelled -> booked and no_show -> booked take the time anew (`takes_time_again`), so they can meet a conflict.
# booked -> fulfilled is there for the session nobody checked in.
APPOINTMENT_MOVES: Mapping[AppointmentStatus, frozenset[AppointmentStatus]] = {
    _A.HELD: frozenset({_A.BOOKED, _A.CANCELLED}),
    _A.BOOKED: frozenset({_A.ARRIVED, _A.FULFILLED, _A.CANCELLED, _A.NO_SHOW}),
    _A.ARRIVED: frozenset({_A.IN_PROGRESS, _A.FULFILLED, _A.CANCELLED, _A.BOOKED}),
    _A.IN_PROGRESS: frozenset({_A.FULFILLED, _A.ARRIVED}),
    _A.FULFILLED: frozenset({_A.ARRIVED}),
    _A.CANCELLED: frozenset({_A.BOOKED}),
    _A.NO_SHOW: frozenset({_A.BOOKED}),
}

# Which appointments may be set aside, and where that leads; a lost one (cancelled, missed) keeps its status.
DEPARTURES: Mapping[Departure, Mapping[AppointmentStatus, AppointmentStatus]] = {
    Departure.DEFERRED: {_A.HELD: _A.CANCELLED, _A.BOOKED: _A.CANCELLED, _A.CANCELLED: _A.CANCELLED,
                         _A.NO_SHOW: _A.NO_SHOW},
    Departure.OMITTED: {_A.HELD: _A.CANCELLED, _A.BOOKED: _A.CANCELLED, _A.CANCELLED: _A.CANCELLED,
                        _A.NO_SHOW: _A.NO_SHOW},
    Departure.CEASED: {_A.ARRIVED: _A.FULFILLED, _A.IN_PROGRESS: _A.FULFILLED},
}

# completed -> active when its last visit is taken back; stopped -> active when a stop was a slip.
SERIES_MOVES: Mapping[SeriesStatus, frozenset[SeriesStatus]] = {
    _S.PROPOSED: frozenset({_S.ACTIVE, _S.STOPPED}),
    _S.ACTIVE: frozenset({_S.ON_HOLD, _S.COMPLETED, _S.STOPPED}),
    _S.ON_HOLD: frozenset({_S.ACTIVE, _S.STOPPED}),
    _S.COMPLETED: frozenset({_S.ACTIVE}),
    _S.STOPPED: frozenset({_S.ACTIVE}),
}

# claimed -> planned is a lapsed claim; failed is one attempt that failed and will be tried again; parked waits for a
# person, who sends it again (parked -> planned) or lets it be. Everything may be superseded: the visit moved, or the
# desk sends anew; when it was sent stays written down.
MESSAGE_MOVES: Mapping[MessageState, frozenset[MessageState]] = {
    _M.PLANNED: frozenset({_M.SHIFTED, _M.MERGED, _M.SUPERSEDED, _M.SKIPPED, _M.CLAIMED, _M.PARKED}),
    _M.SHIFTED: frozenset({_M.SHIFTED, _M.MERGED, _M.SUPERSEDED, _M.SKIPPED, _M.CLAIMED, _M.PARKED}),
    _M.MERGED: frozenset({_M.PLANNED, _M.SUPERSEDED, _M.SKIPPED}),
    _M.SKIPPED: frozenset({_M.PLANNED, _M.SUPERSEDED}),
    _M.CLAIMED: frozenset({_M.PLANNED, _M.SHIFTED, _M.SUPERSEDED, _M.SKIPPED, _M.SENT, _M.FAILED, _M.PARKED}),
    _M.SENT: frozenset({_M.DELIVERED, _M.BOUNCED, _M.ANSWERED, _M.SUPERSEDED}),
    _M.DELIVERED: frozenset({_M.BOUNCED, _M.ANSWERED, _M.SUPERSEDED}),
    _M.BOUNCED: frozenset({_M.PARKED, _M.SUPERSEDED}),
    _M.FAILED: frozenset({_M.CLAIMED, _M.SHIFTED, _M.SKIPPED, _M.PARKED, _M.SUPERSEDED}),
    _M.PARKED: frozenset({_M.PLANNED, _M.SKIPPED, _M.SUPERSEDED}),
    _M.ANSWERED: frozenset({_M.SUPERSEDED}),
    _M.SUPERSEDED: frozenset(),
}

# An appointment in one of these occupies its resources and its patient.
OCCUPYING = frozenset({_A.HELD, _A.BOOKED, _A.ARRIVED, _A.IN_PROGRESS, _A.FULFILLED})
# An appointment in one of these is still to come; nothing has happened yet.
AWAITED = frozenset({_A.HELD, _A.BOOKED})
# An appointment in one of these has lost its place and may be placed anew.
LOST = frozenset({_A.CANCELLED, _A.NO_SHOW})
# A series in one of these may still have visits to come.
RUNNING = frozenset({_S.ACTIVE, _S.ON_HOLD})
# A message in one of these waits for the clock.
OUTGOING = frozenset({_M.PLANNED, _M.SHIFTED, _M.FAILED})
# Of these there is at most one for a visit (or series), kind and channel: a superseded one has stepped aside.
LIVE_MESSAGE = frozenset(MessageState) - {_M.SUPERSEDED}

_UNDO: Mapping[AppointmentStatus, AppointmentStatus] = {
    _A.ARRIVED: _A.BOOKED,
    _A.IN_PROGRESS: _A.ARRIVED,
    _A.FULFILLED: _A.ARRIVED,
    _A.NO_SHOW: _A.BOOKED,
}
_THING = {AppointmentStatus: "appointment", SeriesStatus: "series", MessageState: "message"}


def moves_from(current: Status) -> frozenset[Status]:
    """Every state that may follow `current`."""
    if isinstance(current, AppointmentStatus):
        return APPOINTMENT_MOVES[current]
    if isinstance(current, SeriesStatus):
        return SERIES_MOVES[current]
    return MESSAGE_MOVES[current]


def allowed(current: Status, wanted: Status) -> bool:
    """Whether a thing in `current` may move to `wanted`, a state of the same vocabulary."""
    return type(current) is type(wanted) and wanted in moves_from(current)


@dataclass(frozen=True)
class MoveNotAllowed:
    """The refusal of a move that the table does not have."""

    kind: str
    current: Status
    wanted: Status

    @property
    def sentence(self) -> str:
        """Why not, and what could be done instead, for a person."""
        after = sorted(_words(state) for state in moves_from(self.current) if state != self.current)
        if self.wanted == self.current:
            opening = f"This {self.kind} is already {_words(self.current)}."
        else:
            opening = f"This {self.kind} is {_words(self.current)} and cannot become {_words(self.wanted)}."
        if not after:
            return f"{opening} Nothing more can happen to it."
        return f"{opening} From here it can become {_listed(after)}."


def refusal(current: Status, wanted: Status) -> MoveNotAllowed | None:
    """None where the move is allowed, otherwise the refusal to show."""
    if allowed(current, wanted):
        return None
    return MoveNotAllowed(_THING[type(current)], current, wanted)


@dataclass(frozen=True)
class CannotDepart:
    """The refusal to set an appointment aside from where it stands."""

    current: AppointmentStatus
    wanted: Departure

    @property
    def sentence(self) -> str:
        """From where it could be done."""
        can = sorted(_words(state) for state in DEPARTURES[self.wanted])
        return (f"This appointment is {_words(self.current)} and cannot be {self.wanted}. "
                f"That is for one that is {_listed(can)}.")


def departure_refusal(current: AppointmentStatus, wanted: Departure) -> CannotDepart | None:
    """None where an appointment may be set aside in this way, otherwise the refusal to show."""
    return None if current in DEPARTURES[wanted] else CannotDepart(current, wanted)


def departures_from(current: AppointmentStatus) -> tuple[Departure, ...]:
    """Every way in which an appointment in this status may be set aside."""
    return tuple(one for one in Departure if current in DEPARTURES[one])


def wants_time(status: AppointmentStatus, departure: Departure | None) -> bool:
    """Whether a step of a course has lost its place and is to get a new one; one that was left out is not."""
    return status in LOST and departure != Departure.OMITTED


def keeps_open(status: AppointmentStatus, departure: Departure | None) -> bool:
    """Whether a step keeps its series running: it is still to come, or missed or put off and not yet placed anew."""
    if departure == Departure.OMITTED:
        return False
    return status in AWAITED | {_A.ARRIVED, _A.IN_PROGRESS, _A.NO_SHOW} or departure == Departure.DEFERRED


def undo_of(current: AppointmentStatus) -> AppointmentStatus | None:
    """Where taking back the last thing that happened leads; None where there is nothing to take back."""
    return _UNDO.get(current)


def takes_time_again(current: AppointmentStatus, wanted: AppointmentStatus) -> bool:
    """Whether this move must claim resources that were given back, and so can be refused by the calendar."""
    return current not in OCCUPYING and wanted in OCCUPYING


def _words(state: Status) -> str:
    return "a no-show" if state == AppointmentStatus.NO_SHOW else state.value.replace("_", " ")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
