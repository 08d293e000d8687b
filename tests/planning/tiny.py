"""Tiny random scenarios with every feature of the format, small enough to try everything."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SEASONS = [
    ("America/New_York", date(2027, 3, 12)), ("America/New_York", date(2026, 10, 30)),
    ("Europe/Berlin", date(2027, 3, 26)), ("America/New_York", date(2027, 6, 7)),
    ("Australia/Lord_Howe", date(2027, 4, 2)),
]


def scenario(seed: int, gaps: float = 0.45) -> dict:
    """A scenario of one series; equal seeds give equal scenarios. `gaps`: how likely two steps have a gap."""
    dice = Random(seed)
    zone, first = dice.choice(SEASONS)
    grid = dice.choice([30, 30, 60, 60, 20, 45])
    days = dice.randint(2, 6)
    opens = dice.choice([0, 0, 8, 9]) * 60
    length = dice.choice([3, 4, 5]) * 60 if grid < 60 else dice.choice([5, 7]) * 60
    types = {f"t{number}": _visit_type(dice, grid) for number in range(dice.randint(1, 3))}
    resources = _resources(dice, first, opens, length)
    made = {
        "format": 1,
        "clinic": {
            "timezone": zone, "grid_minutes": grid, "open": _week(dice, opens, length, 0.9),
            "closed": [_day(first, dice.randrange(days))] if dice.random() < 0.15 else [],
        },
        "resources": resources, "visit_types": types,
        "bookings": [
            _placed(dice, first, days, opens, length, types, resources) | {"patient": dice.choice(["p1", "p2", "p3"])}
            for _ in range(dice.choice([0, 2, 5, 8]))
        ],
        "weights": _weights(dice),
    }
    made["series"] = [_series(dice, made, first, days, opens, length, gaps)]
    return made


def disruption(seed: int) -> dict:
    """A scenario of two or three short series, most of their steps booked now, on few resources."""
    dice = Random(seed)
    made = scenario(seed, gaps=0.7)
    first = date.fromisoformat(made["series"][0]["earliest"])
    days = dice.randint(1, 4)
    opens, length = _opening(made)
    for one in made["resources"]:
        one["capacity"] = 2
    made["bookings"] = made["bookings"][:3]
    made["series"] = []
    for number in range(dice.choice([2, 3, 4])):
        series = _series(dice, made, first, days, opens, length, 0.7)
        series |= {"id": f"x{number}", "patient": dice.choice(["p1", "p2", "p3"]), "steps": series["steps"][:2]}
        series.pop("finish", None)
        made["series"].append(series)
    made["weights"]["unplanned"] = dice.choice([100000, 100000, 25])
    return made


def _opening(made: dict) -> tuple[int, int]:
    """When the week of a scenario begins and for how long it is open, in minutes."""
    spans = [span for day in made["clinic"]["open"].values() for span in day] or [["08:00", "12:00"]]
    begin = min(int(span[0][:2]) * 60 + int(span[0][3:]) for span in spans)
    return begin, max(int(span[1][:2]) * 60 + int(span[1][3:]) for span in spans) - begin


def _day(first: date, ahead: int) -> str:
    return (first + timedelta(days=ahead)).isoformat()


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _week(dice: Random, opens: int, length: int, chance: float) -> dict:
    week = {}
    for name in WEEK:
        if dice.random() < chance:
            middle = opens + dice.randrange(30, length, 30)
            whole = [[_clock(opens), _clock(opens + length)]]
            split = [[_clock(opens), _clock(middle)], [_clock(middle), _clock(opens + length)]]
            over = [[_clock(opens), _clock(min(opens + length, middle + 60))], [_clock(middle), _clock(opens + length)]]
            week[name] = dice.choice([whole, whole, split, over])
    return week


def _visit_type(dice: Random, grid: int) -> dict:
    kinds = dice.sample(["room", "nurse", "helper"], dice.choice([1, 1, 2, 2, 3]))
    phases = []
    for number in range(dice.choice([1, 1, 2, 2, 3])):
        needs = {kind: dice.choice([1, 1, 1, 2]) for kind in kinds if dice.random() < 0.75}
        phases.append({"minutes": grid * dice.choice([1, 1, 1, 2]), "needs": needs, "name": f"phase {number}"})
        if dice.random() < 0.35:
            phases[-1]["patient"] = False
    return {"phases": phases}


def _resources(dice: Random, first: date, opens: int, length: int) -> list[dict]:
    made = []
    for kind in ("room", "nurse", "helper"):
        for number in range(dice.choice([1, 2, 2, 3])):
            one = {"id": f"{kind}-{number}", "kind": kind}
            if dice.random() < 0.7:
                one["capacity"] = dice.choice([1, 2, 2, 3])
            if dice.random() < 0.3:
                one["hours"] = _week(dice, opens, length, 0.8)
            if dice.random() < 0.2:
                begin = datetime(first.year, first.month, first.day) + timedelta(minutes=dice.randrange(0, 4000, 10))
                end = begin + timedelta(minutes=dice.randrange(10, 700, 10))
                one["away"] = [[begin.strftime("%Y-%m-%dT%H:%M"), end.strftime("%Y-%m-%dT%H:%M")]]
            made.append(one)
    return made


def _placed(dice: Random, first: date, days: int, opens: int, length: int, types: dict, resources: list) -> dict:
    name = dice.choice(sorted(types))
    kinds = {kind for phase in types[name]["phases"] for kind in phase["needs"]}
    minute = opens + dice.randrange(-60 if opens else 0, length, dice.choice([5, 30, 60]))
    start = datetime(first.year, first.month, first.day) + timedelta(days=dice.randrange(days), minutes=minute)
    chosen = {kind: dice.choice([one["id"] for one in resources if one["kind"] == kind]) for kind in sorted(kinds)}
    return {"visit_type": name, "start": start.strftime("%Y-%m-%dT%H:%M"), "resources": chosen}


def _gap(dice: Random, after: str, grid: int) -> dict:
    gap: dict = {"after": after}
    if dice.random() < 0.3:
        gap["min_hours"] = dice.choice([0, 0.5, 0.5, 1, 1, 2, 20, 23, 24, 25, 0.75, 1.0001])
    if dice.random() < 0.25:
        gap["max_hours"] = dice.choice([1, 2, 4, 23, 24, 26, 30, 48, 50.5, 72])
    if dice.random() < 0.3:
        gap["min_days"] = dice.choice([0, 1, 1, 2])
    if dice.random() < 0.3:
        gap["max_days"] = dice.choice([0, 1, 2, 3])
    if dice.random() < 0.5:
        gap["target_days"] = dice.choice([0, 1, 2, 3])
    return gap


def _series(
    dice: Random, made: dict, first: date, days: int, opens: int, length: int, chance: float
) -> dict:
    types, resources, grid = made["visit_types"], made["resources"], made["clinic"]["grid_minutes"]
    count = dice.choice([1, 2, 2, 3, 3, 3, 4])
    steps: list[dict] = []
    for number in range(count):
        step: dict = {"id": f"s{number}", "visit_type": dice.choice(sorted(types))}
        gaps = [_gap(dice, earlier["id"], grid) for earlier in steps if dice.random() < chance]
        if gaps or dice.random() < 0.3:
            step["gaps"] = gaps
        if dice.random() < 0.3:
            own = {step["visit_type"]: types[step["visit_type"]]}
            where = _placed(dice, first, days, opens, length, own, resources)
            step["current"] = {"start": where["start"], "resources": where["resources"]}
            if dice.random() < 0.4 and number < count - 1:
                step["fixed"] = True
        steps.append(step)
    late = dice.randrange(days) if dice.random() < 0.2 else days - 1
    series = {"id": "x", "patient": "p1", "earliest": _day(first, 0), "latest": _day(first, late), "steps": steps}
    if dice.random() < 0.3:
        begin = datetime(first.year, first.month, first.day) + timedelta(minutes=opens + dice.randrange(0, 3000, 15))
        end = begin + timedelta(minutes=dice.randrange(15, 300, 15))
        series["unavailable"] = [[begin.strftime("%Y-%m-%dT%H:%M"), end.strftime("%Y-%m-%dT%H:%M")]]
    if dice.random() < 0.5:
        series["prefer"] = {}
        if dice.random() < 0.6:
            series["prefer"]["weekdays"] = dice.sample(WEEK, dice.randint(0, 5))
        if dice.random() < 0.5:
            series["prefer"]["from"] = _clock(opens + dice.randrange(0, length, 15))
        if dice.random() < 0.5:
            series["prefer"]["to"] = _clock(opens + dice.randrange(0, length, 15))
    if dice.random() < 0.35:
        series["same"] = dice.sample(["room", "nurse", "helper"], dice.choice([1, 1, 2]))
    if dice.random() < 0.3:
        series["finish"] = dice.choice(steps)["id"]
    return series


def _weights(dice: Random) -> dict:
    weights: dict = {"unplanned": dice.choice([100000, 100000, 100000, 30])}
    for name, values in (
        ("finish_day", [0, 1, 10]), ("gap_day", [0, 3, 15]), ("off_preference", [0, 5, 30]),
        ("moved", [0, 4, 40]), ("moved_day", [0, 2, 10]), ("reassigned", [0, 1, 5]),
    ):
        if dice.random() < 0.85:
            weights[name] = dice.choice(values)
    weights["handover"] = {kind: dice.choice([0, 2, 20]) for kind in ("room", "nurse", "helper") if dice.random() < 0.5}
    weights["crowding"] = {kind: dice.choice([0, 1, 7]) for kind in ("room", "nurse", "helper") if dice.random() < 0.5}
    if dice.random() < 0.02:
        weights["finish_day"] = weights["crowding"]["room"] = 10**9
    return weights
