"""What a plan of a series costs, part by part, reckoned afresh from the visits themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import Cost, Visit
from scheduler.planning.scenario import Series, Step, Weights


def cost_of(index: CalendarIndex, series: Series, weights: Weights, visits: Sequence[Visit]) -> Cost:
    """The cost of a series planned so; `visits` hold every unfixed step, and starts lie within the index's days."""
    placed = {visit.step: visit for visit in visits}
    starts = {step.id: step.current.start if step.fixed else placed[step.id].start for step in series.steps}
    chosen = {step.id: step.current.resources if step.fixed else placed[step.id].resources for step in series.steps}
    moving = [step for step in series.steps if not step.fixed]
    return Cost(
        finish_day=weights.finish_day * (starts[series.finish_step].toordinal() - series.earliest.toordinal()),
        gap_day=weights.gap_day * _gap_days(series, starts),
        off_preference=weights.off_preference * sum(not series.prefer.suits(starts[step.id]) for step in moving),
        handover=_handovers(index, series, weights, chosen),
        crowding=sum(_crowding(index, step, weights, starts[step.id]) for step in moving),
        moved=weights.moved * sum(step.current.start != starts[step.id] for step in moving if step.current),
        moved_day=weights.moved_day * sum(
            abs(step.current.start.toordinal() - starts[step.id].toordinal()) for step in moving if step.current
        ),
        reassigned=weights.reassigned * sum(
            step.current.resources.get(kind) != name
            for step in moving if step.current for kind, name in chosen[step.id].items()
        ),
    )


def _gap_days(series: Series, starts: Mapping[str, datetime]) -> int:
    return sum(
        abs(starts[step.id].toordinal() - starts[gap.after].toordinal() - gap.target_days)
        for step in series.steps for gap in step.gaps if gap.target_days is not None
    )


def _handovers(
    index: CalendarIndex, series: Series, weights: Weights, chosen: Mapping[str, Mapping[str, str]]
) -> int:
    total = 0
    for kind, weight in weights.handover.items():
        held = [
            chosen[step.id][kind] for step in series.steps if kind in index.visit_types[step.visit_type].kinds
        ]
        total += weight * sum(one != two for one, two in zip(held, held[1:], strict=False))
    return total


def _crowding(index: CalendarIndex, step: Step, weights: Weights, start: datetime) -> int:
    visit_type = index.visit_types[step.visit_type]
    position = index.axis.position(start)
    return sum(
        weight * int(index.crowd(visit_type, kind)[position])
        for kind, weight in weights.crowding.items() if kind in visit_type.kinds
    )
