"""What everybody in a simulated year shares: the clinic, its clock, and what is still to happen."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count
from random import Random

from scheduler.access import Viewer
from scheduler.commands.demo_clinic.clinic import ZONE, Made
from scheduler.commands.simulated.ports import Wayward, Wished
from scheduler.database import Database
from scheduler.planning.instants import instant
from scheduler.planning.words import Role

BASE = "https://v.example.com"
DESK, NURSE, DOCTOR, ADMIN = (f"{name}@example.com" for name in ("desk", "nurse", "doctor", "admin"))
ROLES = {DESK: Role.FRONT_DESK, NURSE: Role.CLINICIAN, DOCTOR: Role.CLINICIAN, ADMIN: Role.ADMINISTRATOR}


@dataclass
class World:
    """One simulated clinic. `clock` is the test clock; `done` counts what happened."""

    database: Database
    made: Made
    patients: list[int]
    begins: date
    random: Random
    ways: Wayward
    done: Counter[str] = field(default_factory=Counter)
    wished: dict[int, list[Wished]] = field(default_factory=dict)
    """By patient what they wished one after another, where they changed it; the first is what they began with."""
    clock: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.clock = self.at(self.begins, time(7))
        self._events: list[tuple[datetime, int, Callable[[], object]]] = []
        self._number = count()

    def then(self, at: datetime, act: Callable[[], object]) -> None:
        """Let something happen at an instant; what it gives tells whether messages may be due because of it."""
        heapq.heappush(self._events, (max(at, self.clock), next(self._number), act))

    def next_at(self) -> datetime | None:
        """When the next thing happens; None: nothing will."""
        return self._events[0][0] if self._events else None

    def happen(self) -> bool:
        """Let everything happen that is due by now; whether messages may be due because of it."""
        told = False
        while self._events and self._events[0][0] <= self.clock:
            told = bool(heapq.heappop(self._events)[2]()) or told
        return told

    def by(self, email: str) -> Viewer:
        """A staff member as services see them."""
        return self.made.viewer(email, ROLES[email])

    def at(self, on: date, at: time) -> datetime:
        """An instant of the clinic's clock."""
        return instant(datetime.combine(on, at), ZONE)

    def share(self, share: float) -> bool:
        """True in so many of a hundred cases (a share between 0 and 1), by the year's seed."""
        return self.random.random() < share
