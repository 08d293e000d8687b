"""A placement read off backwards from the starts chosen, where resources may still be open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from scheduler.planning.search.problem import Placement, Problem
from scheduler.planning.search.shape import Hung, Shape
from scheduler.planning.search.starts import Starts


def read_off(
    problem: Problem, shape: Shape, kind: str | None, chosen: Sequence[tuple[int, int, Mapping[str, int]]]
) -> tuple[Placement, ...]:
    """The placement of every step, in list order.

    `chosen` are from the last step placed to the first: the case (a row of the kind), the number of the start, and the
    rows taken of the kinds looked at; of those kept open the set of rows (bits) among which the search did not choose.
    """
    rows_of: dict[int, dict[str, int]] = {}
    number_of: dict[int, int] = {}
    case = chosen[0][0]
    for stage, (_, number, taken) in zip(reversed(shape.stages), chosen, strict=True):
        rows_of[stage.variable], number_of[stage.variable] = rows, number = dict(taken), number
        for look in stage.looks:
            if look.even:
                after = rows_of[look.onward][look.kind] if look.onward >= 0 else None
                rows[look.kind] = _one_of(rows[look.kind], after)
    for hung in shape.hung:
        number_of[hung.variable] = _hang(problem, kind, case, hung, number_of)
    return tuple(
        placement_at(starts, number_of[one], {kind: case} if kind in starts.choices else {}, rows_of.get(one, {}))
        for one, starts in enumerate(problem.starts))


def placement_at(starts: Starts, number: int, settled: Mapping[str, int], taken: Mapping[str, int]) -> Placement:
    rows = {**taken, **settled}
    rows |= {kind: choice.cheapest(number) for kind, choice in starts.choices.items() if kind not in rows}
    return Placement(int(starts.positions[number]), rows)


def _hang(problem: Problem, kind: str | None, case: int, hung: Hung, numbers: Mapping[int, int]) -> int:
    """The cheapest start of a step that hangs on others, by theirs."""
    starts, begin, end = problem.starts[hung.variable], 0, len(problem.starts[hung.variable])
    for one in hung.near:
        edge, own = problem.edge(one, hung.variable), problem.starts[one]
        marks = own.free.reach(starts.free, edge.window, ())[:, own.begin + numbers[one]] - starts.begin
        begin, end = max(begin, int(marks[0])), min(end, int(marks[1]))
    table = starts.by_case(kind, case + 1)
    cost = table[case if len(table) > 1 else 0, begin:end]
    for one in hung.near:
        for target in problem.edge(one, hung.variable).targets:
            apart = starts.day[begin:end] - int(problem.starts[one].day[numbers[one]])
            cost = cost + np.abs(apart - target) * problem.gap_day
    return begin + int(cost.argmin())


def _one_of(mask: int, wished: int | None) -> int:
    """The number of one of the bits, if possible the one wished."""
    return wished if wished is not None and mask >> wished & 1 else (mask & -mask).bit_length() - 1
