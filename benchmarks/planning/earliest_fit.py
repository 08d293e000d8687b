"""How courses are booked by hand: step after step, each at the earliest start that its gaps leave and all is free."""

from __future__ import annotations

import numpy as np

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.many.joint_starts import allowed_starts
from scheduler.planning.plans import Visit
from scheduler.planning.scenario import Series
from scheduler.planning.search.axis import Window


def earliest_fit(index: CalendarIndex, series: Series) -> tuple[Visit, ...] | None:
    """The visits, or None where a step finds no start: a dead end, for nothing is taken back."""
    axis = index.axis
    positions: dict[str, int] = {}
    kept: dict[str, str] = {}
    visits = []
    for step in series.steps:
        visit_type = index.visit_types[step.visit_type]
        allowed = allowed_starts(index, series, step)
        for gap in step.gaps:
            before = positions[gap.after]
            seconds, days = axis.elapsed - axis.elapsed[before], axis.day - axis.day[before]
            allowed &= Window.of(gap).allows(seconds, days)
        for kind in set(visit_type.kinds) & set(series.same) & set(kept):
            allowed &= index.fits(visit_type, kind)[index.row[kept[kind]]]
        found = int(np.argmax(allowed)) if allowed.any() else None
        if found is None:
            return None
        chosen = {}
        for kind in visit_type.kinds:
            own = index.row[kept[kind]] if kind in series.same and kind in kept else None
            row = own if own is not None else int(np.argmax(index.fits(visit_type, kind)[:, found]))
            chosen[kind] = index.resources(kind)[row].id
        kept |= {kind: chosen[kind] for kind in series.same if kind in chosen}
        positions[step.id] = found
        visits.append(Visit(step.id, axis.moment(found), chosen))
    return tuple(visits)
