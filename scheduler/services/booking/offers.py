"""The shapes of planning for the desk: what is asked and what is offered (`scheduler.services.booking.plan_series`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from models import VisitKind
from scheduler.planning.documents import InOneLine, from_document, to_document
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.booking.wishes import Wishes
from scheduler.services.refusal import Conflict


@dataclass(frozen=True)
class ByHand:
    """One visit set by hand: the others are planned around it. `resources` (kind to id) are those picked with it."""

    step: str
    wall_start: datetime
    resources: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanSeries(InOneLine):
    """Plan a series. `instead_of` is the hold that the new plan would replace: its times count as free."""

    document_name = "plan"

    patient_id: int
    order_id: int
    protocol_id: int
    wishes: Wishes
    by_hand: tuple[ByHand, ...] = ()
    instead_of: int | None = None


@dataclass(frozen=True)
class OfferedResource:
    """A chair, nurse or therapist of a visit."""

    kind: str
    id: int
    name: str


@dataclass(frozen=True)
class OfferedVisit:
    """One row of an offered plan. `infusion_number` ("3 of `infusions`") is None for what is no infusion."""

    step: str
    ordinal: int
    step_kind: str
    kind: VisitKind
    visit_type_id: int
    visit_type_name: str
    infusion_number: int | None
    infusions: int
    wall_start: datetime
    starts_at: datetime
    ends_at: datetime
    patient_leaves_at: datetime
    minutes: int
    resources: tuple[OfferedResource, ...]
    suits: bool
    """Whether it lies on the days and times that suit."""
    by_hand: bool = False

    def resource(self, kind: str) -> OfferedResource | None:
        """The resource of a kind, None where the visit needs none."""
        return next((one for one in self.resources if one.kind == kind), None)


@dataclass(frozen=True)
class CostPart:
    """One thing that the plan pays for, in the planner's units and in words."""

    name: str
    cost: int
    sentence: str


@dataclass(frozen=True)
class OfferedPlan:
    """A complete plan: "best", or the best after one named restriction, with what that gives up."""

    name: str
    gives_up: str
    visits: tuple[OfferedVisit, ...]
    cost: int
    cost_parts: tuple[CostPart, ...]
    optimal: bool

    @property
    def places(self) -> tuple[VisitPlace, ...]:
        """Where every visit is to be, for `HoldPlan`."""
        return tuple(VisitPlace(visit.visit_type_id, visit.wall_start,
                                {one.kind: one.id for one in visit.resources}, visit.step, visit.ordinal)
                     for visit in self.visits)

    def to_text(self) -> str:
        """The places as one line for a hidden field; `places_from_text` reads it, the services check it."""
        return json.dumps([to_document(place) for place in self.places], separators=(",", ":"))


def places_from_text(text: str) -> tuple[VisitPlace, ...]:
    """Read what `OfferedPlan.to_text` wrote; raises ValueError where it does not fit."""
    rows = json.loads(text)
    if not isinstance(rows, list):
        raise ValueError("a plan is a list of visits")
    return tuple(from_document(VisitPlace, row, f"visits[{at}]") for at, row in enumerate(rows))


@dataclass(frozen=True)
class PlanOffer:
    """The best plan and up to two alternatives. `command` has every default filled in."""

    command: PlanSeries
    plans: tuple[OfferedPlan, ...]
    warnings: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class WayOut:
    """One thing that makes room if it is given up; its command, planned, gives the offer."""

    sentence: str
    command: PlanSeries


@dataclass(frozen=True)
class NoPlan:
    """Nothing fits: which rule leaves no time, for which visit, and the ways out."""

    command: PlanSeries
    sentence: str
    step: str | None
    ways_out: tuple[WayOut, ...]
    warnings: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class LegalTime:
    """A start of one visit that keeps every rule, and the cost of a whole plan around it."""

    wall_start: datetime
    cost: int
