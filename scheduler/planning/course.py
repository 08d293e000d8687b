"""A course in the planner's terms: its steps with their gaps, and what is derived from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class StepKind(StrEnum):
    """What a step of a course is for."""

    PREPARATION = "preparation"
    INFUSION = "infusion"
    INTEGRATION = "integration"
    COURSE = "therapy course"


@dataclass(frozen=True)
class PlanGap:
    """A distance from an earlier step: days between dates, hours from start to start."""

    after: str
    min_days: int | None = None
    max_days: int | None = None
    target_days: int | None = None
    min_hours: float | None = None
    max_hours: float | None = None

    def as_format(self) -> dict[str, Any]:
        """The gap as a scenario writes it: what is not given is left out."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class PlanStep:
    """One step: its id, what it is for, the clinic's visit type code, and its gaps."""

    id: str
    kind: StepKind
    visit_type: str
    gaps: tuple[PlanGap, ...] = ()

    def as_format(self) -> dict[str, Any]:
        """The step as a scenario writes it, with its kind besides."""
        step: dict[str, Any] = {"id": self.id, "kind": str(self.kind), "visit_type": self.visit_type}
        return {**step, "gaps": [gap.as_format() for gap in self.gaps]} if self.gaps else step


@dataclass(frozen=True)
class Course:
    """Every step in list order, the step whose date ends the series, and the resource kinds kept the same."""

    steps: tuple[PlanStep, ...]
    finish: str
    same: tuple[str, ...]

    def as_format(self) -> dict[str, Any]:
        """The keys `steps`, `finish` and `same` of a scenario's series."""
        steps = [step.as_format() for step in self.steps]
        return {"steps": steps, "finish": self.finish, "same": list(self.same)}


@dataclass(frozen=True)
class InfusionVisit:
    """Minutes from an infusion visit's start to the end of the infusion (E above), and to when the patient leaves."""

    ends_minutes: int
    leaves_minutes: int


def infusion_visit(phases: Sequence[tuple[str, int, bool]], given_in: str = "infusion") -> InfusionVisit | None:
    """What the course needs to know of a visit type, from (name, minutes, with the patient) of its phases in order.

    None where no phase is named `given_in` (upper or lower case), the phase in which the drug is given.
    """
    total, ends, leaves = 0, None, 0
    for name, minutes, with_patient in phases:
        total += minutes
        leaves = total if with_patient else leaves
        ends = total if name.strip().lower() == given_in else ends
    return None if ends is None else InfusionVisit(ends, leaves)


def infusion_numbers(steps: Sequence[tuple[str, StepKind | str]]) -> dict[str, tuple[int, int]]:
    """For each infusion its number and how many there are ("3 of 6"), from (step id, kind) in the order of the series.

    Derived from infusions alone: therapy between them does not count. Moving a visit does not change its number;
    a step that was given up is left out by the caller.
    """
    infusions = [step for step, kind in steps if kind == StepKind.INFUSION]
    return {step: (number, len(infusions)) for number, step in enumerate(infusions, start=1)}
