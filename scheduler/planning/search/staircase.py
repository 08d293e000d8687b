"""Where, from early to late, only ever cheaper starts are worth trying."""

from __future__ import annotations

import numpy as np

FEW_LEVELS = 8
"""Different costs up to which the next cheaper start is looked up cost by cost."""


def improving(cost: np.ndarray, begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and places: for each range the first place, then each next one that is cheaper than all before it."""
    cheaper = next_smaller(cost)
    row = (begin < end).nonzero()[0]
    place, end = begin[row], end[row]
    rows, places = [row], [place]
    while len(row):
        place = cheaper[place]
        going = (place < end).nonzero()[0]
        row, place, end = row[going], place[going], end[going]
        rows.append(row)
        places.append(place)
    return np.concatenate(rows), np.concatenate(places)


def next_smaller(values: np.ndarray) -> np.ndarray:
    """For each place, the next place with a smaller value; the length where there is none."""
    listed, size = values.tolist(), len(values)
    levels = sorted(set(listed))
    if len(levels) > FEW_LEVELS:
        return _next_smaller(listed)
    later = np.full(size, size)
    for level in levels[1:]:
        smaller, here = np.append((values < level).nonzero()[0], size), (values == level).nonzero()[0]
        later[here] = smaller[smaller.searchsorted(here)]
    return later


def _next_smaller(listed: list[int]) -> np.ndarray:
    later = [len(listed)] * len(listed)
    open_places: list[int] = []
    for place, value in enumerate(listed):
        while open_places and listed[open_places[-1]] > value:
            later[open_places.pop()] = place
        open_places.append(place)
    return np.array(later, dtype=np.int64)
