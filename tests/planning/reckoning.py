"""What a planned series costs, reckoned from the raw JSON without any code of the planner."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from tests.planning.ledger import moments, parts, tick, wall

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def series_cost(scenario: dict, series: dict, complete: dict) -> int:
    """What a planned series costs."""
    weights, total = scenario["weights"], 0
    starts = {name: wall(where["start"]) for name, where in complete.items()}
    finish = series.get("finish", series["steps"][-1]["id"])
    total += weights.get("finish_day", 0) * (starts[finish].date() - date.fromisoformat(series["earliest"])).days
    held: dict[str, list[str]] = defaultdict(list)
    for step in series["steps"]:
        start, name = starts[step["id"]], step["id"]
        for gap in step.get("gaps", []):
            if "target_days" in gap:
                days = (start.date() - starts[gap["after"]].date()).days
                total += weights.get("gap_day", 0) * abs(days - gap["target_days"])
        for kind, resource in complete[name]["resources"].items():
            held[kind].append(resource)
        if not step.get("fixed"):
            total += own_cost(scenario, series, step, start, complete[name]["resources"])
    for kind, weight in weights.get("handover", {}).items():
        total += weight * sum(one != two for one, two in zip(held[kind], held[kind][1:], strict=False))
    return total


def own_cost(scenario: dict, series: dict, step: dict, start: datetime, chosen: dict) -> int:
    """What one unfixed visit costs by itself, the finish apart."""
    weights, prefer, total = scenario["weights"], series.get("prefer", {}), 0
    clock = start.strftime("%H:%M")
    suits = WEEK[start.weekday()] in prefer.get("weekdays", WEEK)
    suits = suits and prefer.get("from", "00:00") <= clock < prefer.get("to", "99:99")
    total += 0 if suits else weights.get("off_preference", 0)
    for kind, weight in weights.get("crowding", {}).items():
        total += weight * _crowd(scenario, kind, parts(scenario["visit_types"][step["visit_type"]], start))
    if current := step.get("current"):
        was = wall(current["start"])
        total += weights.get("moved", 0) * (was != start)
        total += weights.get("moved_day", 0) * abs((was.date() - start.date()).days)
        total += weights.get("reassigned", 0) * sum(
            current["resources"].get(kind) != name for kind, name in chosen.items()
        )
    return total


def _crowd(scenario: dict, kind: str, phases: list[tuple]) -> int:
    """The most units of a kind that bookings use at any tick at which these phases need it."""
    begin, end = phases[0][1], phases[-1][2]
    near = []
    for booking in scenario.get("bookings", []):
        start, of = wall(booking["start"]), scenario["visit_types"][booking["visit_type"]]
        if abs((start - begin).days) <= 3:
            near.append((of, start))
    step = tick([*near, ({"phases": [phase for phase, _, _ in phases]}, begin)])
    units: dict[datetime, int] = defaultdict(int)
    for of, start in near:
        for phase, low, high in parts(of, start):
            if kind in phase.get("needs", {}):
                for now in moments(max(low, begin), min(high, end), step):
                    units[now] += phase["needs"][kind]
    wanted = [
        units[now] for phase, low, high in phases if kind in phase.get("needs", {}) for now in moments(low, high, step)
    ]
    return max(wanted, default=0)
