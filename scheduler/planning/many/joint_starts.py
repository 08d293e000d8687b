"""Where a step of a series may start and what that costs, by position of a calendar's axis."""

from __future__ import annotations

import numpy as np

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.scenario import Scenario, Series, Step
from scheduler.planning.search import occupancy as use
from scheduler.planning.search.axis import Window
from scheduler.planning.walltime import DAY, elapsed_seconds, minute_of


def allowed_starts(index: CalendarIndex, series: Series, step: Step) -> np.ndarray:
    """Whether the step, by itself, may start there: hours, resources, patient, dates, gaps to steps that are fixed."""
    axis, visit_type = index.axis, index.visit_types[step.visit_type]
    allowed = index.open_starts(visit_type) & (axis.day >= series.earliest.toordinal())
    allowed &= axis.day <= series.latest.toordinal()
    for kind in visit_type.kinds:
        allowed &= index.any_fits(visit_type, kind)
    away = [(minute_of(begin), minute_of(end)) for begin, end in series.unavailable]
    clear = ~use.blocked_slots(axis, [*index.busy(series.patient), *away])
    for begin, end in use.presence(visit_type):
        allowed &= use.all_clear(clear, begin // axis.grid, (end - begin) // axis.grid).ravel()
    fixed = {one.id: minute_of(one.current.start) for one in series.steps if one.fixed and one.current}
    for later in series.steps:
        for gap in later.gaps:
            if later.id == step.id and gap.after in fixed:
                allowed &= _after(index, Window.of(gap), fixed[gap.after])
            elif gap.after == step.id and later.id in fixed:
                allowed &= _after(index, Window.of(gap).reversed(), fixed[later.id])
    return allowed


def _after(index: CalendarIndex, window: Window, minute: int) -> np.ndarray:
    """Whether a start lies in a window after a wall minute."""
    axis = index.axis
    return window.allows(axis.elapsed - elapsed_seconds(axis.zone, minute), axis.day - minute // DAY)


def start_costs(index: CalendarIndex, scenario: Scenario, series: Series, step: Step) -> np.ndarray:
    """What a start costs by itself, but for its distance to `current`."""
    axis, weights, visit_type = index.axis, scenario.weights, index.visit_types[step.visit_type]
    prefer = series.prefer
    days, slots = np.ones(axis.days, dtype=bool), np.ones(axis.per_day, dtype=bool)
    if prefer.weekdays is not None:
        days = np.isin(axis.weekday, sorted(prefer.weekdays))
    if prefer.from_minute is not None:
        slots = slots & (axis.minute_of_day >= prefer.from_minute)
    if prefer.to_minute is not None:
        slots = slots & (axis.minute_of_day < prefer.to_minute)
    cost = np.where((days[:, None] & slots[None, :]).ravel(), 0, weights.off_preference).astype(np.int64)
    for kind, weight in weights.crowding.items():
        if kind in visit_type.kinds and weight:
            cost += weight * index.crowd(visit_type, kind)
    return cost


def ranges_of(mask: np.ndarray) -> list[int]:
    """First and last of every run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    edges[1::2] -= 1
    return edges.tolist()
