"""Scenario values written back as the JSON they could have come from, so that the referee can judge their plans."""

from __future__ import annotations

from dataclasses import replace

from scheduler.planning.plans import SeriesPlan, WayOut
from scheduler.planning.scenario import WEEKDAYS, Resource, Scenario, Series, Step, Week
from scheduler.planning.walltime import clock_text
from tests.planning.referee import judge

MOMENT = "%Y-%m-%dT%H:%M"


def raw(scenario: Scenario) -> dict:
    """The JSON value of a scenario."""
    clinic, weights = scenario.clinic, scenario.weights
    return {
        "format": 1,
        "clinic": {
            "timezone": clinic.timezone, "grid_minutes": clinic.grid_minutes, "open": _week(clinic.open),
            "closed": [day.isoformat() for day in clinic.closed],
        },
        "resources": [_resource(one) for one in scenario.resources],
        "visit_types": {
            name: {"phases": [
                {"name": phase.name, "minutes": phase.minutes, "needs": dict(phase.needs), "patient": phase.patient}
                for phase in kind.phases
            ]}
            for name, kind in scenario.visit_types.items()
        },
        "bookings": [
            {"patient": one.patient, "visit_type": one.visit_type, "start": one.start.strftime(MOMENT),
             "resources": dict(one.resources)}
            for one in scenario.bookings
        ],
        "series": [_series(one) for one in scenario.series],
        "weights": {name: getattr(weights, name) for name in weights.__slots__},
    }


def _week(week: Week) -> dict:
    return {
        name: [[clock_text(begin), clock_text(end)] for begin, end in spans]
        for name, spans in zip(WEEKDAYS, week, strict=True)
    }


def _resource(one: Resource) -> dict:
    made = {"id": one.id, "kind": one.kind, "capacity": one.capacity, "away": _away(one.away)}
    return made if one.hours is None else made | {"hours": _week(one.hours)}


def _away(spans: tuple) -> list:
    return [[begin.strftime(MOMENT), end.strftime(MOMENT)] for begin, end in spans]


def _series(one: Series) -> dict:
    prefer = one.prefer
    given = {
        "weekdays": None if prefer.weekdays is None else [WEEKDAYS[day] for day in prefer.weekdays],
        "from": None if prefer.from_minute is None else clock_text(prefer.from_minute),
        "to": None if prefer.to_minute is None else clock_text(prefer.to_minute),
    }
    return {
        "id": one.id, "patient": one.patient, "earliest": one.earliest.isoformat(), "latest": one.latest.isoformat(),
        "unavailable": _away(one.unavailable), "same": list(one.same), "finish": one.finish_step,
        "prefer": {name: value for name, value in given.items() if value is not None},
        "steps": [_step(step) for step in one.steps],
    }


def _step(step: Step) -> dict:
    gaps = [{name: getattr(gap, name) for name in gap.__slots__} for gap in step.gaps]
    made = {
        "id": step.id, "visit_type": step.visit_type, "fixed": step.fixed,
        "gaps": [{name: value for name, value in gap.items() if value is not None} for gap in gaps],
    }
    if step.current:
        where = {"start": step.current.start.strftime(MOMENT), "resources": dict(step.current.resources)}
        made["current"] = where
    return made


def judged(scenario: Scenario, plan: SeriesPlan) -> None:
    """Have the referee judge a plan of the one series of a scenario."""
    visits = [
        {"step": one.step, "start": one.start.strftime(MOMENT), "resources": dict(one.resources)}
        for one in plan.visits
    ]
    entry = {"series": [{"id": plan.series, "visits": visits}], "unplanned": []}
    assert judge(raw(scenario), entry) == ([], plan.cost.total)


def judged_way_out(scenario: Scenario, way: WayOut) -> None:
    """Have the referee judge the plan of a way out, in the scenario with the one thing given up."""
    judged(replace(scenario, series=(way.series,), resources=way.resources), way.plan)
