"""Whether a resource could serve a visit that starts at a slot: free through every phase that needs it, and at work."""

from __future__ import annotations

import numpy as np

from scheduler.planning.scenario import Resource, VisitType
from scheduler.planning.search.axis import Axis
from scheduler.planning.search.occupancy import all_clear, inside_a_span, stretches


def all_phases_fit(axis: Axis, visit_type: VisitType, kind: str, free: np.ndarray) -> np.ndarray:
    """By slot (the last axis of `free` units): whether enough are free in every stretch that needs the kind."""
    clear = np.ones(free.shape, dtype=bool)
    for part in stretches(visit_type, kind):
        begin, length = part.begin // axis.grid, (part.end - part.begin) // axis.grid
        clear &= all_clear(free >= part.units, begin, length)
    return clear


def works(axis: Axis, visit_type: VisitType, kind: str, resource: Resource) -> np.ndarray:
    """By weekday and slot: whether each phase that needs the kind lies inside the resource's hours."""
    inside = np.ones((7, axis.per_day), dtype=bool)
    offset = 0
    for phase in visit_type.phases:
        if resource.hours is not None and kind in phase.needs:
            inside &= inside_a_span(axis, resource.hours, offset, phase.minutes)
        offset += phase.minutes
    return inside
