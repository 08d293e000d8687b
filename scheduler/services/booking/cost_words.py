"""What a plan costs in words: each part of its cost as a sentence, and what one plan gives up for another."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.planning.plans import Cost, SeriesPlan
from scheduler.planning.scenario import Series, Weights
from scheduler.services.booking.offers import CostPart


def cost_parts(series: Series, weights: Weights, plan: SeriesPlan) -> tuple[CostPart, ...]:
    """Every part that costs something, dearest first."""
    found = [CostPart(name, cost, sentence) for name, cost, sentence in _parts(series, weights, plan) if cost]
    return tuple(sorted(found, key=lambda part: -part.cost))


def _parts(series: Series, weights: Weights, plan: SeriesPlan) -> Iterator[tuple[str, int, str]]:
    cost = plan.cost
    days = _times(cost.finish_day, weights.finish_day)
    yield "finish_day", cost.finish_day, f"The series ends {_many(days, 'day')} after its earliest day."
    days = _times(cost.gap_day, weights.gap_day)
    yield "gap_day", cost.gap_day, f"Visits lie {_many(days, 'day')} in all off the days that the protocol aims at."
    off = _times(cost.off_preference, weights.off_preference)
    yield "off_preference", cost.off_preference, f"{_lie(off)} outside the days and times that suit."
    changes = handovers(series, plan)
    told = " and ".join(f"the {kind} {_many(number, 'time')}" for kind, number in changes.items() if number)
    yield "handover", cost.handover, f"The patient changes {told}." if told else ""
    yield "crowding", cost.crowding, "Some visits fall into busy hours."
    moved = _times(cost.moved, weights.moved)
    yield "moved", cost.moved, f"{_many(moved, 'visit')} of those that stand {'moves' if moved == 1 else 'move'}."
    days = _times(cost.moved_day, weights.moved_day)
    yield "moved_day", cost.moved_day, f"Visits move by {_many(days, 'day')} in all."
    other = _times(cost.reassigned, weights.reassigned)
    yield "reassigned", cost.reassigned, f"{_many(other, 'change')} of chair, nurse or therapist in visits that stand."


def handovers(series: Series, plan: SeriesPlan) -> dict[str, int]:
    """How often the patient changes each kind of resource, fixed visits included."""
    chosen = {visit.step: visit.resources for visit in plan.visits}
    chosen |= {step.id: step.current.resources for step in series.steps if step.fixed and step.current}
    held: dict[str, list[str]] = {}
    for step in series.steps:
        for kind, name in chosen.get(step.id, {}).items():
            held.setdefault(kind, []).append(name)
    return {kind: sum(one != two for one, two in zip(names, names[1:], strict=False))
            for kind, names in held.items() if kind != "chair"}


def gives_up(weights: Weights, best: Cost, other: Cost) -> str:
    """What `other` gives up against the best plan, as a sentence."""
    lost = []
    if days := _times(other.finish_day - best.finish_day, weights.finish_day):
        lost.append(f"ends {_many(abs(days), 'day')} {'later' if days > 0 else 'earlier'}")
    if days := _times(other.gap_day - best.gap_day, weights.gap_day):
        lost.append(f"lies {_many(abs(days), 'day')} {'further from' if days > 0 else 'nearer to'} the protocol's days")
    if off := _times(other.off_preference - best.off_preference, weights.off_preference):
        lost.append(f"has {_many(abs(off), 'visit')} {'more' if off > 0 else 'fewer'} outside the times that suit")
    if other.handover != best.handover:
        lost.append(f"changes staff {'more' if other.handover > best.handover else 'less'} often")
    if other.crowding > best.crowding:
        lost.append("falls into busier hours")
    if not lost:
        return "As good as the best plan."
    sentence = lost[0] if len(lost) == 1 else ", ".join(lost[:-1]) + " and " + lost[-1]
    return sentence[0].upper() + sentence[1:] + "."


def _times(cost: int, weight: int) -> int:
    return cost // weight if weight else 0


def _many(number: int, one: str, more: str | None = None) -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def _lie(number: int) -> str:
    return f"{_many(number, 'visit')} {'lies' if number == 1 else 'lie'}"
