"""What a visit occupies, minute by minute from its start: from phases to few spans, and from spans back to phases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Phase:
    """One phase: its minutes, the units it needs by kind of resource, and whether the patient is there."""

    minutes: int
    needs: Mapping[str, int] = field(default_factory=dict)
    patient: bool = True
    name: str = ""


@dataclass(frozen=True)
class Span:
    """Units of one kind of resource (None: the patient's own time), in minutes from the visit's start, half-open."""

    kind: str | None
    units: int
    begins: int
    ends: int


def minutes_of(phases: Sequence[Phase]) -> int:
    """How long a visit takes, the phases without the patient included."""
    return sum(phase.minutes for phase in phases)


def patient_minutes(phases: Sequence[Phase]) -> int:
    """When the patient leaves, in minutes from the start; the whole visit where no phase is theirs."""
    end, total = 0, 0
    for phase in phases:
        total += phase.minutes
        end = total if phase.patient else end
    return end or total


def kinds_of(phases: Sequence[Phase]) -> tuple[str, ...]:
    """The kinds of resource that a visit needs, in the order in which they are first needed."""
    return tuple(dict.fromkeys(kind for phase in phases for kind, units in phase.needs.items() if units))


def spans(phases: Sequence[Phase]) -> tuple[Span, ...]:
    """The fewest spans that say the same as the phases: adjoining phases with the same units become one."""
    there = _merged(None, [int(phase.patient) for phase in phases], phases)
    return (*(span for kind in kinds_of(phases)
              for span in _merged(kind, [phase.needs.get(kind, 0) for phase in phases], phases)), *there)


def _merged(kind: str | None, units: Sequence[int], phases: Sequence[Phase]) -> list[Span]:
    found: list[Span] = []
    at = 0
    for amount, phase in zip(units, phases, strict=True):
        until = at + phase.minutes
        if amount and found and found[-1].ends == at and found[-1].units == amount:
            found[-1] = Span(kind, amount, found[-1].begins, until)
        elif amount:
            found.append(Span(kind, amount, at, until))
        at = until
    return found


def phases_of(taken: Iterable[Span]) -> tuple[Phase, ...]:
    """The phases that spans came from, as far as spans tell: cut wherever the occupation changes.

    A gap in which nothing is occupied becomes a phase without needs. Spans begin at 0 or later.
    """
    taken = tuple(taken)
    cuts = sorted({0, *(span.begins for span in taken), *(span.ends for span in taken)})
    found = []
    for begins, ends in zip(cuts, cuts[1:], strict=False):
        here = [span for span in taken if span.begins <= begins and span.ends >= ends]
        needs: dict[str, int] = {}
        for span in here:
            if span.kind is not None:
                needs[span.kind] = needs.get(span.kind, 0) + span.units
        found.append(Phase(ends - begins, needs, any(span.kind is None for span in here)))
    return tuple(found)
