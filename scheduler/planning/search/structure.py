"""What of a problem the shape of its search depends on, and how two steps of it look at one another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from scheduler.planning.search.own_visits import differences
from scheduler.planning.search.problem import Edge


@dataclass(frozen=True)
class Structure:
    """What of a problem its shape depends on; courses under one protocol share it."""

    size: int
    edges: tuple[tuple[tuple[int, int], Edge], ...]
    handovers: tuple[tuple[tuple[int, int, str], int], ...]
    kinds: tuple[tuple[str, ...], ...]
    presence: tuple[tuple[tuple[int, int], ...], ...]
    together: frozenset[tuple[int, int]]
    monotone: bool
    even: frozenset[str]

    @cached_property
    def edge_of(self) -> dict[tuple[int, int], Edge]:
        """The edges by pair, both ways."""
        back = {(two, one): edge.reversed for (one, two), edge in self.edges}
        return dict(self.edges) | back

    @cached_property
    def handover_of(self) -> dict[tuple[int, int, str], int]:
        """The handovers by pair and kind, both ways."""
        return {key: cost for (one, two, kind), cost in self.handovers for key in ((one, two, kind), (two, one, kind))}

    def watched(self, one: int, two: int) -> bool:
        """Whether the search itself must rule out their collisions."""
        return (min(one, two), max(one, two)) in self.together

    def tied(self, one: int, two: int) -> bool:
        """Whether the search must look at the starts of both: a gap binds them, or they might collide."""
        return (one, two) in self.edge_of or self.watched(one, two)

    def handover(self, one: int, two: int, kind: str) -> int:
        """What it costs if two steps take different resources of a kind; 0 where they are not consecutive in it."""
        return self.handover_of.get((one, two, kind), 0)

    def shares(self, one: int, two: int, kind: str) -> bool:
        """Whether the search must rule out that both take one resource of the kind at once."""
        return self.watched(one, two) and all(kind in self.kinds[each] for each in (one, two))

    def is_even(self, kind: str, order: tuple[int, ...]) -> bool:
        """Whether the kind's handovers run through the steps in the order of placing, and nothing else looks at it."""
        if kind not in self.even:
            return False
        place = {variable: depth for depth, variable in enumerate(order)}
        pairs = [sorted((place[one], place[two])) for (one, two, other), _ in self.handovers if other == kind]
        chain = all(len({pair[side] for pair in pairs}) == len(pairs) for side in (0, 1))
        return chain and not any(self.shares(one, two, kind) for one, two in self.together)

    def forbidden(self, one: int, two: int) -> tuple[tuple[int, int], ...]:
        """Open intervals of minutes by which two must not start after one, for the patient's sake."""
        return differences(self.presence[one], self.presence[two])


@dataclass(frozen=True)
class Tie:
    """A placed step that a step looks at: its number, the gaps counted from it, and minutes between starts that clash.

    `forbidden` is empty where the gaps alone keep the two apart.
    """

    other: int
    edge: Edge | None
    forbidden: tuple[tuple[int, int], ...]


def tie_between(known: Structure, other: int, variable: int) -> Tie:
    """How a step looks at another one's start."""
    edge = known.edge_of.get((other, variable))
    if edge is not None and (edge.apart or (edge.link and not known.watched(other, variable))):
        return Tie(other, edge, ())
    return Tie(other, edge, known.forbidden(other, variable))
