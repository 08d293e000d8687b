"""From the starts reached at one joint of a spine to those of the next: every pair that may matter, and its price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scheduler.planning.search.messages import prices
from scheduler.planning.search.problem import Edge
from scheduler.planning.search.starts import Starts


@dataclass(frozen=True)
class Reached:
    """Starts of a step, in order of case and number, and what it costs to be there (`least`).

    `case` is a case's place among those alive, `key` its place and the start's in a table by case and start.
    """

    starts: Starts
    case: np.ndarray
    number: np.ndarray
    least: np.ndarray


def pairs_between(last: Reached, here: Reached, edge: Edge, back: np.ndarray, limit: int, each: int, most: int
                  ) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """The pairs (rows of the two, in order of the second) that a gap allows, with the price of the days between them.

    `here.least` is what is still to come; a pair whose day alone brings the sum to the limit is left out. `back` are
    the marks of the second among the starts of the first, `each` the price of a day. Nothing where there are too many.
    """
    apart = range(edge.nearest, edge.farthest + 1)
    if len(apart) * len(here.number) > most:
        return None
    price = prices(edge.targets if each else (), apart, each, here.least.dtype)
    day, own = last.starts.day.take(last.number), here.starts.day.take(here.number)
    low = min(int(np.minimum.reduce(day)), int(np.minimum.reduce(own)) - apart.stop)
    width = max(int(np.maximum.reduce(day)), int(np.maximum.reduce(own)) - apart.start) - low + 1
    cell = last.case * width + (day - low)
    first = begins(cell)
    cells, stop = cell[first], np.append(first[1:], len(cell))
    cases = 1 + max(int(last.case[-1]), int(here.case[-1]))
    table = np.full(cases * width, here.starts.never)
    table[cells] = np.minimum.reduceat(last.least, first)
    days = (here.case * width + (own - low))[:, None] - np.arange(apart.start, apart.stop)
    at, off = (table.take(days) + price[:, 0] < (limit - here.least)[:, None]).nonzero()
    group = cells.searchsorted(days[at, off])
    begin, end = first[group], stop[group]
    if not edge.daily:
        keys, ahead = last.case * (len(last.starts) + 1) + last.number, here.case * (len(last.starts) + 1)
        begin = np.maximum(begin, keys.searchsorted(back[0].take(here.number) + ahead)[at])
        end = np.minimum(end, keys.searchsorted(back[1].take(here.number) + ahead)[at])
    counts = np.maximum(end - begin, 0)
    ahead = counts.cumsum()
    size = int(ahead[-1]) if len(ahead) else 0
    if size > most:
        return None
    entry = np.arange(len(counts)).repeat(counts)
    parent = (begin - ahead + counts).take(entry) + np.arange(size)
    return parent, at.take(entry), price[:, 0].take(off.take(entry))


def begins(keys: np.ndarray) -> np.ndarray:
    """Where another key begins, of keys in order."""
    first = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    return first.nonzero()[0]
