"""The named reasons for which a booking, a move or a record can be refused, each with a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from scheduler.planning.instants import spoken, spoken_time


def _between(wall_start: datetime, wall_end: datetime) -> str:
    return f"{spoken(wall_start)} to {spoken_time(wall_end)}"


@dataclass(frozen=True)
class ResourceTaken:
    """Somebody has the chair, the room or the person. `wall_start` and `wall_end` bound what was wanted."""

    resource_id: int
    kind: str
    name: str
    starts_at: datetime
    ends_at: datetime
    wall_start: datetime
    wall_end: datetime
    appointment_id: int | None = None
    """The visit that was refused, where it has a row already."""
    step: str | None = None

    @property
    def sentence(self) -> str:
        """Who or what is taken, and when."""
        return (f"{self.name} is no longer free on {_between(self.wall_start, self.wall_end)}. "
                f"Choose another time or another {self.kind}.")


@dataclass(frozen=True)
class PatientElsewhere:
    """The patient already has a visit that overlaps the one that is wanted."""

    patient_id: int
    starts_at: datetime
    ends_at: datetime
    wall_start: datetime
    wall_end: datetime
    step: str | None = None

    @property
    def sentence(self) -> str:
        """When."""
        return (f"The patient already has a visit that overlaps {_between(self.wall_start, self.wall_end)}. "
                "Choose another time.")


@dataclass(frozen=True)
class WrongResources:
    """A visit names no resource of a kind it needs, one it does not need, or one that is not to be had here."""

    kind: str
    name: str | None
    step: str | None = None

    @property
    def sentence(self) -> str:
        """What to do about it."""
        if self.name is None:
            return f"This visit needs one active {self.kind} of this clinic. Plan it again."
        return f"{self.name} cannot serve as {self.kind} for this visit any more. Plan it again."


@dataclass(frozen=True)
class MoreThanOrdered:
    """More infusions than the clinician has ordered."""

    order_id: int
    ordered: int
    booked: int
    wanted: int

    @property
    def sentence(self) -> str:
        """How many are left."""
        left = max(self.ordered - self.booked, 0)
        return (f"{self.ordered} infusions are ordered and {self.booked} of them are booked or given: "
                f"{left} left, {self.wanted} wanted. Record a new order first, or book fewer.")


@dataclass(frozen=True)
class SeriesRunning:
    """A warning, not a refusal: the patient is in a series already."""

    series_id: int
    first_on: date | None = None
    last_on: date | None = None

    @property
    def sentence(self) -> str:
        """From when until when."""
        when = f", {self.first_on:%d %b %Y} to {self.last_on:%d %b %Y}" if self.first_on and self.last_on else ""
        return f"A series is already running for this patient{when}."


@dataclass(frozen=True)
class ProtocolInactive:
    """The clinic no longer books this protocol."""

    protocol_id: int
    name: str

    @property
    def sentence(self) -> str:
        """What to do."""
        return f"{self.name} is no longer booked here. Choose another protocol, or have an administrator switch it on."


@dataclass(frozen=True)
class WrongOrder:
    """The order is another patient's."""

    order_id: int
    sentence: str = "This order was written for another patient. Choose one of this patient's orders."


@dataclass(frozen=True)
class HoldGone:
    """The time for which the plan was held has passed."""

    hold_id: int
    sentence: str = "The plan was no longer held: its time had passed. Plan again; nothing was booked."


@dataclass(frozen=True)
class PlanChanged:
    """The calendar is no longer the one that was shown."""

    sentence: str = "The calendar has changed since this was shown, so nothing was moved. Look at the new proposal."


@dataclass(frozen=True)
class KeyUsed:
    """The idempotency key belongs to another booking."""

    key: str
    sentence: str = "This form has already been used for another booking. Open it again."


@dataclass(frozen=True)
class ReasonMissing:
    """A cancellation says why."""

    sentence: str = "Say why: a reason is kept with every cancellation."


@dataclass(frozen=True)
class RulesBroken:
    """A visit set by hand, or a plan handed in, that does not keep a rule of the protocol, the hours or the wishes."""

    what: str
    step: str | None = None

    @property
    def sentence(self) -> str:
        """Which rule."""
        return self.what


@dataclass(frozen=True)
class WishesContradict:
    """Wishes that cannot be meant together. `field` is the one to look at."""

    field: str
    sentence: str


@dataclass(frozen=True)
class NotAsked:
    """A record that does not belong to this kind of visit."""

    what: str
    sentence: str


@dataclass(frozen=True)
class Stale:
    """Somebody has changed the visit since the page was shown."""

    appointment_id: int
    sentence: str = "Somebody else has changed this visit since you looked. Look again, then decide."


@dataclass(frozen=True)
class InThePast:
    """A time that has already begun."""

    sentence: str = "This time has already begun or passed. Choose a later one."


@dataclass(frozen=True)
class VisitTypeMissing:
    """A protocol names a visit type that cannot serve."""

    code: str
    why: str

    @property
    def sentence(self) -> str:
        """Who mends it."""
        return f"The visit type “{self.code}” of this protocol {self.why}. An administrator can choose another one."


@dataclass(frozen=True)
class PhaseOffGrid:
    """A visit type that the clinic's time grid cannot hold."""

    visit_type: str
    grid_minutes: int

    @property
    def sentence(self) -> str:
        """Who mends it."""
        return (f"Every phase of “{self.visit_type}” must last a multiple of {self.grid_minutes} minutes, "
                "the clinic's grid. An administrator can change either.")


@dataclass(frozen=True)
class OrderMissing:
    """An infusion without an order."""

    sentence: str = "An infusion is booked on an order. Choose the order, or have a clinician write one."
