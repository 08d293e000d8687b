"""A step of a series as its row keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.planning.course import PlanGap


@dataclass(frozen=True)
class TermStep:
    """One step of a series: its id, what it is for (a word of the protocol), its visit type and its gaps."""

    id: str
    kind: str
    visit_type_id: int
    gaps: tuple[PlanGap, ...] = ()
