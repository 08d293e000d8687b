"""Courses that run along a spine: steps that follow one another, each tied to the last, and others that hang on them.

Infusions with a talk after each are such: the infusions are the spine, a talk hangs between two of them. What a
placement costs is then added up along the spine, with nothing to remember but the last step's start and who served.
A row with nothing between is left to the layers: most often they need remember no more than the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from scheduler.planning.search.hanging import loose_steps
from scheduler.planning.search.order import placing_order
from scheduler.planning.search.problem import Problem
from scheduler.planning.search.shape import Shape, shape_for, structure_of
from scheduler.planning.search.structure import Structure, tie_between


@dataclass(frozen=True)
class Service:
    """A kind of resource of a step that hands over: its place among the kinds that do, and what a change costs.

    `change` is of the step before it in the kind, 0 where there is none; `last`: no later step looks at it.
    """

    kind: str
    axis: int
    change: int
    last: bool


@dataclass(frozen=True)
class Part:
    """A step in its turn along the spine, with the kinds in which it hands over."""

    variable: int
    services: tuple[Service, ...]


@dataclass(frozen=True)
class Joint:
    """A step of the spine with all that is reckoned with it.

    `between` hang on it and the one before; then come, in `parts`, itself and what hangs on it alone. `forbidden` are
    the minutes after the one before that it must not start at.
    """

    variable: int
    between: tuple[Part, ...]
    parts: tuple[Part, ...]
    forbidden: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Spine:
    """The joints in order, the kinds that hand over, and the tree of gaps (a shape without stages) for the bounds."""

    joints: tuple[Joint, ...]
    kinds: tuple[str, ...]
    shape: Shape


def spine_of(problem: Problem) -> Spine | None:
    """The spine of a problem, all of whose `same` kinds count as settled, if it has one."""
    return None if problem.dtype.hasobject else _spine(structure_of(problem))


@lru_cache(maxsize=256)
def _spine(known: Structure) -> Spine | None:
    if not known.monotone or known.together:
        return None
    for with_handovers in (True, False):
        found = _along(known, loose_steps(known, handing_over=with_handovers))
        if found is not None and any(joint.between for joint in found.joints):
            return found
    return None


def _along(known: Structure, loose: dict[int, tuple[int, ...]]) -> Spine | None:
    """The spine that is left when some steps hang on others, if it is one."""
    line = placing_order(known, [one for one in range(known.size) if one not in loose])
    for place, one in enumerate(line):
        tied = [other for other in line if other != one and known.tied(one, other)]
        if set(tied) != {*line[max(0, place - 1) : place], *line[place + 1 : place + 2]}:
            return None
    if any(known.edge_of[pair].link for pair in zip(line, line[1:], strict=False)):
        return None
    turns: list[tuple[list[int], list[int]]] = []
    for place, one in enumerate(line):
        before = line[place - 1] if place else -1
        between = sorted(each for each, near in loose.items() if set(near) == {before, one})
        turns.append((between, sorted([one, *(each for each, near in loose.items() if near == (one,))])))
    if sum(len(between) + len(some) for between, some in turns) < known.size:
        return None
    return _joined(known, line, turns, loose)


def _joined(known: Structure, line: Sequence[int], turns: list[tuple[list[int], list[int]]],
            loose: dict[int, tuple[int, ...]]) -> Spine | None:
    order = [one for between, some in turns for one in (*between, *some)]
    kinds = tuple(sorted({kind for (_, _, kind), cost in known.handovers if cost}))
    served = {kind: [one for one in order if any(known.handover(one, two, kind) for two in order)] for kind in kinds}
    for kind, some in served.items():
        follow = {frozenset(pair) for pair in zip(some, some[1:], strict=False)}
        if any(frozenset((one, two)) not in follow for (one, two, other), cost in known.handovers
               if other == kind and cost):
            return None
    if any(sum(one in some for some in served.values()) > 1 for one in loose):
        return None
    if any(len([one for one in between if kind in known.kinds[one]]) > 1 for between, _ in turns for kind in kinds):
        return None

    def part(one: int) -> Part:
        return Part(one, tuple(_service(known, kind, axis, served[kind], one)
                               for axis, kind in enumerate(kinds) if one in served[kind]))

    joints = []
    for place, (one, (between, some)) in enumerate(zip(line, turns, strict=True)):
        forbidden = tie_between(known, line[place - 1], one).forbidden if place else ()
        joints.append(Joint(one, tuple(map(part, between)), tuple(map(part, some)), forbidden))
    parent = [-1] * known.size
    for one, two in zip(line, line[1:], strict=False):
        parent[two] = one
    for one, near in loose.items():
        parent[one] = min(near, key=line.index)
    usual = shape_for(known)
    if tuple(stage.variable for stage in usual.stages) == tuple(line):
        return Spine(tuple(joints), kinds, replace(usual, parent=tuple(parent)))
    return Spine(tuple(joints), kinds, Shape((*line, *loose), tuple(parent), (), ()))


def _service(known: Structure, kind: str, axis: int, served: list[int], one: int) -> Service:
    place = served.index(one)
    change = known.handover(served[place - 1], one, kind) if place else 0
    last = place + 1 == len(served) or not known.handover(one, served[place + 1], kind)
    return Service(kind, axis, change, last)
