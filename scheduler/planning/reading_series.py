"""Bookings and series of a scenario, with the names they refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheduler.planning.reading_values import Fault, Node, shown
from scheduler.planning.scenario import Booking, Current, Gap, Preference, Series, Step, VisitType


@dataclass(frozen=True, slots=True)
class Names:
    """What can be referred to: visit types by id, and the kind of each resource id."""

    visit_types: Mapping[str, VisitType]
    kinds: Mapping[str, str]

    def visit_type(self, node: Node) -> VisitType:
        """The visit type that a node names."""
        name = node.text()
        if name not in self.visit_types:
            raise node.wrong(f"there is no visit type {shown(name)}")
        return self.visit_types[name]

    def placed(self, node: Node, visit_type: VisitType) -> dict[str, str]:
        """Exactly one resource, of the right kind, for each kind that the visit type needs."""
        chosen = _chosen(node)
        needed = visit_type.kinds
        for kind in needed:
            if kind not in chosen:
                raise node.wrong(f"must name a {shown(kind)} for the visit type {shown(visit_type.id)}")
        for kind, item in node.entries().items():
            if kind not in needed:
                raise item.wrong(f"the visit type {shown(visit_type.id)} needs no resource of this kind")
            if chosen[kind] not in self.kinds:
                raise item.wrong(f"there is no resource {shown(chosen[kind])}")
            if self.kinds[chosen[kind]] != kind:
                raise item.wrong(f"{shown(chosen[kind])} is a {shown(self.kinds[chosen[kind]])}")
        return chosen


def _chosen(node: Node) -> dict[str, str]:
    return {kind: item.text() for kind, item in node.entries().items()}


def read_bookings(node: Node, names: Names) -> tuple[Booking, ...]:
    """All bookings. There can be tens of thousands: the sound ones are read without walking them node by node."""
    kinds = {name: (visit_type.id, visit_type.kinds) for name, visit_type in names.visit_types.items()}
    moments: dict[str, datetime] = {}
    return tuple(
        _sound_booking(item, kinds, names.kinds, moments) or _booking(Node(item, f"{node.path}[{index}]"), names)
        for index, item in enumerate(one.value for one in node.items())
    )


def _sound_booking(item: Any, types: Mapping, kinds: Mapping[str, str], moments: dict[str, datetime]) -> Booking | None:
    """The booking, or nothing where anything at all is amiss with it."""
    try:
        patient, start, chosen = item["patient"], item["start"], item["resources"]
        visit_type, needed = types[item["visit_type"]]
        if type(patient) is not str or len(chosen) != len(needed):
            return None
        for kind in needed:
            if kinds[chosen[kind]] != kind:
                return None
        moment = moments.get(start)
        if moment is None:
            moment = moments[start] = Node(start).moment()
        return Booking(patient, visit_type, moment, chosen)
    except (KeyError, TypeError, IndexError, Fault):
        return None


def _booking(node: Node, names: Names) -> Booking:
    visit_type = names.visit_type(node.key("visit_type"))
    return Booking(
        patient=node.key("patient").text(),
        visit_type=visit_type.id,
        start=node.key("start").moment(),
        resources=names.placed(node.key("resources"), visit_type),
    )


def read_series(node: Node, names: Names) -> Series:
    """One series with its steps."""
    steps: dict[str, Step] = {}
    for item in node.key("steps").some():
        step = _step(item, names, steps)
        steps[step.id] = step
    earliest, latest = node.key("earliest").date(), node.key("latest").date()
    if earliest > latest:
        raise node.key("earliest").wrong("must not be after latest")
    finish, unavailable, prefer, same = (node.maybe(name) for name in ("finish", "unavailable", "prefer", "same"))
    if finish and finish.text() not in steps:
        raise finish.wrong(f"there is no step {shown(finish.value)}")
    return Series(
        id=node.key("id").text(),
        patient=node.key("patient").text(),
        earliest=earliest,
        latest=latest,
        steps=tuple(steps.values()),
        unavailable=tuple(item.away() for item in unavailable.items()) if unavailable else (),
        prefer=_preference(prefer) if prefer else Preference(),
        same=tuple(dict.fromkeys(item.text() for item in same.items())) if same else (),
        finish=finish.text() if finish else None,
    )


def _preference(node: Node) -> Preference:
    weekdays, begin, end = node.maybe("weekdays"), node.maybe("from"), node.maybe("to")
    return Preference(
        weekdays=frozenset(day.weekday() for day in weekdays.items()) if weekdays else None,
        from_minute=begin.clock() if begin else None,
        to_minute=end.clock() if end else None,
    )


def _step(node: Node, names: Names, earlier: Mapping[str, Step]) -> Step:
    name = node.key("id").text()
    if name in earlier:
        raise node.key("id").wrong("another step of the series has this id")
    visit_type = names.visit_type(node.key("visit_type"))
    gaps, current, fixed = node.maybe("gaps"), node.maybe("current"), node.maybe("fixed")
    stays = fixed.flag() if fixed else False
    if stays and not current:
        raise Fault(node.at("current"), "is missing, and a fixed step stays where it is booked now")
    return Step(
        id=name,
        visit_type=visit_type.id,
        gaps=tuple(_gap(item, earlier) for item in gaps.items()) if gaps else (),
        current=_current(current, visit_type, names, stays) if current else None,
        fixed=stays,
    )


def _current(node: Node, visit_type: VisitType, names: Names, stays: bool) -> Current:
    where = node.key("resources")
    return Current(node.key("start").moment(), names.placed(where, visit_type) if stays else _chosen(where))


def _gap(node: Node, earlier: Mapping[str, Step]) -> Gap:
    after = node.key("after")
    if after.text() not in earlier:
        raise after.wrong(f"{shown(after.value)} is no earlier step of the series")
    hours = {name: value.number() for name in ("min_hours", "max_hours") if (value := node.maybe(name)) is not None}
    days = {
        name: value.whole()
        for name in ("min_days", "max_days", "target_days") if (value := node.maybe(name)) is not None
    }
    return Gap(after.value, **hours, **days)
