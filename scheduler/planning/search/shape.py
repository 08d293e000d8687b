"""What the search over a problem looks like, whatever the costs: worked out once and used by every case of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scheduler.planning.search.axis import FAR
from scheduler.planning.search.hanging import loose_steps
from scheduler.planning.search.occupancy import presence
from scheduler.planning.search.order import RESOURCE, START, placing_order
from scheduler.planning.search.partial import Column
from scheduler.planning.search.problem import Edge, Problem
from scheduler.planning.search.structure import Structure, Tie, tie_between


@dataclass(frozen=True)
class Look:
    """A kind of resource of a step that is looked at: by placed steps (number, cost of a change) and by later ones.

    `even`: all that matters is which resources can be kept on; then the set of those (bits) stands for them all, until
    the plan is read off backwards from `onward`, the later step that follows in the kind (-1 where there is none).
    """

    kind: str
    handovers: tuple[tuple[int, int], ...]
    shared: tuple[int, ...]
    still: int
    shared_later: bool
    even: bool
    onward: int


@dataclass(frozen=True)
class Hung:
    """A step that is never placed in its own turn: all it looks at are the starts of one step, or of two tied together.

    What it costs at the least follows from theirs, and it is placed there when the plan is read off. `near` are those
    steps in the order of placing, the last being the one with which it is reckoned.
    """

    variable: int
    near: tuple[int, ...]


@dataclass(frozen=True)
class Stage:
    """One step's turn: what it is tied to, what is remembered afterwards, and which short cuts are exact.

    `carried` are the columns of earlier steps still needed while resources are chosen, or remembered.
    `low` are the remembered starts that bind later steps only to begin late enough (the earlier the better); `daily`
    those of which later steps look at nothing but the day;
    `even` are the remembered sets of resources; who costs `slack` more than another alike but for those is superfluous;
    `staircase`: of the candidates only ever cheaper ones are worth trying from early to late;
    `pendent` are the steps that hang on this one alone, `between` those that hang on it and one placed before.
    """

    variable: int
    ties: tuple[Tie, ...]
    looks: tuple[Look, ...]
    kept: tuple[Column, ...]
    carried: tuple[Column, ...]
    low: tuple[Column, ...]
    daily: tuple[Column, ...]
    staircase: bool
    even: tuple[Column, ...]
    slack: int
    pendent: tuple[Hung, ...]
    between: tuple[Hung, ...]


@dataclass(frozen=True)
class Shape:
    """The order of placing with its stages, and the tree of gaps for the bounds (parent -1 for a root).

    The stages are those of the first steps of the order; the rest are `hung` on them.
    """

    order: tuple[int, ...]
    parent: tuple[int, ...]
    stages: tuple[Stage, ...]
    hung: tuple[Hung, ...]

    @property
    def burden(self) -> int:
        """The most that is remembered at once, weighed as the order of placing weighs it."""
        weights = [sum(RESOURCE if kind else START for _, kind in stage.kept) for stage in self.stages]
        return max(weights, default=0)


def shape_of(problem: Problem) -> Shape:
    """The shape of a problem, all of whose `same` kinds count as settled."""
    return shape_for(structure_of(problem))


def structure_of(problem: Problem) -> Structure:
    """What of a problem its shape depends on."""
    types = problem.visit_types
    return Structure(
        problem.size, tuple(problem.edges.items()), tuple(problem.handovers.items()), problem.kinds,
        tuple(presence(each) for each in types), problem.together, problem.axis.monotone, problem.even,
    )


@lru_cache(maxsize=256)
def shape_for(known: Structure) -> Shape:
    """The shape of all problems that are alike in what it depends on."""
    loose = loose_steps(known)
    order = placing_order(known, [one for one in range(known.size) if one not in loose])
    hung = tuple(Hung(one, tuple(sorted(near, key=order.index))) for one, near in loose.items())
    stages = tuple(_stage(known, order, depth, hung) for depth in range(len(order)))
    order = (*order, *loose)
    return Shape(order, _tree(known, order), stages, hung)


def _tree(known: Structure, order: tuple[int, ...]) -> tuple[int, ...]:
    """For each step the one, among those placed before it that a gap ties it to, whose gap says most."""
    parent = [-1] * known.size
    for depth, variable in enumerate(order):
        tied = [(other, edge) for other in order[:depth] if (edge := known.edge_of.get((other, variable))) is not None]
        if tied:
            parent[variable] = min(tied, key=lambda one: (_looseness(one[1]), one[0]))[0]
    return tuple(parent)


def _looseness(edge: Edge) -> tuple[bool, int]:
    window = edge.window
    days = min(window.high_days, window.high_seconds // 86400) - max(window.low_days, window.low_seconds // 86400)
    return (not edge.targets, days)


def _stage(known: Structure, order: tuple[int, ...], depth: int, hung: tuple[Hung, ...]) -> Stage:
    variable, placed, waiting = order[depth], order[: depth + 1], order[depth + 1 :]
    now = [one for one in hung if one.near[-1] == variable]
    between = tuple(one for one in now if len(one.near) > 1)
    later = {one.near[0] for one in hung if one.near[-1] in waiting}
    ties = tuple(tie_between(known, other, variable) for other in order[:depth] if known.tied(other, variable))
    looks = tuple(_looks(known, variable, order, depth))
    kept: list[Column] = [(one, "") for one in placed if any(known.tied(one, two) for two in waiting)]
    free = [column for column in kept if column[0] not in later]
    low = tuple(column for column in free if _only_from_below(known, column[0], waiting))
    daily = tuple(column for column in free if _only_by_day(known, column[0], waiting))
    kept += [
        (one, kind) for one in placed for kind in known.kinds[one]
        if any(known.handover(one, two, kind) or known.shares(one, two, kind) for two in waiting)
    ]
    staircase = (
        not looks
        and known.monotone
        and not between
        and all(tie.edge is not None and not tie.forbidden and not tie.edge.targets for tie in ties)
        and ((variable, "") not in kept or (variable, "") in low)
    )
    seen = {(two, look.kind) for look in looks for two in (*(other for other, _ in look.handovers), *look.shared)}
    seen |= {(two, "") for look in looks for two in look.shared}
    carried = tuple(sorted({column for column in {*kept, *seen} if column[0] != variable}))
    even = tuple(column for column in kept if column[1] and known.is_even(column[1], order))
    slack = sum(known.handover(one, two, kind) for one, kind in even for two in waiting)
    return Stage(variable, ties, looks, tuple(kept), carried, low, daily, staircase, even, slack,
                 tuple(one for one in now if len(one.near) == 1), between)


def _looks(known: Structure, one: int, order: tuple[int, ...], depth: int) -> list[Look]:
    found, placed, waiting = [], order[:depth], order[depth + 1 :]
    for kind in known.kinds[one]:
        handovers = tuple((two, cost) for two in placed if (cost := known.handover(two, one, kind)))
        shared = tuple(two for two in placed if known.shares(two, one, kind))
        still = sum(known.handover(one, two, kind) for two in waiting)
        later = any(known.shares(one, two, kind) for two in waiting)
        if handovers or shared or still or later:
            onward = next((two for two in waiting if known.handover(one, two, kind)), -1)
            found.append(Look(kind, handovers, shared, still, later, known.is_even(kind, order), onward))
    return found


def _only_from_below(known: Structure, one: int, waiting: tuple[int, ...]) -> bool:
    return known.monotone and all(_binds_from_below(known, one, two) for two in waiting if known.tied(one, two))


def _only_by_day(known: Structure, one: int, waiting: tuple[int, ...]) -> bool:
    return all(
        (edge := known.edge_of.get((one, two))) is not None
        and edge.daily and (edge.apart or edge.link) and not known.watched(one, two)
        for two in waiting if known.tied(one, two)
    )


def _binds_from_below(known: Structure, one: int, two: int) -> bool:
    edge = known.edge_of.get((one, two))
    if edge is None or known.watched(one, two):
        return False
    window = edge.window
    from_below = window.low_seconds >= 0 and window.high_seconds >= FAR and window.high_days >= FAR
    one_sided = edge.apart or all(low < 0 for low, _ in known.forbidden(one, two))
    return from_below and one_sided and not edge.targets
