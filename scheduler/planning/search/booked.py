"""The bookings of a calendar by visit type and patient, as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from scheduler.planning.scenario import Booking, VisitType
from scheduler.planning.search.occupancy import Claims, gather_claims
from scheduler.planning.walltime import minute_of


class Booked:
    """Bookings, looked through once; `row` gives the row of each resource id among those of its kind."""

    def __init__(self, bookings: Sequence[Booking], visit_types: Mapping[str, VisitType], row: Mapping[str, int]):
        self.visit_types, self.row = visit_types, row
        self.by_type: dict[str, list[Booking]] = defaultdict(list)
        self.by_patient: dict[str, list[Booking]] = defaultdict(list)
        for one in bookings:
            self.by_type[one.visit_type].append(one)
            self.by_patient[one.patient].append(one)

    @cached_property
    def starts(self) -> dict[str, np.ndarray]:
        """The wall minutes at which visits start, by type."""
        return {
            name: np.fromiter((minute_of(one.start) for one in group), dtype=np.int64, count=len(group))
            for name, group in self.by_type.items()
        }

    def claims(self, kind: str) -> Claims:
        """What all of them take of the resources of a kind."""
        placed = []
        for name, group in self.by_type.items():
            visit_type = self.visit_types[name]
            if kind in visit_type.kinds:
                rows = (self.row[one.resources[kind]] for one in group)
                placed.append((visit_type, np.fromiter(rows, dtype=np.int64, count=len(group)), self.starts[name]))
        return gather_claims(placed, kind)
