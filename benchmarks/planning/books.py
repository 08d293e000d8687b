"""Random books: a clinic whose chairs and therapists are taken to a given share, and one new course to place.

Equal arguments give equal scenarios (raw JSON values, as the `plan` command reads them). Each chair's and therapist's
day is filled with visits back to back; then visits are taken out at random until the share is met.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

FIRST = date(2027, 1, 4)
OPENS, CLOSES = 480, 1080
TYPES = {
    "esketamine": [("check-in", 15, 1), ("dosing", 15, 2), ("observation", 105, 1), ("turnover", 10, 0)],
    "infusion": [("check-in", 15, 2), ("infusion", 40, 2), ("recovery", 60, 1), ("turnover", 10, 0)],
    "injection": [("injection", 20, 1), ("turnover", 10, 0)],
}
"""Phases in a chair: name, minutes, units of a nurse; the patient has left by the turnover."""
THERAPY = {"phases": [{"name": "session", "minutes": 50, "needs": {"therapist": 1}},
                      {"name": "notes", "minutes": 10, "needs": {"therapist": 1}, "patient": False}]}


def book(chairs: int, weeks: int, load: float, seed: int) -> dict:
    """A scenario with one course of six infusions in a book of so many chairs and weeks, taken to a share (0 to 1)."""
    dice = Random(f"{chairs} {weeks} {load} {seed}")
    days = [FIRST + timedelta(days=day) for day in range(7 * weeks) if (FIRST + timedelta(days=day)).weekday() < 5]
    nurses, therapists = max(2, -(-chairs * 3 // 5)), max(2, -(-chairs * 4 // 5))
    chair_visits = _thinned(dice, _chair_visits(dice, days, chairs, nurses), load * chairs * len(days))
    sessions = _thinned(dice, _sessions(days, therapists), load * therapists * len(days))
    bookings = [{**one, "patient": f"b{number}"} for number, (one, _) in enumerate([*chair_visits, *sessions])]
    week = {name: [["08:00", "18:00"]] for name in ("mon", "tue", "wed", "thu", "fri")}
    return {
        "format": 1,
        "clinic": {"timezone": "America/New_York", "grid_minutes": 5, "open": week},
        "resources": [
            *({"id": f"chair-{number}", "kind": "chair"} for number in range(chairs)),
            *({"id": f"rn-{number}", "kind": "nurse", "capacity": 4} for number in range(nurses)),
            *({"id": f"th-{number}", "kind": "therapist"} for number in range(therapists)),
        ],
        "visit_types": {**{name: {"phases": [_phase(*phase) for phase in phases]} for name, phases in TYPES.items()},
                        "therapy": THERAPY},
        "bookings": bookings,
        "series": [_course(days[-1])],
        "weights": {"finish_day": 10, "gap_day": 15, "off_preference": 30, "handover": {"nurse": 5, "therapist": 20},
                    "crowding": {"chair": 1}, "unplanned": 100000},
    }


def _phase(name: str, minutes: int, nurse: int) -> dict:
    needs = {"chair": 1} | ({"nurse": nurse} if nurse else {})
    return {"name": name, "minutes": minutes, "needs": needs} | ({} if nurse else {"patient": False})


def _course(last: date) -> dict:
    """Preparation, six infusions twice a week, a session a day or three after each."""
    steps: list[dict] = [{"id": "prep", "visit_type": "therapy"}]
    for number in range(1, 7):
        before = {"after": f"inf-{number - 1}", "min_days": 2, "max_days": 5, "target_days": 3 + number % 2}
        gaps = [before, {"after": f"int-{number - 1}", "min_hours": 1}] if number > 1 else [
            {"after": "prep", "min_days": 1, "max_days": 7}]
        steps.append({"id": f"inf-{number}", "visit_type": "infusion", "gaps": gaps})
        steps.append({"id": f"int-{number}", "visit_type": "therapy",
                      "gaps": [{"after": f"inf-{number}", "min_hours": 20, "max_hours": 72}]})
    return {"id": "s1", "patient": "p1", "earliest": FIRST.isoformat(), "latest": last.isoformat(), "steps": steps,
            "same": ["therapist"], "prefer": {"from": "09:00", "to": "15:00"}, "finish": "inf-6"}


def _chair_visits(dice: Random, days: list[date], chairs: int, nurses: int) -> list[tuple[dict, float]]:
    """Visits with the share of a chair's day that each takes."""
    found = []
    for day in days:
        busy = {(nurse, slot): 0 for nurse in range(nurses) for slot in range(OPENS, CLOSES, 5)}
        for chair in range(chairs):
            minute = OPENS + 5 * dice.randrange(4)
            while fitting := [name for name in TYPES if minute + _minutes(name) <= CLOSES]:
                name = dice.choice([one for one in fitting if one != "injection"] or fitting)
                nurse = _nurse(dice, busy, nurses, name, minute)
                if nurse is not None:
                    where = {"chair": f"chair-{chair}", "nurse": f"rn-{nurse}"}
                    found.append((_visit(name, day, minute, where), _minutes(name) / (CLOSES - OPENS)))
                minute += _minutes(name) if nurse is not None else 5
    return found


def _nurse(dice: Random, busy: dict[tuple[int, int], int], nurses: int, name: str, minute: int) -> int | None:
    """A nurse with enough units left through the visit, who then has them no more."""
    slots = []
    for _, minutes, units in TYPES[name]:
        slots += [(slot, units) for slot in range(minute, minute + minutes, 5)]
        minute += minutes
    for nurse in dice.sample(range(nurses), nurses):
        if all(busy[nurse, slot] + units <= 4 for slot, units in slots):
            for slot, units in slots:
                busy[nurse, slot] += units
            return nurse
    return None


def _sessions(days: list[date], therapists: int) -> list[tuple[dict, float]]:
    return [
        (_visit("therapy", day, minute, {"therapist": f"th-{number}"}), 60 / (CLOSES - OPENS))
        for day in days for number in range(therapists) for minute in range(OPENS, CLOSES, 60)
    ]


def _minutes(name: str) -> int:
    return sum(minutes for _, minutes, _ in TYPES[name])


def _visit(name: str, day: date, minute: int, where: dict[str, str]) -> dict:
    start = datetime(day.year, day.month, day.day, minute // 60, minute % 60)  # noqa: DTZ001 - wall time
    return {"visit_type": name, "start": start.strftime("%Y-%m-%dT%H:%M"), "resources": where}


def _thinned(dice: Random, visits: list[tuple[dict, float]], most: float) -> list[tuple[dict, float]]:
    """The visits without as many, at random, as it takes to come down to a sum of shares."""
    dice.shuffle(visits)
    total = sum(share for _, share in visits)
    while visits and total > most:
        total -= visits.pop()[1]
    return visits
