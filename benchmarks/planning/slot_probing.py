"""How ordinary schedulers find times: ask the database about one slot after another, the earliest first.

The rule is the same as that of `earliest_fit`; a nurse counts as busy with all the units of every visit that overlaps.
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from scheduler.planning.plans import Visit
from scheduler.planning.scenario import Scenario, Series, Step
from scheduler.planning.search.axis import Window
from scheduler.planning.search.occupancy import stretches
from scheduler.planning.walltime import DAY, minute_of, moment_of

FREE = """
    SELECT id FROM resources r
    WHERE kind = :kind AND (:only IS NULL OR id = :only) AND capacity - :units >= (
        SELECT COALESCE(SUM(units), 0) FROM claims WHERE resource = r.id AND begins < :ends AND ends > :begins)
    LIMIT 1
"""


class Probing:
    """A database of claims, and how many statements it was asked."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.asked = scenario, 0
        self.rows = sqlite3.connect(":memory:")
        self.rows.execute("CREATE TABLE resources (id TEXT PRIMARY KEY, kind TEXT, capacity INTEGER)")
        self.rows.execute("CREATE TABLE claims (resource TEXT, begins INTEGER, ends INTEGER, units INTEGER)")
        self.rows.executemany(
            "INSERT INTO resources VALUES (?, ?, ?)", [(one.id, one.kind, one.capacity) for one in scenario.resources])
        self.rows.executemany("INSERT INTO claims VALUES (?, ?, ?, ?)", [
            (name, minute_of(one.start) + part.begin, minute_of(one.start) + part.end, part.units)
            for one in scenario.bookings for kind, name in one.resources.items()
            for part in stretches(scenario.visit_types[one.visit_type], kind)
        ])
        self.rows.execute("CREATE INDEX by_resource ON claims (resource, begins, ends)")

    def book(self, series: Series) -> tuple[Visit, ...] | None:
        """The visits, or None where a step finds no slot."""
        visits: list[Visit] = []
        kept: dict[str, str] = {}
        for step in series.steps:
            visit = self._first(series, step, {one.step: minute_of(one.start) for one in visits}, kept)
            if visit is None:
                return None
            kept |= {kind: visit.resources[kind] for kind in series.same if kind in visit.resources}
            visits.append(visit)
        return tuple(visits)

    def _first(self, series: Series, step: Step, before: dict[str, int], kept: dict[str, str]) -> Visit | None:
        windows = [(before[gap.after], Window.of(gap)) for gap in step.gaps]
        low = max([series.earliest.toordinal() * DAY, *(minute for minute, _ in windows)])
        high = (series.latest + timedelta(days=1)).toordinal() * DAY
        for minute in range(low, high, self.scenario.clinic.grid_minutes):
            day = minute // DAY
            if any((minute - other) * 60 > window.high_seconds or day - other // DAY > window.high_days
                   for other, window in windows):
                return None
            if all((minute - other) * 60 >= window.low_seconds and day - other // DAY >= window.low_days
                   for other, window in windows):
                resources = self._free(step, minute, kept)
                if resources is not None:
                    return Visit(step.id, moment_of(minute), resources)
        return None

    def _free(self, step: Step, minute: int, kept: dict[str, str]) -> dict[str, str] | None:
        """A free resource of each kind for a visit that starts then, if it lies in opening hours."""
        visit_type = self.scenario.visit_types[step.visit_type]
        weekday, begins = (minute // DAY - 1) % 7, minute % DAY
        hours = self.scenario.clinic.open[weekday]
        if not any(opens <= begins and begins + visit_type.minutes <= closes for opens, closes in hours):
            return None
        chosen = {}
        for kind in visit_type.kinds:
            parts = stretches(visit_type, kind)
            self.asked += 1
            row = self.rows.execute(FREE, {
                "kind": kind, "only": kept.get(kind), "units": max(part.units for part in parts),
                "begins": minute + parts[0].begin, "ends": minute + parts[-1].end,
            }).fetchone()
            if row is None:
                return None
            chosen[kind] = row[0]
        return chosen
