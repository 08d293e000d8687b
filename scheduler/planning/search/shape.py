"""What the search over a problem looks like, whatever the costs: worked out once and used by every case of it."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.planning.search.axis import FAR
from scheduler.planning.search.order import RESOURCE, START, placing_order
from scheduler.planning.search.own_visits import forbidden_differences
from scheduler.planning.search.partial import Column
from scheduler.planning.search.problem import Edge, Problem
from scheduler.planning.search.spread import by_whole_days


@dataclass(frozen=True)
class Tie:
    """A placed step that a step looks at: its number, the gaps counted from it, and minutes between starts that clash.

    `forbidden` is empty where the gaps alone keep the two apart.
    """

    other: int
    edge: Edge | None
    forbidden: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Look:
    """A kind of resource of a step that is looked at: by placed steps (number, cost of a change) and by later ones."""

    kind: str
    handovers: tuple[tuple[int, int], ...]
    shared: tuple[int, ...]
    still: int
    shared_later: bool


@dataclass(frozen=True)
class Stage:
    """One step's turn: what it is tied to, what is remembered afterwards, and which short cuts are exact.

    `low` are the remembered starts that bind later steps only to begin late enough (the earlier the better); `daily`
    those of which later steps look at nothing but the day;
    `staircase`: of the candidates only ever cheaper ones are worth trying from early to late.
    """

    variable: int
    ties: tuple[Tie, ...]
    looks: tuple[Look, ...]
    kept: tuple[Column, ...]
    low: tuple[Column, ...]
    daily: tuple[Column, ...]
    staircase: bool


@dataclass(frozen=True)
class Shape:
    """The order of placing with its stages, and the tree of gaps for the bounds (parent -1 for a root)."""

    order: tuple[int, ...]
    parent: tuple[int, ...]
    stages: tuple[Stage, ...]

    @property
    def burden(self) -> int:
        """The most that is remembered at once, weighed as the order of placing weighs it."""
        weights = [sum(RESOURCE if kind else START for _, kind in stage.kept) for stage in self.stages]
        return max(weights, default=0)


def shape_of(problem: Problem) -> Shape:
    """The shape of a problem, all of whose `same` kinds count as settled."""
    order = placing_order(problem)
    stages = tuple(_stage(problem, order, depth) for depth in range(problem.size))
    return Shape(order, _tree(problem, order), stages)


def _tree(problem: Problem, order: tuple[int, ...]) -> tuple[int, ...]:
    """For each step the one, among those placed before it that a gap ties it to, whose gap says most."""
    parent = [-1] * problem.size
    for depth, variable in enumerate(order):
        tied = [(other, edge) for other in order[:depth] if (edge := problem.edge(other, variable)) is not None]
        if tied:
            parent[variable] = min(tied, key=lambda one: (_looseness(one[1]), one[0]))[0]
    return tuple(parent)


def _looseness(edge: Edge) -> tuple[bool, int]:
    window = edge.window
    days = min(window.high_days, window.high_seconds // 86400) - max(window.low_days, window.low_seconds // 86400)
    return (not edge.targets, days)


def _stage(problem: Problem, order: tuple[int, ...], depth: int) -> Stage:
    variable, placed, waiting = order[depth], order[: depth + 1], order[depth + 1 :]
    ties = tuple(_tie(problem, other, variable) for other in order[:depth] if problem.tied(other, variable))
    looks = tuple(_looks(problem, variable, order[:depth], waiting))
    kept: list[Column] = [(one, "") for one in placed if any(problem.tied(one, two) for two in waiting)]
    low = tuple(column for column in kept if _only_from_below(problem, column[0], waiting))
    daily = tuple(column for column in kept if _only_by_day(problem, column[0], waiting))
    kept += [
        (one, kind) for one in placed for kind in problem.kinds[one]
        if any(problem.handover(one, two, kind) or problem.shares(one, two, kind) for two in waiting)
    ]
    staircase = (
        not looks
        and problem.axis.monotone
        and all(tie.edge is not None and not tie.forbidden and not tie.edge.targets for tie in ties)
        and ((variable, "") not in kept or (variable, "") in low)
    )
    return Stage(variable, ties, looks, tuple(kept), low, daily, staircase)


def _tie(problem: Problem, other: int, variable: int) -> Tie:
    edge = problem.edge(other, variable)
    if edge is not None and edge.apart:
        return Tie(other, edge, ())
    types = problem.visit_types
    return Tie(other, edge, tuple(forbidden_differences(types[other], types[variable])))


def _looks(problem: Problem, one: int, placed: tuple[int, ...], waiting: tuple[int, ...]) -> list[Look]:
    found = []
    for kind in problem.kinds[one]:
        handovers = tuple((two, cost) for two in placed if (cost := problem.handover(two, one, kind)))
        shared = tuple(two for two in placed if problem.shares(two, one, kind))
        still = sum(problem.handover(one, two, kind) for two in waiting)
        later = any(problem.shares(one, two, kind) for two in waiting)
        if handovers or shared or still or later:
            found.append(Look(kind, handovers, shared, still, later))
    return found


def _only_from_below(problem: Problem, one: int, waiting: tuple[int, ...]) -> bool:
    tied = [two for two in waiting if problem.tied(one, two)]
    return problem.axis.monotone and all(_binds_from_below(problem, one, two) for two in tied)


def _only_by_day(problem: Problem, one: int, waiting: tuple[int, ...]) -> bool:
    edges = [
        None if (min(one, two), max(one, two)) in problem.together else problem.edge(one, two)
        for two in waiting if problem.tied(one, two)
    ]
    return all(edge is not None and edge.apart and by_whole_days(problem.axis, edge.window) for edge in edges)


def _binds_from_below(problem: Problem, one: int, two: int) -> bool:
    edge = problem.edge(one, two)
    if edge is None or (min(one, two), max(one, two)) in problem.together:
        return False
    window, types = edge.window, problem.visit_types
    from_below = window.low_seconds >= 0 and window.high_seconds >= FAR and window.high_days >= FAR
    one_sided = edge.apart or all(low < 0 for low, _ in forbidden_differences(types[one], types[two]))
    return from_below and one_sided and not edge.targets
