"""A course after visits were missed and later ones took place: what is given late becomes the next in time.

A missed infusion that is placed anew after later ones were given cannot keep the distances of the place it had. It
takes the next free place among the infusions, with that place's distances, and so do the ones after it. A session that
was held although its infusion was missed asks nothing of the infusion any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from scheduler.planning.course import PlanGap, StepKind


class CourseStep(Protocol):
    """What is asked of a step, a dataclass: its id, what it is for, and its gaps."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def gaps(self) -> tuple[PlanGap, ...]: ...


S = TypeVar("S", bound=CourseStep)


def caught_up(steps: Sequence[S], happened: Mapping[str, datetime], anew: Collection[str]) -> tuple[S, ...]:
    """The steps in the order in which they now follow one another, with the gaps of that order.

    `happened`: when each step that took place began; `anew`: the steps that lost their place and get another one.
    Steps that nothing overtook come back as they were.
    """
    before = [step for step in steps if step.kind == StepKind.INFUSION]
    given = sorted((step for step in before if step.id in happened), key=lambda step: happened[step.id])
    now = [*given, *(step for step in before if step.id not in happened)]
    turns = {old.id: new.id for old, new in zip(before, now, strict=True)}
    turns |= _paired(steps, turns)
    gaps = {new.id: _turned(old.gaps, turns) for old, new in zip(before, now, strict=True)}
    changed = [replace(step, gaps=gaps.get(step.id, step.gaps)) for step in steps]
    return _in_order([_asking_nothing_of(step, anew) if step.id in happened else step for step in changed])


def _paired(steps: Sequence[S], turns: Mapping[str, str]) -> dict[str, str]:
    """For each session that follows an infusion the one that follows the infusion which takes that one's place."""
    following: dict[str, list[str]] = {}
    for step in steps:
        if step.id not in turns and (led := [gap.after for gap in step.gaps if gap.after in turns]):
            following.setdefault(led[-1], []).append(step.id)
    return {old: new for leader, sessions in following.items() if turns[leader] != leader
            for old, new in zip(sessions, _padded(following.get(turns[leader], []), len(sessions)), strict=True)}


def _padded(sessions: Sequence[str], length: int) -> list[str]:
    return [*sessions, *[""] * length][:length]


def _turned(gaps: Sequence[PlanGap], turns: Mapping[str, str]) -> tuple[PlanGap, ...]:
    turned = (replace(gap, after=turns.get(gap.after, gap.after)) for gap in gaps)
    return tuple(gap for gap in turned if gap.after)


def _asking_nothing_of(step: S, anew: Collection[str]) -> S:
    return replace(step, gaps=tuple(gap for gap in step.gaps if gap.after not in anew))


def _in_order(steps: Sequence[S]) -> tuple[S, ...]:
    """The steps with every one behind those its gaps name, otherwise in the order given."""
    waiting, found, named = list(steps), [], set()
    while waiting:
        ready = next((step for step in waiting if all(gap.after in named for gap in step.gaps)), waiting[0])
        waiting.remove(ready)
        found.append(ready)
        named.add(ready.id)
    return tuple(found)
