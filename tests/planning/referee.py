"""An independent judge of plans: it reads the raw JSON of scenario and plan, keeps a ledger by the tick, and counts.

A tick is so many minutes that every visit in question and every phase begins and ends on one.

It shares no code with the planner. `judge(scenario, plan)` gives the broken rules (sentences) and the true cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from math import gcd
from zoneinfo import ZoneInfo

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


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


@cache
def wall(text: str) -> datetime:
    """A wall time of the scenario."""
    return datetime.fromisoformat(text)


def seconds_between(scenario: dict, first: datetime, second: datetime) -> float:
    """Elapsed seconds."""
    zone = ZoneInfo(scenario["clinic"]["timezone"])
    return second.replace(tzinfo=zone).timestamp() - first.replace(tzinfo=zone).timestamp()


def parts(kind: dict, start: datetime) -> list[tuple[dict, datetime, datetime]]:
    """The phases of a visit with their begin and end."""
    found = []
    for phase in kind["phases"]:
        end = start + timedelta(minutes=phase["minutes"])
        found.append((phase, start, end))
        start = end
    return found


def _within(week: dict, begin: datetime, end: datetime) -> bool:
    midnight = datetime(begin.year, begin.month, begin.day)
    low, high = (begin - midnight).total_seconds() / 60, (end - midnight).total_seconds() / 60
    spans = week.get(WEEK[begin.weekday()], [])
    minutes = [[int(text[:2]) * 60 + int(text[3:]) for text in span] for span in spans]
    return any(opens <= low and high <= closes for opens, closes in minutes)


def visit_faults(scenario: dict, series: dict, step: dict, where: dict) -> list[str]:
    """What a single unfixed visit breaks by itself (rules 1, 2, 6 and the unavailable of 4)."""
    clinic, start = scenario["clinic"], wall(where["start"])
    phases = parts(scenario["visit_types"][step["visit_type"]], start)
    resources = {one["id"]: one for one in scenario["resources"]}
    faults = []
    if (start.hour * 60 + start.minute) % clinic["grid_minutes"]:
        faults.append(f"rule 1: {start} is off the grid")
    if start.date().isoformat() in clinic.get("closed", []) or not _within(clinic["open"], start, phases[-1][2]):
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
            if not _within(one.get("hours", clinic["open"]), begin, end):
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


def tick(visits: Iterable[tuple[dict, datetime]]) -> timedelta:
    """The most minutes such that every phase of these visits begins and ends on a multiple."""
    minutes = {1440}
    for kind, start in visits:
        minutes |= {start.hour * 60 + start.minute, *(phase["minutes"] for phase in kind["phases"])}
    return timedelta(minutes=gcd(*minutes))


def moments(begin: datetime, end: datetime, step: timedelta) -> list[datetime]:
    """The ticks from begin until before end."""
    return [begin + step * number for number in range((end - begin) // step)]


def ledger_faults(scenario: dict, visits: list[tuple]) -> list[str]:
    """What visits do to one another: rules 3 and 4, by the tick, at ticks of unfixed planned visits."""
    capacity = {one["id"]: one.get("capacity", 1) for one in scenario["resources"]}
    near = {wall(where["start"]).date() for *_, where, planned in visits if planned}
    used: dict[tuple, int] = defaultdict(int)
    there: dict[tuple, set[int]] = defaultdict(set)
    asked: dict[tuple, str] = {}
    placed = [(*one, wall(one[3]["start"])) for one in visits]
    placed = [one for one in placed if any(abs((one[5].date() - day).days) <= 1 for day in near)]
    step = tick((kind, start) for _, _, kind, _, _, start in placed)
    for number, (label, patient, kind, where, planned, start) in enumerate(placed):
        for phase, begin, end in parts(kind, start):
            for now in moments(begin, end, step):
                for of, units in phase.get("needs", {}).items():
                    used[where["resources"][of], now] += units
                    if planned:
                        asked[where["resources"][of], now] = label
                if phase.get("patient", True):
                    there[patient, now].add(number)
                    if planned:
                        asked["patient", patient, now] = label
    faults = [
        f"rule 3: {label}: {place[0]} at {place[1]} holds {used[place]}"
        for place, label in asked.items() if len(place) == 2 and used[place] > capacity[place[0]]
    ]
    return faults + [
        f"rule 4: {label}: {place[1]} is twice somewhere at {place[2]}"
        for place, label in asked.items() if len(place) == 3 and len(there[place[1:]]) > 1
    ]


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
