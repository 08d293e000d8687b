"""Plans that the search has met, a few hundred a series at most, and the best way to put one of each together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from scheduler.planning.many.board import Board, Result
from scheduler.planning.many.cells import Cells, Claims
from scheduler.planning.many.cp_sat import Model
from scheduler.planning.many.time_left import Left
from scheduler.planning.plans import NoPlan, SeriesPlan

MOST, LEAST_EACH = 3000, 12
"""Plans in all that are chosen among, and of each series at least: the cheapest of those met."""


@dataclass(frozen=True)
class Column:
    """One plan of one series (or none), what it costs and what it takes."""

    series: str
    result: Result
    cost: int
    claims: Claims


class Pool:
    """The plans met so far."""

    def __init__(self, board: Board, cells: Cells) -> None:
        self.board, self.cells = board, cells
        self.columns: dict[str, dict[tuple, Column]] = {name: {} for name in board.series}

    def add(self, result: Result) -> Column:
        """Remember a plan."""
        own, key = self.columns[result.series], _key(result)
        if key not in own:
            claims = self.cells.claims(self.board.series[result.series], result)
            own[key] = Column(result.series, result, self.board.price(result), claims)
        return own[key]

    def fitting(self, series: str, cost: int, load: np.ndarray) -> Column | None:
        """A plan of a series that costs so much and fits in beside a load of the cells, if one was met."""
        cheap = (column for column in self.columns[series].values() if column.cost == cost)
        return next((column for column in cheap if self.cells.fits(column.claims, load)), None)

    def choose(self, bounds: Mapping[str, int], seconds: float, left: Left) -> dict[str, Result]:
        """One plan a series, together the cheapest that was found; the series whose plan is another than now."""
        for result in self.board.results.values():
            self.add(result)
        columns = list(self._worth(bounds))
        model = Model()
        flags = [model.flag() for _ in columns]
        own: dict[str, list[int]] = {}
        for flag, column in zip(flags, columns, strict=True):
            own.setdefault(column.series, []).append(flag)
            model.costs(flag, column.cost)
        for some in own.values():
            model.exactly_one(some)
        for terms, free in _collisions(columns, self.cells):
            model.at_most({flags[number]: units for number, units in terms.items()}, free)
        standing = {name: _key(result) for name, result in self.board.results.items()}
        model.begin_with({
            flag: int(_key(column.result) == standing[column.series])
            for flag, column in zip(flags, columns, strict=True)
        })
        answer = model.solve(min(seconds, left()))
        if answer.values is None or answer.cost >= self.board.cost:
            return {}
        return {
            column.series: column.result
            for flag, column in zip(flags, columns, strict=True)
            if answer.values[flag] and _key(column.result) != standing[column.series]
        }

    def _worth(self, bounds: Mapping[str, int]) -> Iterator[Column]:
        """The columns that may be part of something cheaper than what stands, the cheapest of each series."""
        room = self.board.cost - sum(bounds.values())
        most = max(LEAST_EACH, MOST // len(self.columns))
        for name, own in self.columns.items():
            key = _key(self.board.results[name])
            good = sorted((one for one in own.values() if one.cost - bounds[name] <= room), key=lambda one: one.cost)
            yield from good[:most]
            if all(_key(one.result) != key for one in good[:most]):
                yield own[key]
            if key and () not in own:
                lack = NoPlan(name, False, "")
                yield Column(name, lack, self.board.price(lack), self.cells.claims(self.board.series[name], lack))


def _key(result: Result) -> tuple:
    """Equal for equal visits; empty where there is no plan."""
    if not isinstance(result, SeriesPlan):
        return ()
    return tuple((visit.step, visit.start, *sorted(visit.resources.items())) for visit in result.visits)


def _collisions(columns: list[Column], cells: Cells) -> Iterator[tuple[dict[int, int], int]]:
    """Units by column number that must not exceed what is free, at every cell where more could meet than fit."""
    count = [len(column.claims.begins) for column in columns]
    if not sum(count):
        return
    begins, ends, units = (
        np.concatenate([getattr(column.claims, name) for column in columns]) for name in ("begins", "ends", "units")
    )
    names = {name: number for number, name in enumerate(dict.fromkeys(column.series for column in columns))}
    number = np.repeat(np.arange(len(columns)), count)
    series = np.repeat([names[column.series] for column in columns], count)
    order = np.argsort(begins, kind="stable")
    begins, ends, units, number, series = (one[order] for one in (begins, ends, units, number, series))
    longest = int((ends - begins).max())
    known = set()
    for cell in np.unique(np.concatenate([begins, cells.falls])).tolist():
        low, high = np.searchsorted(begins, (cell - longest, cell), side="right")
        here = np.flatnonzero(ends[low:high] > cell) + low
        if len(here) < 2 or (series[here] == series[here[0]]).all():
            continue
        free = int(cells.free[cell])
        key = (free, number[here].tobytes(), units[here].tobytes())
        if key in known:
            continue
        known.add(key)
        most: dict[int, int] = {}
        terms: dict[int, int] = {}
        for one, amount, whose in zip(number[here].tolist(), units[here].tolist(), series[here].tolist(), strict=True):
            terms[one] = terms.get(one, 0) + amount
            most[whose] = max(most.get(whose, 0), terms[one])
        if sum(most.values()) > free:
            yield terms, free
