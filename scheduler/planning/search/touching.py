"""Which resources visits occupy on which days of an axis, and from when to when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scheduler.planning.search.axis import Axis
from scheduler.planning.search.occupancy import Stretch
from scheduler.planning.walltime import DAY

Touched = dict[tuple[int, int], list[tuple[int, int, int]]]
"""By row and day (number): begin, end (minutes into the axis' day) and units."""


def touched(axis: Axis, visits: Iterable[tuple[int, int, list[Stretch]]]) -> Touched:
    """What visits occupy of one kind, given as row, wall minute of the start and stretches; cut to the axis."""
    found: Touched = defaultdict(list)
    first, width = axis.first.toordinal(), axis.per_day * axis.grid
    for row, start, parts in visits:
        for part in parts:
            begin, end = start + part.begin, start + part.end
            for day in range(max(begin // DAY, first), min((end - 1) // DAY, first + axis.days - 1) + 1):
                origin = day * DAY + axis.opens
                low, high = max(0, begin - origin), min(width, end - origin)
                if low < high:
                    found[row, day - first].append((low, high, part.units))
    return found
