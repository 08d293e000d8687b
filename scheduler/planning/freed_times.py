"""Where in a freed time somebody who waits could come, and what is left of it afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import UNRESTRICTED, Restriction
from scheduler.planning.scenario import Series, Weights
from scheduler.planning.single_visit import StartOption, starts_of
from scheduler.planning.waitlist import Freed, Waiting, window


def start_within(index: CalendarIndex, series: Series, weights: Weights, one: Waiting, freed: Freed, *,
                 restrict: Restriction = UNRESTRICTED) -> StartOption | None:
    """The start in a freed interval to offer for the one open step of a series; None where it fits nowhere there.

    Every rule is asked, and the visit takes at least one of the freed resources: what could be had all along is no
    freed time. Among the starts the one that costs least, then the earliest. Of another type, longer or shorter, is as
    good: a visit that starts inside may end after what was freed.
    """
    between = window(one, freed)
    if between is None:
        return None
    found: dict[datetime, StartOption] = {}
    step = next(each.id for each in series.steps if not each.fixed)
    kinds = set(index.visit_types[next(each.visit_type for each in series.steps if each.id == step)].kinds)
    wanted = restrict.resources.get(step, {})
    for taken in _taking(freed, kinds, wanted):
        narrowed = replace(restrict, resources={**restrict.resources, step: {**wanted, **taken}})
        for option in starts_of(index, series, weights, restrict=narrowed):
            if between[0] <= option.start < between[1] and series.prefer.suits(option.start):
                known = found.get(option.start)
                found[option.start] = option if known is None or option.cost < known.cost else known
    return min(found.values(), key=lambda option: (option.cost, option.start), default=None)


def _taking(freed: Freed, kinds: Collection[str], wanted: Mapping[str, str]) -> list[Mapping[str, str]]:
    """Each way to take one freed resource that a visit needs and that nothing else was asked for in place of."""
    if not freed.resources:
        return [{}]
    return [{kind: word} for kind, word in freed.resources.items()
            if kind in kinds and wanted.get(kind, word) == word]


def left_over(freed: Freed, taken_from: datetime, taken_until: datetime, shortest: timedelta) -> tuple[Freed, ...]:
    """What remains of a freed interval before and after a visit, where a visit as long as the shortest would fit."""
    parts = (replace(freed, ends=min(freed.ends, taken_from)), replace(freed, starts=max(freed.starts, taken_until)))
    return tuple(part for part in parts if part.ends - part.starts >= shortest)
