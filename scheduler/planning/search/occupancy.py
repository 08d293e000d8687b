"""How full resources are: units in use over the slots of an axis, and where a phase still fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scheduler.planning.scenario import Resource, VisitType, Week
from scheduler.planning.search.axis import Axis
from scheduler.planning.walltime import DAY, minute_of

BLOCKED = -1
"""Free units where a resource is away: fewer than any phase needs."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Units taken of resources (by row) over wall minutes, one array each."""

    rows: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    units: np.ndarray


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes of a visit, from its start: begin, end, and the units taken."""

    begin: int
    end: int
    units: int


def stretches(visit_type: VisitType, kind: str) -> list[Stretch]:
    """When and how much a visit takes of its resource of a kind; equal neighbours are joined."""
    found: list[Stretch] = []
    offset = 0
    for phase in visit_type.phases:
        end = offset + phase.minutes
        if units := phase.needs.get(kind, 0):
            if found and found[-1].end == offset and found[-1].units == units:
                found[-1] = Stretch(found[-1].begin, end, units)
            else:
                found.append(Stretch(offset, end, units))
        offset = end
    return found


def presence(visit_type: VisitType) -> tuple[tuple[int, int], ...]:
    """The minutes of a visit, from its start, at which the patient is there; neighbours are joined."""
    found: list[tuple[int, int]] = []
    offset = 0
    for phase in visit_type.phases:
        end = offset + phase.minutes
        if phase.patient:
            if found and found[-1][1] == offset:
                found[-1] = (found[-1][0], end)
            else:
                found.append((offset, end))
        offset = end
    return tuple(found)


def gather_claims(placed: Iterable[tuple[VisitType, np.ndarray, np.ndarray]], kind: str) -> Claims:
    """The claims that visits make on one kind: per visit type, the rows of their resources and their start minutes."""
    rows, begins, ends, units = [], [], [], []
    for visit_type, resource_rows, starts in placed:
        for part in stretches(visit_type, kind):
            rows.append(resource_rows)
            begins.append(starts + part.begin)
            ends.append(starts + part.end)
            units.append(np.full(len(starts), part.units, dtype=np.int64))
    if not rows:
        nothing = np.zeros(0, dtype=np.int64)
        return Claims(nothing, nothing, nothing, nothing)
    return Claims(np.concatenate(rows), np.concatenate(begins), np.concatenate(ends), np.concatenate(units))


def units_in_use(axis: Axis, claims: Claims, rows: int) -> np.ndarray:
    """Units in use by row, day and cell; a cell is the largest step on which all claims begin and end (see `peaks`)."""
    claims = _by_day(_near(axis, claims))
    step = _step(axis, claims)
    cells = axis.per_day * (axis.grid // step)
    use = np.zeros((rows, axis.days, cells + 1), dtype=np.int64)
    day = claims.begins // DAY - axis.first.toordinal()
    row, units = claims.rows, claims.units
    begin = (np.maximum(claims.begins % DAY, axis.opens) - axis.opens) // step
    end = np.minimum((claims.ends - 1) % DAY + 1 - axis.opens, cells * step) // step
    inside = begin < end
    row, day, units, begin, end = (column[inside] for column in (row, day, units, begin, end))
    flat, origin = use.reshape(-1), (row * axis.days + day) * (cells + 1)
    np.add.at(flat, origin + begin, units)
    np.subtract.at(flat, origin + end, units)
    return np.cumsum(use, axis=2)[:, :, :-1]


def _near(axis: Axis, claims: Claims) -> Claims:
    """The claims that touch the days of the axis, cut to them."""
    opens, closes = axis.first.toordinal() * DAY, (axis.first.toordinal() + axis.days) * DAY
    near = (claims.ends > opens) & (claims.begins < closes)
    rows, begins, ends, units = (column[near] for column in _columns(claims))
    return Claims(rows, np.maximum(begins, opens), np.minimum(ends, closes), units)


def _by_day(claims: Claims) -> Claims:
    """Claims cut at midnight."""
    long = claims.begins // DAY != (claims.ends - 1) // DAY
    if not long.any():
        return claims
    parts = [(claims.rows[~long], claims.begins[~long], claims.ends[~long], claims.units[~long])]
    for row, begin, end, units in zip(*(each[long] for each in _columns(claims)), strict=True):
        marks = [int(begin), *range((int(begin) // DAY + 1) * DAY, int(end), DAY), int(end)]
        size = len(marks) - 1
        parts.append((np.full(size, row), np.array(marks[:-1]), np.array(marks[1:]), np.full(size, units)))
    return Claims(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _columns(claims: Claims) -> tuple[np.ndarray, ...]:
    return claims.rows, claims.begins, claims.ends, claims.units


def _step(axis: Axis, claims: Claims) -> int:
    """The largest divisor of the grid on which every claim begins and ends."""
    marks = np.concatenate([claims.begins % DAY, (claims.ends - 1) % DAY + 1])
    marks = marks[(marks > axis.opens) & (marks < axis.opens + axis.per_day * axis.grid)]
    return int(np.gcd.reduce(marks, initial=axis.grid)) if len(marks) else axis.grid


def peaks(axis: Axis, use: np.ndarray) -> np.ndarray:
    """The most units in use within each slot, from cells; the last axis shrinks to the slots of a day."""
    if use.shape[-1] == axis.per_day:
        return use
    return use.reshape(*use.shape[:-1], axis.per_day, -1).max(axis=-1)


def blocked_slots(axis: Axis, spans: Iterable[tuple[int, int]]) -> np.ndarray:
    """Which slots (by day and slot) any of the spans of wall minutes touches."""
    blocked = np.zeros((axis.days, axis.per_day), dtype=bool)
    first = axis.first.toordinal()
    for begin, end in spans:
        for day in range(max(begin // DAY, first), min((end - 1) // DAY, first + axis.days - 1) + 1):
            origin = day * DAY + axis.opens
            low, high = max(0, (begin - origin) // axis.grid), -((origin - end) // axis.grid)
            if high > low:
                blocked[day - first, low:high] = True
    return blocked


def all_clear(clear: np.ndarray, begin: int, length: int) -> np.ndarray:
    """For each slot of the last axis, whether the `length` slots from `begin` later are clear and inside the day."""
    size = clear.shape[-1]
    out = np.zeros_like(clear)
    if begin + length > size or length <= 0:
        return out
    run, have = clear, 1
    while have < length:
        more = min(have, length - have)
        run = run[..., : run.shape[-1] - more] & run[..., more:]
        have += more
    out[..., : size - begin - length + 1] = run[..., begin:]
    return out


def most_within(values: np.ndarray, begin: int, length: int) -> np.ndarray:
    """For each slot, the greatest value of the `length` slots from `begin` later; 0 where they leave the day."""
    size = values.shape[-1]
    out = np.zeros_like(values)
    if begin + length > size or length <= 0:
        return out
    run, have = values, 1
    while have < length:
        more = min(have, length - have)
        run = np.maximum(run[..., : run.shape[-1] - more], run[..., more:])
        have += more
    out[..., : size - begin - length + 1] = run[..., begin:]
    return out


def most_during(axis: Axis, values: np.ndarray, parts: Iterable[Stretch]) -> np.ndarray:
    """For each slot, the greatest value in any of the stretches of a visit that starts there."""
    most = np.zeros(values.shape, dtype=np.int64)
    for part in parts:
        begin, length = part.begin // axis.grid, (part.end - part.begin) // axis.grid
        np.maximum(most, most_within(values, begin, length), out=most)
    return most


def inside_a_span(axis: Axis, week: Week, begin: int, minutes: int) -> np.ndarray:
    """By weekday and slot: whether the minutes from `begin` after that start lie inside one span of the week."""
    inside = np.zeros((7, axis.per_day), dtype=bool)
    low = axis.minute_of_day + begin
    for weekday, spans in enumerate(week):
        for opens, closes in spans:
            inside[weekday] |= (low >= opens) & (low + minutes <= closes)
    return inside


def away_spans(resource: Resource) -> list[tuple[int, int]]:
    """A resource's time off in wall minutes."""
    return [(minute_of(begin), minute_of(end)) for begin, end in resource.away]
