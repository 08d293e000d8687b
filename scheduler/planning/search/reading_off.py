"""A placement read off backwards from the starts chosen, where resources may still be open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.planning.search.problem import Placement, Problem
from scheduler.planning.search.shape import Shape


def read_off(
    problem: Problem, shape: Shape, kind: str | None, chosen: Iterable[tuple[int, int, Mapping[str, int]]]
) -> tuple[Placement, ...]:
    """The placement of every step, in list order.

    `chosen` are from the last step placed to the first: the case (a row of the kind), the number of the start, and the
    rows taken of the kinds looked at; of those kept open the set of rows (bits) among which the search did not choose.
    """
    placed: dict[int, Placement] = {}
    for stage, (case, number, taken) in zip(reversed(shape.stages), chosen, strict=True):
        rows, starts = dict(taken), problem.starts[stage.variable]
        for look in stage.looks:
            if look.even:
                after = placed[look.onward].rows[look.kind] if look.onward >= 0 else None
                rows[look.kind] = _one_of(rows[look.kind], after)
        for own, choice in starts.choices.items():
            if own == kind:
                rows[own] = case
            elif own not in rows:
                rows[own] = choice.cheapest(number)
        placed[stage.variable] = Placement(int(starts.positions[number]), rows)
    return tuple(placed[one] for one in range(problem.size))


def _one_of(mask: int, wished: int | None) -> int:
    """The number of one of the bits, if possible the one wished."""
    return wished if wished is not None and mask >> wished & 1 else (mask & -mask).bit_length() - 1
