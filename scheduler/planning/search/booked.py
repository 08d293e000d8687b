"""The bookings of a calendar that its days have anything to do with, by visit type and patient, as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cached_property
from operator import itemgetter

import numpy as np

from scheduler.planning.scenario import Booking, VisitType
from scheduler.planning.search.occupancy import Claims, gather_claims
from scheduler.planning.walltime import DAY, moment_of


class Booked:
    """Bookings, looked through once; `row` gives the row of each resource id among those of its kind."""

    def __init__(self, bookings: Iterable[Booking], visit_types: Mapping[str, VisitType], row: Mapping[str, int],
                 first: date, last: date) -> None:
        self.visit_types, self.row = visit_types, row
        longest = max((one.minutes for one in visit_types.values()), default=0)
        low = moment_of(max(DAY, first.toordinal() * DAY - longest))
        high = datetime.combine(last, time.max)
        self.near: Sequence[Booking] = [one for one in bookings if low <= one.start <= high]

    def of_patient(self, patient: str) -> list[Booking]:
        """Those of one patient."""
        return [one for one in self.near if one.patient == patient]

    @cached_property
    def by_type(self) -> Mapping[str, tuple[np.ndarray, list[Mapping[str, str]]]]:
        """By visit type the wall minutes at which they start, and the resources of each."""
        found: dict[str, list[Booking]] = defaultdict(list)
        for one in self.near:
            found[one.visit_type].append(one)
        return {
            name: (
                np.array([at.toordinal() * DAY + at.hour * 60 + at.minute for at in [one.start for one in group]]),
                [one.resources for one in group],
            )
            for name, group in found.items()
        }

    def claims(self, kind: str) -> Claims:
        """What all of them take of the resources of a kind."""
        placed, row = [], self.row
        for name, (starts, resources) in self.by_type.items():
            visit_type = self.visit_types[name]
            if kind in visit_type.kinds:
                rows = np.fromiter(map(row.__getitem__, map(itemgetter(kind), resources)), np.int64, len(resources))
                placed.append((visit_type, rows, starts))
        return gather_claims(placed, kind)
