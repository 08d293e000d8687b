"""Which steps need no turn of their own in the search: what they cost follows from where their neighbours start."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.planning.search.structure import Structure, tie_between


def loose_steps(known: Structure, *, handing_over: bool = False) -> dict[int, tuple[int, ...]]:
    """The steps that may hang on others, with those: one, or two that gaps tie to one another.

    Those `handing_over` a resource hang too if that is wanted, where it is not from or to the ones they hang on.
    """
    every = range(known.size)
    tied = [tuple(two for two in every if two != one and known.tied(one, two)) for one in every]
    found: dict[int, tuple[int, ...]] = {}
    for one in sorted(every, key=lambda one: (len(tied[one]), one)) if known.monotone else ():
        near = tied[one]
        if len(near) in (1, 2) and not any(two in found for two in near) and _looks_at_starts(
                known, one, tied, near if handing_over else every):
            found[one] = near
    return found


def _looks_at_starts(known: Structure, one: int, tied: list[tuple[int, ...]], served: Iterable[int]) -> bool:
    """Whether all that matters of a step is how it lies to its neighbours, and ranges say that."""
    if any(known.handover(one, two, kind) for two in served for kind in known.kinds[one]):
        return False
    near = tied[one]
    if any(known.watched(two, one) or tie_between(known, two, one).forbidden for two in near):
        return False
    return len(near) == 1 or (near[1] in tied[near[0]] and not any(known.edge_of[two, one].targets for two in near))
