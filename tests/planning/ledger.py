"""What visits do to one another, by the tick: so many minutes that every visit and phase begins and ends on one.

A visit here is (label, patient, visit type as JSON, where as JSON, whether it is an unfixed planned one).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from math import gcd


@cache
def wall(text: str) -> datetime:
    """A wall time of the scenario."""
    return datetime.fromisoformat(text)


def parts(kind: dict, start: datetime) -> list[tuple[dict, datetime, datetime]]:
    """The phases of a visit with their begin and end."""
    found = []
    for phase in kind["phases"]:
        end = start + timedelta(minutes=phase["minutes"])
        found.append((phase, start, end))
        start = end
    return found


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
