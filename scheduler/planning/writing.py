"""A plan as the JSON value that the `plan` command gives."""

from __future__ import annotations

from typing import Any

from scheduler.planning.plans import SeriesPlan
from scheduler.planning.several import Schedule


def as_json(schedule: Schedule) -> dict[str, Any]:
    """The plan of every series placed and the names of the others."""
    return {
        "format": 1,
        "series": [_series(plan) for plan in schedule.planned],
        "unplanned": [result.series for result in schedule.unplanned],
        "unplanned_because": {result.series: result.sentence for result in schedule.unplanned if result.sentence},
        "cost": schedule.cost,
        "optimal": schedule.optimal,
    }


def _series(plan: SeriesPlan) -> dict[str, Any]:
    visits = [
        {"step": visit.step, "start": visit.start.strftime("%Y-%m-%dT%H:%M"), "resources": dict(visit.resources)}
        for visit in plan.visits
    ]
    return {"id": plan.series, "visits": visits}
