"""The optimum of a tiny one-series scenario by trying everything; it shares no code with the planner.

Whatever is dearer by its single visits alone than the best found is not tried further; nothing else is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product

from tests.planning.ledger import ledger_faults, parts, wall
from tests.planning.reckoning import own_cost, series_cost
from tests.planning.referee import gap_faults, visit_faults, within


@dataclass(frozen=True)
class Choice:
    """A place for a step: where, from when to when, and its cost by itself."""

    where: dict
    begin: datetime
    end: datetime
    cost: int


def choices_of(scenario: dict) -> dict[str, list[Choice]]:
    """By unfixed step of the one series: every place that keeps the rules of a single visit."""
    (series,) = scenario["series"]
    return {
        step["id"]: sorted(_choices(scenario, series, step), key=lambda choice: choice.cost)
        for step in series["steps"] if not step.get("fixed")
    }


def optimum(scenario: dict, choices: dict[str, list[Choice]] | None = None) -> int | None:
    """The least cost of planning the one series, or None where it cannot be planned."""
    return Trial(scenario, choices_of(scenario) if choices is None else choices).best()


class Trial:
    def __init__(self, scenario: dict, choices: dict[str, list[Choice]]) -> None:
        self.scenario, self.choices = scenario, choices
        (self.series,) = scenario["series"]
        self.steps = {step["id"]: step for step in self.series["steps"]}
        self.fixed = {name: step["current"] for name, step in self.steps.items() if step.get("fixed")}
        self.pairs: dict[tuple, bool] = {}
        self.least: int | None = None
        finish = self.series.get("finish", self.series["steps"][-1]["id"])
        self.before = 0
        if finish in self.fixed:
            days = (wall(self.fixed[finish]["start"]).date() - date.fromisoformat(self.series["earliest"])).days
            self.before = min(0, scenario["weights"].get("finish_day", 0) * days)

    def best(self) -> int | None:
        if self._keeps_same(self.fixed):
            self._extend(list(self.choices), dict(self.fixed), {}, self.before)
        return self.least

    def _extend(self, names: list[str], places: dict[str, dict], taken: dict[str, Choice], cost: int) -> None:
        if not names:
            self._meet(places)
            return
        name, rest = names[0], names[1:]
        least_rest = sum(self.choices[other][0].cost for other in rest if self.choices[other])
        for choice in self.choices[name]:
            if self.least is not None and cost + choice.cost + least_rest >= self.least:
                return
            now = {**places, name: choice.where}
            if self._keeps_gaps(now, name) and self._keeps_apart(now, taken, choice) and self._keeps_same(now):
                self._extend(rest, now, {**taken, name: choice}, cost + choice.cost)

    def _meet(self, places: dict[str, dict]) -> None:
        """A placement that keeps every rule of the series."""
        total = series_cost(self.scenario, self.series, places)
        if self.least is None or total < self.least:
            self.least = total

    def _keeps_same(self, places: dict[str, dict]) -> bool:
        return all(
            len({where["resources"][kind] for where in places.values() if kind in where["resources"]}) <= 1
            for kind in self.series.get("same", [])
        )

    def _keeps_gaps(self, places: dict[str, dict], name: str) -> bool:
        return all(
            self._keeps(step["id"], number, places)
            for step in self.steps.values() if step["id"] in places
            for number, gap in enumerate(step.get("gaps", []))
            if gap["after"] in places and name in (step["id"], gap["after"])
        )

    def _keeps(self, name: str, number: int, places: dict[str, dict]) -> bool:
        gap = self.steps[name]["gaps"][number]
        before, start = places[gap["after"]]["start"], places[name]["start"]
        key = (name, number, before, start)
        if key not in self.pairs:
            self.pairs[key] = not gap_faults(self.scenario, gap, wall(before), wall(start))
        return self.pairs[key]

    def _keeps_apart(self, places: dict[str, dict], taken: dict[str, Choice], choice: Choice) -> bool:
        if not any(other.begin < choice.end and choice.begin < other.end for other in taken.values()):
            return True
        return not ledger_faults(self.scenario, _visits(self.scenario, self.series, places))


def _choices(scenario: dict, series: dict, step: dict) -> Iterator[Choice]:
    grid, kind = scenario["clinic"]["grid_minutes"], scenario["visit_types"][step["visit_type"]]
    fixed = {one["id"]: one["current"] for one in series["steps"] if one.get("fixed")}
    kinds = sorted({of for phase in kind["phases"] for of in phase.get("needs", {})})
    named = [[(of, one["id"]) for one in scenario["resources"] if one["kind"] == of] for of in kinds]
    day, last = date.fromisoformat(series["earliest"]), date.fromisoformat(series["latest"])
    while day <= last:
        for minute in range(0, 1440, grid):
            start = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
            if not within(scenario["clinic"]["open"], start, parts(kind, start)[-1][2]):
                continue
            for chosen in product(*named):
                where = {"start": start.strftime("%Y-%m-%dT%H:%M"), "resources": dict(chosen)}
                faults = visit_faults(scenario, series, step, where)
                if any(fault.startswith("rule 1") for fault in faults):
                    break
                if faults:
                    continue
                if not ledger_faults(scenario, _visits(scenario, series, {**fixed, step["id"]: where})):
                    cost = own_cost(scenario, series, step, start, where["resources"])
                    yield Choice(where, start, parts(kind, start)[-1][2], cost)
        day += timedelta(days=1)


def _visits(scenario: dict, series: dict, places: dict[str, dict]) -> list[tuple]:
    """Places of the series, and the bookings that touch them, as the ledger takes them."""
    types, steps = scenario["visit_types"], {step["id"]: step for step in series["steps"]}
    visits = [
        (name, series["patient"], types[steps[name]["visit_type"]], where, not steps[name].get("fixed"))
        for name, where in places.items()
    ]
    spans = [(wall(where["start"]), parts(kind, wall(where["start"]))[-1][2]) for _, _, kind, where, _ in visits]
    for number, one in enumerate(scenario.get("bookings", [])):
        kind, start = types[one["visit_type"]], wall(one["start"])
        if any(start < end and begin < parts(kind, start)[-1][2] for begin, end in spans):
            visits.append((f"b{number}", one["patient"], kind, one, False))
    return visits
