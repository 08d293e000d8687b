"""Where each step of a series can start by itself: what of the free starts the patient and what was asked for leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import Restriction
from scheduler.planning.scenario import Current, Preference, Series, Step, VisitType, Weights
from scheduler.planning.search.free_starts import MOST_BITS, FreeStarts
from scheduler.planning.search.occupancy import presence
from scheduler.planning.search.starts import Choice, Starts, never_of
from scheduler.planning.walltime import DAY, minute_of


class StepStarts:
    """The starts of the steps of a series, the finish and gaps to fixed steps apart; steps that are alike share them.

    `settled` names the resource of each kind that must be the one of the fixed steps.
    """

    def __init__(self, index: CalendarIndex, series: Series, weights: Weights, restriction: Restriction,
                 settled: Mapping[str, str], dtype: np.dtype) -> None:
        self.index, self.axis, self.series, self.weights = index, index.axis, series, weights
        self.restriction, self.settled, self.dtype = restriction, settled, dtype
        self.alike: dict[tuple, Starts] = {}

    def of(self, step: Step, dearer: Mapping[str, Mapping[str, int]]) -> Starts:
        """The starts of a step; `dearer` is what resources cost more, by kind and id."""
        visit_type = self.index.visit_types[step.visit_type]
        only = self.restriction.resources.get(step.id, {})
        key = (visit_type.id, self.restriction.starts.get(step.id), *sorted(only.items()))
        if key not in self.alike:
            self.alike[key] = self._free_starts(visit_type, step.id, only)
        starts = self.alike[key]
        return self._as_now(step.current, starts, dearer) if step.current or dearer else starts

    def _free_starts(self, visit_type: VisitType, step: str, only: Mapping[str, str]) -> Starts:
        free = self.index.starts(visit_type)
        first, days = self.index.days(self.series.earliest, self.series.latest)
        here = free.between(first, first + days)
        allowed = patient_free(self.index, self.series, visit_type, free.positions[here])
        allowed = self._in_restriction(step, free, here, allowed)
        disliked = ~suits(free, here, self.series.prefer)
        cost = (disliked * self.weights.off_preference).astype(self.dtype, copy=False)
        for kind, weight in self.weights.crowding.items():
            if kind in visit_type.kinds and weight:
                cost = cost + free.crowd(kind)[here].astype(self.dtype) * weight
        choices = {kind: self._choice(free, here, kind, only) for kind in visit_type.kinds}
        return Starts(free, here.start, here.stop, np.where(allowed, cost, never_of(self.dtype)), choices)

    def _choice(self, free: FreeStarts, here: slice, kind: str, only: Mapping[str, str]) -> Choice:
        names, fits = {self.settled.get(kind), only.get(kind)} - {None}, free.fits[kind][:, here]
        resources = self.index.resources(kind)
        if not names and not any(one.id in self.restriction.without for one in resources):
            mask = free.mask(kind)[here] if len(resources) <= MOST_BITS else None
            return Choice(np.arange(len(resources)), fits, np.zeros(len(resources), dtype=self.dtype), True, mask)
        rows = np.array([
            row for row, one in enumerate(resources)
            if one.id not in self.restriction.without and names <= {one.id}
        ], dtype=np.int64)
        return Choice(rows, fits[rows], np.zeros(len(rows), dtype=self.dtype))

    def _as_now(self, current: Current | None, starts: Starts, dearer: Mapping[str, Mapping[str, int]]) -> Starts:
        """With the costs of not staying where the step is booked now, and of handovers from or to fixed steps."""
        cost, choices = starts.cost, dict(starts.choices)
        for kind, choice in choices.items():
            names = [self.index.resources(kind)[row].id for row in choice.rows]
            price = [dearer.get(kind, {}).get(name, 0) for name in names]
            if current is not None and self.weights.reassigned:
                now, dear = current.resources.get(kind), self.weights.reassigned
                price = [each + dear * (name != now) for each, name in zip(price, names, strict=True)]
            if any(price):
                choices[kind] = replace(choice, cost=np.array(price, dtype=self.dtype), every=False)
        if current is not None:
            was = minute_of(current.start)
            days = np.abs(starts.day - (was // DAY - self.axis.first.toordinal())).astype(self.dtype)
            cost = cost + np.where(starts.wall != was, self.weights.moved, 0).astype(self.dtype)
            cost = cost + days * self.weights.moved_day
        return Starts(starts.free, starts.begin, starts.end, cost, choices)

    def _in_restriction(self, step: str, free: FreeStarts, here: slice, allowed: np.ndarray) -> np.ndarray:
        own = self.restriction
        allowed = allowed & suits(free, here, Preference(own.weekdays, own.from_minute, own.to_minute))
        if step in own.starts:
            allowed = allowed & np.isin(free.wall[here], [minute_of(start) for start in own.starts[step]])
        return allowed


def patient_free(
    index: CalendarIndex, series: Series, visit_type: VisitType, positions: np.ndarray
) -> np.ndarray:
    """By position (ascending): whether the patient can be there in a visit that starts then."""
    away = [(minute_of(begin), minute_of(end)) for begin, end in series.unavailable]
    busy = [
        (low - end, high - begin)
        for low, high in [*index.busy(series.patient), *away] for begin, end in presence(visit_type)
    ]
    free = np.ones(len(positions), dtype=bool)
    if busy:
        wall = index.axis.wall[positions]
        lows, highs = zip(*busy, strict=True)
        begins, ends = np.searchsorted(wall, lows, "right").tolist(), np.searchsorted(wall, highs, "left").tolist()
        for begin, end in zip(begins, ends, strict=True):
            free[begin:end] = False
    return free


def suits(free: FreeStarts, here: slice, prefer: Preference) -> np.ndarray:
    """By start: whether it is on the weekdays and inside the times given."""
    good = np.ones(here.stop - here.start, dtype=bool)
    if prefer.weekdays is not None:
        good &= np.isin(np.arange(7), sorted(prefer.weekdays))[free.weekday[here]]
    if prefer.from_minute:
        good &= free.minute[here] >= prefer.from_minute
    if prefer.to_minute is not None and prefer.to_minute < DAY:
        good &= free.minute[here] < prefer.to_minute
    return good
