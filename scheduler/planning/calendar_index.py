"""The calendar, indexed: what is free when, built once from values and asked by many searches.

    index = CalendarIndex(clinic, resources, visit_types, bookings, first, last)

`bookings` are all visits that stand and are not steps of the series to be planned: they occupy resources and patients
and are what `crowding` counts. Every resource that a booking names must be among `resources`. `index.also(placed)` is
the same calendar with more visits in it (fixed steps, visits planned a moment ago): they occupy, but do not crowd.
Nothing is worked out before it is asked for, and everything is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from scheduler.planning.scenario import Booking, Clinic, Resource, VisitType
from scheduler.planning.search import occupancy as use
from scheduler.planning.search.axis import Axis
from scheduler.planning.search.booked import Booked
from scheduler.planning.search.fitting import all_phases_fit, works
from scheduler.planning.search.free_starts import FreeStarts
from scheduler.planning.search.touching import Touched, touched
from scheduler.planning.walltime import minute_of


class CalendarIndex:
    """What is open, free and crowded between two dates, both inclusive."""

    def __init__(
        self,
        clinic: Clinic,
        resources: Sequence[Resource],
        visit_types: Mapping[str, VisitType],
        bookings: Sequence[Booking],
        first: date,
        last: date,
    ) -> None:
        self.clinic, self.visit_types, self.bookings = clinic, visit_types, bookings
        self.every_resource = tuple(resources)
        self.axis = Axis(clinic, first, last)
        self.by_kind: dict[str, list[Resource]] = defaultdict(list)
        self.row: dict[str, int] = {}
        for resource in resources:
            self.row[resource.id] = len(self.by_kind[resource.kind])
            self.by_kind[resource.kind].append(resource)
        self.placed: tuple[Booking, ...] = ()
        self._fresh: tuple[Booking, ...] = ()
        self._gone: tuple[Booking, ...] = ()
        self._bare: CalendarIndex | None = None
        self._before: CalendarIndex | None = None
        self._known: dict[tuple, Any] = {}

    def also(self, placed: Iterable[Booking], without: Iterable[Booking] = ()) -> CalendarIndex:
        """This calendar with more visits that occupy resources and patients but do not crowd; some may go instead.

        Those that go must be among the ones placed here before.
        """
        more, less = tuple(placed), tuple(without)
        if not more and not less:
            return self
        gone = {id(one) for one in less}
        kept = [one for one in self.placed if id(one) not in gone]
        if len(kept) + len(less) != len(self.placed):
            kept = list(self.placed)
            for one in less:
                kept.remove(one)
        other = object.__new__(CalendarIndex)
        other.__dict__.update(self.__dict__)
        other.placed, other._fresh, other._gone = (*kept, *more), (*less, *more), less
        other._bare, other._before, other._known = self._base, self, {}
        return other

    def over(self, resources: Sequence[Resource], first: date, last: date) -> CalendarIndex:
        """The same bookings with other resources or days, indexed afresh."""
        other = CalendarIndex(self.clinic, resources, self.visit_types, self.bookings, first, last)
        return other.also(self.placed)

    def resources(self, kind: str) -> list[Resource]:
        """The resources of a kind; their place in this list is their row in the arrays."""
        return self.by_kind.get(kind, [])

    def days(self, first: date, last: date) -> tuple[int, int]:
        """The number of the axis' first day between two dates, and how many days there are."""
        first, last = max(first, self.axis.first), min(last, self.axis.last)
        return (first - self.axis.first).days, max(0, (last - first).days + 1)

    def starts(self, visit_type: VisitType) -> FreeStarts:
        """The positions at which a visit lies inside an opening and some resource of every kind fits."""
        return self._once(("starts", visit_type.id), lambda: self._starts(visit_type))

    def open_starts(self, visit_type: VisitType) -> np.ndarray:
        """By position: whether a visit that starts there lies inside one opening of an open day."""
        return self._base._once(("open", visit_type.id), lambda: self._open_starts(visit_type))

    def fits(self, visit_type: VisitType, kind: str) -> np.ndarray:
        """By row and position: whether the resource works and is free in every phase that needs the kind."""
        return self._once(("fits", visit_type.id, kind), lambda: self._fits(visit_type, kind))

    def any_fits(self, visit_type: VisitType, kind: str) -> np.ndarray:
        """By position: whether any resource of the kind fits."""
        return self._once(("any", visit_type.id, kind), lambda: self._any_fits(visit_type, kind))

    def free(self, kind: str) -> np.ndarray:
        """Units free by row, day and slot, at the fullest moment of the slot; `BLOCKED` or less where away."""
        return self._once(("free", kind), lambda: self._free(kind))

    def crowd(self, visit_type: VisitType, kind: str) -> np.ndarray:
        """By position: the most units of the kind in use by bookings while a visit starting there needs it."""
        return self._base._once(("crowd", visit_type.id, kind), lambda: self._base._crowd(visit_type, kind))

    def busy(self, patient: str) -> list[tuple[int, int]]:
        """The wall minutes that a patient spends in bookings and placed visits."""
        spans = []
        booked = self._base._once(("patient", patient), lambda: self._booked().of_patient(patient))
        for one in (*booked, *(one for one in self.placed if one.patient == patient)):
            start = minute_of(one.start)
            spans += [(start + begin, start + end) for begin, end in use.presence(self.visit_types[one.visit_type])]
        return spans

    @property
    def _base(self) -> CalendarIndex:
        return self._bare or self

    def _once(self, name: tuple, work: Callable[[], Any]) -> Any:
        if name not in self._known:
            self._known[name] = work()
        return self._known[name]

    def _starts(self, visit_type: VisitType) -> FreeStarts:
        if self._before and not any(self._touched(kind, "fresh") for kind in visit_type.kinds):
            return self._before.starts(visit_type)
        positions = np.flatnonzero(self.open_starts(visit_type))
        for kind in visit_type.kinds:
            positions = positions[self.any_fits(visit_type, kind)[positions]]
        fits = {kind: self.fits(visit_type, kind)[:, positions] for kind in visit_type.kinds}
        return FreeStarts(self.axis, positions, fits, lambda kind: self.crowd(visit_type, kind))

    def _open_starts(self, visit_type: VisitType) -> np.ndarray:
        axis = self.axis
        within = use.inside_a_span(axis, self.clinic.open, 0, visit_type.minutes)[axis.weekday]
        for day in self.clinic.closed:
            if axis.first <= day <= axis.last:
                within[(day - axis.first).days] = False
        return within.ravel()

    def _cells(self, kind: str) -> np.ndarray:
        """Units in use by bookings, by row, day and cell."""
        return self._once(("cells", kind), lambda: use.units_in_use(
            self.axis, self._booked().claims(kind), len(self.resources(kind))))

    def _booked(self) -> Booked:
        base = self._base
        return base._once(("booked",), lambda: Booked(
            base.bookings, base.visit_types, base.row, base.axis.first, base.axis.last))

    def _free(self, kind: str) -> np.ndarray:
        if self._before:
            if not self._touched(kind, "fresh"):
                return self._before.free(kind)
            return self._free_after(kind, self._before.free(kind).copy())
        capacity = np.array([resource.capacity for resource in self.resources(kind)], dtype=np.int64)
        free = capacity[:, None, None] - use.peaks(self.axis, self._cells(kind))
        free[self._blocked(kind)] = use.BLOCKED
        return free

    def _free_after(self, kind: str, free: np.ndarray) -> np.ndarray:
        """What was free, but for the fresh visits: slot by slot where they keep to the grid, else reckoned anew."""
        gone, grid = len(self._gone), self.axis.grid
        off_grid = set()
        for visits, sign in ((self._fresh[:gone], 1), (self._fresh[gone:], -1)):
            for (row, day), spans in self._touch(kind, visits).items():
                for low, high, units in spans:
                    if low % grid or high % grid:
                        off_grid.add((row, day))
                    free[row, day, low // grid : high // grid] += sign * units
        for row, day in off_grid:
            free[row, day] = self._free_row(kind, row, day)
        for row, day in self._touched(kind, "fresh"):
            free[row, day, self._blocked(kind)[row, day]] = use.BLOCKED
        return free

    def _blocked(self, kind: str) -> np.ndarray:
        """By row, day and slot: whether the resource is away."""
        return self._base._once(("blocked", kind), lambda: np.array(
            [use.blocked_slots(self.axis, use.away_spans(one)) for one in self.resources(kind)], dtype=bool
        ))

    def _touched(self, kind: str, which: str) -> Touched:
        """The (row, day) that placed (or fresh) visits occupy: begin, end (minutes into the axis' day) and units."""
        visits = self._fresh if which == "fresh" else self.placed
        return self._once(("touched", which, kind), lambda: self._touch(kind, visits))

    def _touch(self, kind: str, visits: Iterable[Booking]) -> Touched:
        return touched(self.axis, ((self.row[one.resources[kind]], minute_of(one.start), parts) for one in visits
                                   if (parts := self._stretches(one.visit_type, kind))))

    def _stretches(self, visit_type: str, kind: str) -> list[use.Stretch]:
        return self._base._once(
            ("stretches", visit_type, kind), lambda: use.stretches(self.visit_types[visit_type], kind)
        )

    def _free_row(self, kind: str, row: int, day: int) -> np.ndarray:
        """Units free in a row on a day, time off not counted."""
        cells = self._base._cells(kind)[row, day]
        minutes = np.repeat(cells, self.axis.per_day * self.axis.grid // len(cells))
        for low, high, units in self._touched(kind, "placed").get((row, day), ()):
            minutes[low:high] += units
        return self.resources(kind)[row].capacity - minutes.reshape(self.axis.per_day, -1).max(axis=1)

    def _fits(self, visit_type: VisitType, kind: str) -> np.ndarray:
        axis, resources = self.axis, self.resources(kind)
        if self._before:
            if not self._touched(kind, "fresh"):
                return self._before.fits(visit_type, kind)
            fits = self._before.fits(visit_type, kind).copy().reshape(len(resources), axis.days, axis.per_day)
            rows, days = (np.array(each) for each in zip(*self._touched(kind, "fresh"), strict=True))
            clear = all_phases_fit(axis, visit_type, kind, self.free(kind)[rows, days])
            fits[rows, days] = clear & self._works(visit_type, kind)[rows, axis.weekday[days]]
        else:
            fits = all_phases_fit(axis, visit_type, kind, self.free(kind))
            for row in (row for row, resource in enumerate(resources) if resource.hours is not None):
                fits[row] &= works(axis, visit_type, kind, resources[row])[axis.weekday]
        return fits.reshape(len(resources), axis.size)

    def _works(self, visit_type: VisitType, kind: str) -> np.ndarray:
        """By row, weekday and slot: whether each phase that needs the kind lies inside the resource's hours."""
        return self._base._once(("works", visit_type.id, kind), lambda: np.array(
            [works(self.axis, visit_type, kind, one) for one in self.resources(kind)], dtype=bool
        ))

    def _any_fits(self, visit_type: VisitType, kind: str) -> np.ndarray:
        fits = self.fits(visit_type, kind)
        if not self._before:
            return fits.any(axis=0)
        some = self._before.any_fits(visit_type, kind)
        days = sorted({day for _, day in self._touched(kind, "fresh")})
        if days:
            fits = fits.reshape(len(fits), self.axis.days, self.axis.per_day)
            some = some.copy()
            some.reshape(self.axis.days, self.axis.per_day)[days] = fits[:, days].any(axis=0)
        return some

    def _crowd(self, visit_type: VisitType, kind: str) -> np.ndarray:
        together = use.peaks(self.axis, self._cells(kind).sum(axis=0))
        return use.most_during(self.axis, together, self._stretches(visit_type.id, kind)).ravel()
