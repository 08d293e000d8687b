"""How much time there is, as planning is told it: a function that gives the seconds left."""

from __future__ import annotations

import math
from collections.abc import Callable

Left = Callable[[], float]


def endless() -> float:
    """There is as much time as it takes."""
    return math.inf


def share_of(left: Left, share: float) -> Callable[[], bool]:
    """A function that says when this share of the time that is left now is spent."""
    now = left()
    if math.isinf(now):
        return lambda: False
    keep = max(0.0, now * (1 - share))
    return lambda: left() <= keep
