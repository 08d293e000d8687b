"""Sets of partial plans as columns, and the two ways in which one makes another superfluous."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

Column = tuple[int, str]
"""A variable, and the kind whose resource row is meant, or "" for its start (its number in the step's line)."""


@dataclass(frozen=True)
class Partial:
    """Partial plans, one a row: what later steps look at, cost so far, bound on the whole, and the last step's place.

    `parent` is the row, a step earlier, that each grew from; `taken` the resource row of each kind of the last step.
    """

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
            {name: column[which] for name, column in self.columns.items()},
            self.cost[which],
            self.bound[which],
            self.parent[which],
            self.start[which],
            {kind: column[which] for kind, column in self.taken.items()},
        )

    def keeping(self, names: Sequence[Column]) -> Partial:
        """The same rows with only some of the columns."""
        return replace(self, columns={name: self.columns[name] for name in names})


def root(least: int, dtype: np.dtype) -> Partial:
    """The one partial plan in which nothing is placed yet."""
    nothing = np.zeros(1, dtype=np.int64)
    return Partial({}, np.zeros(1, dtype=dtype), np.full(1, least, dtype=dtype), nothing, nothing, {})


def join(parts: Sequence[Partial]) -> Partial:
    """Several sets with the same columns as one."""
    if len(parts) == 1:
        return parts[0]
    return Partial(
        {name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns},
        np.concatenate([part.cost for part in parts]),
        np.concatenate([part.bound for part in parts]),
        np.concatenate([part.parent for part in parts]),
        np.concatenate([part.start for part in parts]),
        {kind: np.concatenate([part.taken[kind] for part in parts]) for kind in parts[0].taken},
    )


def cheapest_alike(rows: Partial, instead: Mapping[Column, np.ndarray]) -> Partial:
    """Of the rows that agree in every column, the cheapest (the first among equals).

    Columns named in `instead` need agree only in what is given for them there.
    """
    if len(rows) < 2:
        return rows
    if not rows.columns:
        return rows.pick(np.argmin(rows.cost, keepdims=True))
    key = _key([instead.get(name, column) for name, column in rows.columns.items()])
    order = np.lexsort((rows.cost, key))
    key = key[order]
    first = np.ones(len(key), dtype=bool)
    first[1:] = key[1:] != key[:-1]
    return rows.pick(order[first])


def undominated(rows: Partial, column: Column, case: np.ndarray) -> Partial:
    """The rows such that no row, alike in case and other columns, is both cheaper or equal and lower in this one."""
    if len(rows) < 2:
        return rows
    value = rows.columns[column]
    group = _key([case, *(one for name, one in rows.columns.items() if name != column)])
    order = np.lexsort((value, group))
    ranked = np.unique(rows.cost, return_inverse=True)[1].reshape(-1)[order]
    numbered = np.unique(group[order], return_inverse=True)[1].reshape(-1)
    falling = ranked - numbered * (len(rows) + 1)
    least = np.minimum.accumulate(falling)
    keep = np.ones(len(rows), dtype=bool)
    keep[1:] = falling[1:] < least[:-1]
    return rows.pick(order[keep])


def _key(columns: list[np.ndarray]) -> np.ndarray:
    """One number a row, equal where all columns are."""
    key = columns[0].astype(np.int64)
    for column in columns[1:]:
        low = int(column.min(initial=0))
        width = int(column.max(initial=0)) - low + 1
        if (int(key.max(initial=0)) + 1) * width > 1 << 62:
            key = np.unique(key, return_inverse=True)[1].reshape(-1)
        key = key * width + (column - low)
    return key
