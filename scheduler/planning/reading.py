"""A scenario from its JSON text: `read` gives the `Scenario`, or an `Invalid` naming the place and what is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.planning.reading_series import Names, read_bookings, read_series
from scheduler.planning.reading_values import Fault, Node, NotANumber, shown
from scheduler.planning.scenario import Clinic, Phase, Resource, Scenario, VisitType, Weights

_TOO_LONG = 25
"""Digits beyond which a whole number is not worked out: it is above every limit anyway."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """A scenario that cannot be planned: the JSON path, and what is wrong there."""

    path: str
    sentence: str


def read(text: str | bytes) -> Scenario | Invalid:
    """The scenario that a JSON text (UTF-8 where bytes) describes, or what is wrong with it."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        constants: list[str] = []
        raw = json.loads(text, parse_constant=lambda name: _noted(name, constants), parse_int=_integer)
    except UnicodeDecodeError as error:
        return Invalid("scenario", f"is not UTF-8 text (byte {error.start})")
    except json.JSONDecodeError as error:
        return Invalid("scenario", f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})")
    except RecursionError:
        return Invalid("scenario", "is nested too deeply")
    return read_value(raw, has_constants=bool(constants))


def read_value(raw: Any, *, has_constants: bool = False) -> Scenario | Invalid:
    """The scenario of a parsed JSON value, or what is wrong with it; constants are words such as NaN."""
    try:
        if has_constants:
            _refuse_constants(Node(raw))
        return _scenario(Node(raw))
    except Fault as fault:
        return Invalid(fault.path, fault.sentence)
    except RecursionError:
        return Invalid("scenario", "is nested too deeply")


def _noted(name: str, constants: list[str]) -> NotANumber:
    constants.append(name)
    return NotANumber()


def _integer(text: str) -> int:
    return int(text) if len(text) < _TOO_LONG else int(text[:_TOO_LONG])


def _refuse_constants(node: Node) -> None:
    """NaN and Infinity are not JSON, wherever they stand."""
    if isinstance(node.value, NotANumber):
        raise node.wrong("is not JSON: NaN and Infinity are no numbers there")
    if isinstance(node.value, dict):
        children = node.entries().values()
    elif isinstance(node.value, list):
        children = node.items()
    else:
        return
    for child in children:
        if isinstance(child.value, dict | list | NotANumber):
            _refuse_constants(child)


def _scenario(root: Node) -> Scenario:
    version = root.key("format")
    if isinstance(version.value, bool) or version.value != 1:
        raise version.wrong("must be 1")
    clinic = _clinic(root.key("clinic"))
    resources = tuple(_resource(node) for node in root.key("resources").items())
    kinds: dict[str, str] = {}
    for resource, node in zip(resources, root.key("resources").items(), strict=True):
        if resource.id in kinds:
            raise node.key("id").wrong("another resource has this id")
        kinds[resource.id] = resource.kind
    types = root.key("visit_types")
    visit_types = {name: _visit_type(name, node, frozenset(kinds.values())) for name, node in types.entries().items()}
    names = Names(visit_types, kinds)
    listed = root.maybe("bookings")
    bookings = read_bookings(listed, names) if listed else ()
    series, seen = [], set()
    for node in root.key("series").some():
        series.append(read_series(node, names))
        if series[-1].id in seen:
            raise node.key("id").wrong("another series has this id")
        seen.add(series[-1].id)
    booked = {booking.visit_type for booking in bookings} - {step.visit_type for one in series for step in one.steps}
    for name, node in types.entries().items():
        if name not in booked:
            _keep_to_the_grid(node, clinic.grid_minutes)
    return Scenario(clinic, resources, visit_types, bookings, tuple(series), _weights(root.key("weights")))


def _clinic(node: Node) -> Clinic:
    zone = node.key("timezone")
    try:
        ZoneInfo(zone.text())
    except (ValueError, OSError, LookupError):
        raise zone.wrong("is no time zone of the IANA database") from None
    closed = node.maybe("closed")
    return Clinic(
        timezone=zone.text(),
        grid_minutes=node.key("grid_minutes").whole(1, 1440),
        open=node.key("open").week(),
        closed=frozenset(day.date() for day in closed.items()) if closed else frozenset(),
    )


def _resource(node: Node) -> Resource:
    capacity, hours, away = node.maybe("capacity"), node.maybe("hours"), node.maybe("away")
    return Resource(
        id=node.key("id").text(),
        kind=node.key("kind").text(),
        capacity=capacity.whole() if capacity else 1,
        hours=hours.week() if hours else None,
        away=tuple(item.away() for item in away.items()) if away else (),
    )


def _visit_type(name: str, node: Node, kinds: frozenset[str]) -> VisitType:
    return VisitType(name, tuple(_phase(item, kinds) for item in node.key("phases").some()))


def _keep_to_the_grid(node: Node, grid: int) -> None:
    """Phases are multiples of the grid. Of a type that only bookings have this is not asked: they may lie off it."""
    for phase in node.key("phases").items():
        minutes = phase.key("minutes")
        if minutes.whole() % grid:
            raise minutes.wrong(f"must be a multiple of grid_minutes ({grid}), but is {shown(minutes.value)}")


def _phase(node: Node, kinds: frozenset[str]) -> Phase:
    name, needs, patient = node.maybe("name"), node.maybe("needs"), node.maybe("patient")
    minutes = node.key("minutes").whole(least=1)
    units: dict[str, int] = {}
    for kind, need in (needs.entries() if needs else {}).items():
        units[kind] = need.whole(least=1)
        if kind not in kinds:
            raise need.wrong("no resource is of this kind")
    return Phase(minutes, units, patient.flag() if patient else True, name.text() if name else "")


def _weights(node: Node) -> Weights:
    plain = ("finish_day", "gap_day", "off_preference", "moved", "moved_day", "reassigned")
    given = {name: value.whole() for name in plain if (value := node.maybe(name)) is not None}
    by_kind = {
        name: {kind: weight.whole() for kind, weight in value.entries().items()}
        for name in ("handover", "crowding") if (value := node.maybe(name)) is not None
    }
    return Weights(unplanned=node.key("unplanned").whole(), **given, **by_kind)
