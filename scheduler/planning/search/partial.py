"""Sets of partial plans as columns, and the two ways in which one makes another superfluous."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Column = tuple[int, str]
"""A variable, and the kind whose resource row is meant, or "" for its start (its number)."""


@dataclass(frozen=True)
class Partial:
    """Partial plans, one a row: what later steps look at, cost so far, bound on the whole, and the last step's place.

    `case` is the resource row of the `same` kind on which each is settled, `parent` the row, a step earlier, that each
    grew from; `taken` are the resource rows of each kind of the last step.
    """

    case: np.ndarray
    columns: dict[Column, np.ndarray]
    cost: np.ndarray
    bound: np.ndarray
    parent: np.ndarray
    start: np.ndarray
    taken: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.cost)

    def pick(self, which: np.ndarray) -> Partial:
        """Some of the rows, by mask or by number."""
        return Partial(
            self.case[which],
            {name: column[which] for name, column in self.columns.items()},
            self.cost[which],
            self.bound[which],
            self.parent[which],
            self.start[which],
            {kind: column[which] for kind, column in self.taken.items()},
        )

    def keeping(self, names: Sequence[Column]) -> Partial:
        """The same rows with only some of the columns."""
        columns = {name: self.columns[name] for name in names}
        return Partial(self.case, columns, self.cost, self.bound, self.parent, self.start, self.taken)


def roots(cases: np.ndarray, least: np.ndarray) -> Partial:
    """For each case, with the least of all its plans, the partial plan in which nothing is placed yet."""
    nothing = np.zeros_like(cases)
    return Partial(cases, {}, np.zeros_like(least), least, nothing, nothing, {})


def join(parts: Sequence[Partial]) -> Partial:
    """Several sets with the same columns as one."""
    if len(parts) == 1:
        return parts[0]
    return Partial(
        np.concatenate([part.case for part in parts]),
        {name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns},
        np.concatenate([part.cost for part in parts]),
        np.concatenate([part.bound for part in parts]),
        np.concatenate([part.parent for part in parts]),
        np.concatenate([part.start for part in parts]),
        {kind: np.concatenate([part.taken[kind] for part in parts]) for kind in parts[0].taken},
    )


def cheapest_alike(rows: Partial, by: Mapping[Column, np.ndarray]) -> Partial:
    """Of the rows that agree in every column, the cheapest (the first among equals).

    Columns named in `by` need agree only in what they are there.
    """
    if not rows.columns:
        return rows.pick(rows.cost.argmin(keepdims=True))
    key = _key([rows.case, *(by[name][column] if name in by else column for name, column in rows.columns.items())])
    order = np.lexsort((rows.cost, key))
    return rows.pick(order[_first(key[order])])


def near_the_cheapest(rows: Partial, by: Mapping[Column, np.ndarray], but: Sequence[Column], slack: int) -> Partial:
    """The rows that cost less than the slack more than the cheapest of those alike in all columns but some."""
    columns = [by[name][column] if name in by else column for name, column in rows.columns.items() if name not in but]
    key = _key([rows.case, *columns])
    order = key.argsort(kind="stable")
    first = _first(key[order])
    least = np.minimum.reduceat(rows.cost[order], first.nonzero()[0])[first.cumsum() - 1]
    return rows.pick(order[rows.cost[order] < least + slack])


def undominated(rows: Partial, column: Column) -> Partial:
    """The rows such that no row, alike in case and other columns, is both cheaper or equal and lower in this one.

    Of rows alike in every column only the cheapest is left.
    """
    group = _key([rows.case, *(one for name, one in rows.columns.items() if name != column)])
    order = np.lexsort((rows.cost, rows.columns[column], group))
    rank, size = np.empty(len(rows), dtype=np.int64), len(rows)
    rank[rows.cost[order].argsort(kind="stable")] = np.arange(size)
    falling = rank - _first(group[order]).cumsum() * size
    keep = np.ones(size, dtype=bool)
    np.less(falling[1:], np.minimum.accumulate(falling)[:-1], out=keep[1:])
    return rows.pick(order[keep])


def _first(key: np.ndarray) -> np.ndarray:
    """Which of the sorted keys is another than the one before."""
    first = np.ones(len(key), dtype=bool)
    np.not_equal(key[1:], key[:-1], out=first[1:])
    return first


def _key(columns: list[np.ndarray]) -> np.ndarray:
    """One number a row, equal where all columns are."""
    key, most = columns[0], 0
    for column in columns[1:]:
        width = int(np.maximum.reduce(column)) + 1
        most = (most or int(np.maximum.reduce(key)) + 1) * width
        if most > 1 << 62:
            key = np.unique(key, return_inverse=True)[1].reshape(-1)
            most = (int(np.maximum.reduce(key)) + 1) * width
        key = key * width + column
    return key
