"""The ledger of a series: what becomes of every infusion that was ordered. Counted from statuses, never kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.planning.lifecycle import AppointmentStatus, Departure

_A = AppointmentStatus
BOOKED = frozenset({_A.BOOKED, _A.ARRIVED, _A.IN_PROGRESS})
LOST = {_A.CANCELLED: "cancelled", _A.NO_SHOW: "missed"}


@dataclass(frozen=True)
class Ledger:
    """Infusions of one series on its order. `cancelled` and `missed` ones want a new time, `omitted` ones do not.

    `kept` ones have a time behind a gate and are not booked yet.
    `elsewhere`: booked or given on the same order outside the series.
    """

    ordered: int
    booked: int
    given: int
    cancelled: int
    missed: int
    omitted: int = 0
    kept: int = 0
    elsewhere: int = 0

    @property
    def course(self) -> int:
        """How many infusions the series has, whatever became of them: this never changes."""
        return self.booked + self.kept + self.given + self.cancelled + self.missed + self.omitted

    @property
    def remaining(self) -> int:
        """How many of those ordered are neither booked, kept nor given, and so may still be placed."""
        return self.ordered - self.elsewhere - self.booked - self.kept - self.given

    @property
    def without_time(self) -> int:
        """How many of the series were called off, put off or missed and have no new time."""
        return self.cancelled + self.missed


def ledger(ordered: int, infusions: Iterable[tuple[AppointmentStatus, Departure | None]], elsewhere: int = 0) -> Ledger:
    """Count the infusions of a series by what became of them; `ordered` is what its orders say."""
    counted = Counter(_entry(status, departure) for status, departure in infusions)
    names = ("booked", "given", "cancelled", "missed", "omitted", "kept")
    return Ledger(ordered, **{name: counted[name] for name in names}, elsewhere=elsewhere)


def _entry(status: AppointmentStatus, departure: Departure | None) -> str:
    if status in BOOKED:
        return "booked"
    if status == _A.FULFILLED:
        return "given"
    if status == _A.HELD:
        return "kept"
    return "omitted" if departure == Departure.OMITTED else LOST[status]
