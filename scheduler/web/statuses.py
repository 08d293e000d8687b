"""How each status looks: a word, an icon and a tone, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.planning.lifecycle import AppointmentStatus as A
from scheduler.planning.lifecycle import MessageState as M
from scheduler.planning.lifecycle import SeriesStatus as S
from scheduler.planning.lifecycle import Status


@dataclass(frozen=True)
class StatusLook:
    """One badge: its word, its icon (templates/macros/icons.html), its tone and whether the word is struck."""

    word: str
    icon: str
    tone: str
    struck: bool = False


LOOKS: dict[Status, StatusLook] = {
    A.HELD: StatusLook("Held", "clock", "waiting"),
    A.BOOKED: StatusLook("Booked", "ring", "plain"),
    A.ARRIVED: StatusLook("Arrived", "pin", "waiting"),
    A.IN_PROGRESS: StatusLook("In progress", "half", "ready"),
    A.FULFILLED: StatusLook("Given", "check", "ready"),
    A.CANCELLED: StatusLook("Cancelled", "cross", "plain", struck=True),
    A.NO_SHOW: StatusLook("No-show", "triangle", "attention"),
    S.PROPOSED: StatusLook("Proposed", "dashed", "waiting"),
    S.ACTIVE: StatusLook("Active", "leaf", "ready"),
    S.ON_HOLD: StatusLook("On hold", "pause", "attention"),
    S.COMPLETED: StatusLook("Completed", "check", "ready"),
    S.STOPPED: StatusLook("Stopped", "octagon", "stop"),
    M.PLANNED: StatusLook("Planned", "clock", "plain"),
    M.SHIFTED: StatusLook("Shifted", "clock", "waiting"),
    M.MERGED: StatusLook("Merged", "link", "plain"),
    M.SUPERSEDED: StatusLook("Superseded", "cross", "plain", struck=True),
    M.SKIPPED: StatusLook("Skipped", "skip", "plain"),
    M.CLAIMED: StatusLook("Going out", "half", "waiting"),
    M.SENT: StatusLook("Sent", "check", "ready"),
    M.DELIVERED: StatusLook("Delivered", "check", "ready"),
    M.BOUNCED: StatusLook("Bounced", "octagon", "stop"),
    M.FAILED: StatusLook("Failed, will try again", "triangle", "attention"),
    M.PARKED: StatusLook("Not sent", "octagon", "stop"),
    M.ANSWERED: StatusLook("Answered", "check", "ready"),
}


def status_look(status: Status) -> StatusLook:
    """The badge of one appointment, series or message."""
    return LOOKS[status]
