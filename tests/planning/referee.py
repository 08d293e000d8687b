"""An independent judge of plans: it reads the raw JSON of scenario and plan.

It shares no code with the planner. `judge(scenario, plan)` gives the broken rules (sentences) and the true cost.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from tests.planning.ledger import ledger_faults, parts, wall
from tests.planning.reckoning import WEEK, series_cost


def judge(scenario: dict, plan: dict) -> tuple[list[str], int]:
    """Every rule that the plan breaks, and what it costs."""
    faults: list[str] = []
    placed = {entry["id"]: {visit["step"]: visit for visit in entry["visits"]} for entry in plan["series"]}
    known = {series["id"]: series for series in scenario["series"]}
    out = plan["unplanned"]
    if sorted([*placed, *out]) != sorted(known) or len(plan["series"]) != len(placed):
        faults.append(f"rule 8: planned {sorted(placed)}, unplanned {sorted(out)}, series {sorted(known)}")
    cost = scenario["weights"]["unplanned"] * sum(name not in placed for name in known)
    visits = _standing(scenario)
    for name, series in known.items():
        moving = {step["id"] for step in series["steps"] if not step.get("fixed")}
        if name in placed and moving - set(placed[name]):
            faults.append(f"rule 8: {name} lacks {sorted(moving - set(placed[name]))}")
            continue
        complete = {}
        for step in series["steps"]:
            if step.get("fixed") or name in placed:
                where = step["current"] if step.get("fixed") else placed[name][step["id"]]
                complete[step["id"]] = where
                kind = scenario["visit_types"][step["visit_type"]]
                visits.append((f"{name}/{step['id']}", series["patient"], kind, where, not step.get("fixed")))
        if name in placed:
            faults += [f"{name}: {fault}" for fault in series_faults(scenario, series, complete)]
            cost += series_cost(scenario, series, complete)
    return faults + ledger_faults(scenario, visits), cost


def _standing(scenario: dict) -> list[tuple]:
    return [
        (f"booking {number}", one["patient"], scenario["visit_types"][one["visit_type"]], one, False)
        for number, one in enumerate(scenario.get("bookings", []))
    ]


def seconds_between(scenario: dict, first: datetime, second: datetime) -> float:
    """Elapsed seconds."""
    zone = ZoneInfo(scenario["clinic"]["timezone"])
    return second.replace(tzinfo=zone).timestamp() - first.replace(tzinfo=zone).timestamp()


@cache
def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def within(week: dict, begin: datetime, end: datetime) -> bool:
    """Whether a time lies inside one span of its weekday."""
    low = begin.hour * 60 + begin.minute
    high = low + (end - begin).total_seconds() / 60
    spans = week.get(WEEK[begin.weekday()], [])
    return any(_minutes(opens) <= low and high <= _minutes(closes) for opens, closes in spans)


def visit_faults(scenario: dict, series: dict, step: dict, where: dict) -> list[str]:
    """What a single unfixed visit breaks by itself (rules 1, 2, 6 and the unavailable of 4)."""
    clinic, start = scenario["clinic"], wall(where["start"])
    phases = parts(scenario["visit_types"][step["visit_type"]], start)
    resources = {one["id"]: one for one in scenario["resources"]}
    faults = []
    if (start.hour * 60 + start.minute) % clinic["grid_minutes"]:
        faults.append(f"rule 1: {start} is off the grid")
    if start.date().isoformat() in clinic.get("closed", []) or not within(clinic["open"], start, phases[-1][2]):
        faults.append(f"rule 1: {start} is not in opening hours")
    if not date.fromisoformat(series["earliest"]) <= start.date() <= date.fromisoformat(series["latest"]):
        faults.append(f"rule 6: {start} is outside the dates")
    needed = {kind for phase, _, _ in phases for kind in phase.get("needs", {})}
    if {kind: resources.get(name, {}).get("kind") for kind, name in where["resources"].items()} != {
        kind: kind for kind in needed
    }:
        return [*faults, f"rule 2: {where['resources']} for {sorted(needed)}"]
    for phase, begin, end in phases:
        for kind in phase.get("needs", {}):
            one = resources[where["resources"][kind]]
            if not within(one.get("hours", clinic["open"]), begin, end):
                faults.append(f"rule 2: {one['id']} does not work at {begin}")
            faults += [
                f"rule 2: {one['id']} is away at {begin}"
                for low, high in one.get("away", []) if begin < wall(high) and wall(low) < end
            ]
        if phase.get("patient", True):
            faults += [
                f"rule 4: unavailable at {begin}"
                for low, high in series.get("unavailable", []) if begin < wall(high) and wall(low) < end
            ]
    return faults


def gap_faults(scenario: dict, gap: dict, before: datetime, start: datetime) -> list[str]:
    """What a pair of starts breaks of one gap (rule 5)."""
    hours = seconds_between(scenario, before, start) / 3600
    days = (start.date() - before.date()).days
    broken = []
    if hours < 0:
        broken.append("earlier")
    if hours < gap.get("min_hours", hours) or hours > gap.get("max_hours", hours):
        broken.append(f"{hours} hours")
    if days < gap.get("min_days", days) or days > gap.get("max_days", days):
        broken.append(f"{days} days")
    return [f"rule 5: {one} after {gap['after']}" for one in broken]


def series_faults(scenario: dict, series: dict, complete: dict) -> list[str]:
    """What a planned series breaks by itself."""
    steps = {step["id"]: step for step in series["steps"]}
    faults = []
    for name, step in steps.items():
        if not step.get("fixed"):
            faults += [f"{name}: {fault}" for fault in visit_faults(scenario, series, step, complete[name])]
        for gap in step.get("gaps", []):
            if not (step.get("fixed") and steps[gap["after"]].get("fixed")):
                times = wall(complete[gap["after"]]["start"]), wall(complete[name]["start"])
                faults += [f"{name}: {fault}" for fault in gap_faults(scenario, gap, *times)]
    for kind in series.get("same", []):
        if len({where["resources"][kind] for where in complete.values() if kind in where["resources"]}) > 1:
            faults.append(f"rule 7: {kind} differs")
    return faults
