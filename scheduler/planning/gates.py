"""Response gates: which steps of a course wait for a clinician's decision, until when, and what can be decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from scheduler.planning.course import PlanGap, StepKind
from scheduler.planning.lifecycle import AppointmentStatus, Departure


class Decision(StrEnum):
    """What a clinician can decide at a gate."""

    CONTINUE = "continue"
    EXTEND = "extend"
    TAPER = "taper"
    STOP = "stop"


class GateState(StrEnum):
    """Where a gate stands. From AHEAD it opens by what happens in the chair; only a decision ends it."""

    AHEAD = "ahead"
    WAITING = "waiting"
    URGENT = "urgent"
    RELEASED = "released"
    DECIDED = "decided"


DECIDABLE = frozenset({GateState.WAITING, GateState.URGENT, GateState.RELEASED})
"""States in which a decision may be made: the visits behind a released gate have lost their times, the course has not.
"""


class CourseStep(Protocol):
    """A step as a series stores it."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def gaps(self) -> Sequence[PlanGap]: ...


@dataclass(frozen=True)
class GateFacts:
    """What a gate's state is derived from. `first_held` and `deadline` are aware instants."""

    infusion: AppointmentStatus | None
    departure: Departure | None
    decided: bool
    released: bool
    deadline: datetime | None
    warn_hours: int | None


def steps_behind(steps: Iterable[CourseStep], after: Sequence[int]) -> Mapping[int, frozenset[str]]:
    """By gate (the number of its infusion) the steps that wait for it: each for the last gate that it lies behind.

    A step that is no infusion waits where a step that it follows waits.
    """
    waits: dict[str, int | None] = {}
    number = 0
    for step in steps:
        own = None
        if step.kind == StepKind.INFUSION:
            number += 1
            own = max((gate for gate in after if gate < number), default=None)
        else:
            own = max((gate for gap in step.gaps if (gate := waits.get(gap.after)) is not None), default=None)
        waits[step.id] = own
    return {gate: frozenset(step for step, own in waits.items() if own == gate) for gate in after}


def kept_until(first_held: datetime, decide_hours: int | None, now: datetime) -> datetime:
    """Until when the visits behind a gate are kept: the deadline before the first of them, or until that one begins.

    A deadline that has passed already when a visit is put there (it was moved near) leaves the time until it begins.
    """
    deadline = first_held - timedelta(hours=decide_hours or 0)
    return deadline if deadline > now else first_held


def gate_state(facts: GateFacts, now: datetime) -> GateState:
    """Where a gate stands at an instant."""
    if facts.decided:
        return GateState.DECIDED
    if facts.released:
        return GateState.RELEASED
    if facts.infusion != AppointmentStatus.FULFILLED and facts.departure != Departure.OMITTED:
        return GateState.AHEAD
    if facts.deadline is None or now < facts.deadline - timedelta(hours=facts.warn_hours or 0):
        return GateState.WAITING
    return GateState.URGENT
