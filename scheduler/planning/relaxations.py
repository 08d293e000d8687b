"""What would make room for a series that has none: every single thing that could be given up, each planned again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.plans import UNRESTRICTED, Restriction, SeriesPlan, WayOut
from scheduler.planning.scenario import WEEKDAYS, Gap, Resource, Series, Step, Weights
from scheduler.planning.series_planner import plan_series

LATER = (1, 7, 14, 28)
"""Days by which the end may be put off, the fewest that help being taken."""
DAY_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True)
class _Eased:
    """The question with one thing given up; of several of one group only the first that helps is kept."""

    sentence: str
    series: Series
    restrict: Restriction
    resources: tuple[Resource, ...]
    group: str = ""
    last: date | None = None


def ways_out(
    index: CalendarIndex,
    series: Series,
    weights: Weights,
    *,
    restrict: Restriction = UNRESTRICTED,
    below: int | None = None,
    late: Callable[[], bool] = lambda: False,
) -> tuple[WayOut, ...]:
    """Every single relaxation that makes a plan possible, the one with the least cost first.

    `late()` says when to stop; those found by then are given.
    """
    found: list[WayOut] = []
    helped: set[str] = set()
    for eased in _easings(index, series, restrict):
        if late():
            break
        if eased.group in helped:
            continue
        calendar = index
        if eased.resources != index.every_resource or (eased.last and eased.last > index.axis.last):
            calendar = index.over(eased.resources, index.axis.first, max(index.axis.last, eased.last or date.min))
        plan = plan_series(calendar, eased.series, weights, restrict=eased.restrict, below=below, late=late)
        if isinstance(plan, SeriesPlan):
            found.append(WayOut(eased.sentence, plan, eased.series, eased.restrict, eased.resources))
            helped |= {eased.group} - {""}
    return tuple(sorted(found, key=lambda way: way.plan.cost.total))


def _easings(index: CalendarIndex, series: Series, restrict: Restriction) -> Iterator[_Eased]:
    asked = _Eased("", series, restrict, index.every_resource)
    yield from _same(asked)
    yield from _restrictions(asked)
    yield from _unavailable(asked)
    yield from _gaps(asked)
    yield from _dates(asked)
    yield from _more(index, asked)


def _same(asked: _Eased) -> Iterator[_Eased]:
    for kind in asked.series.same:
        rest = tuple(other for other in asked.series.same if other != kind)
        yield replace(asked, sentence=f"Let the {kind} change in the course.", series=replace(asked.series, same=rest))


def _restrictions(asked: _Eased) -> Iterator[_Eased]:
    own = asked.restrict
    if own.weekdays is not None:
        for day in sorted(set(range(len(WEEKDAYS))) - own.weekdays):
            eased = replace(own, weekdays=own.weekdays | {day})
            yield replace(asked, sentence=f"Come on {DAY_NAMES[day]} too.", restrict=eased)
    if own.from_minute or own.to_minute < 1440:
        yield replace(asked, sentence="Come at any time of day.", restrict=replace(own, from_minute=0, to_minute=1440))
    for name in sorted(own.without):
        yield replace(asked, sentence=f"Take {name} too.", restrict=replace(own, without=own.without - {name}))
    for kept in ("starts", "resources"):
        for step in getattr(own, kept):
            rest = {other: value for other, value in getattr(own, kept).items() if other != step}
            sentence = f"Let {step} start at another time." if kept == "starts" else f"Let {step} be with others."
            yield replace(asked, sentence=sentence, restrict=replace(own, **{kept: rest}))


def _unavailable(asked: _Eased) -> Iterator[_Eased]:
    """One time at which the patient cannot come, or one that recurs every week, at a time."""
    recurring: dict[tuple, list[tuple]] = {}
    for begin, end in asked.series.unavailable:
        recurring.setdefault((begin.weekday(), begin.time(), end - begin), []).append((begin, end))
    for (weekday, _, _), spans in recurring.items():
        rest = tuple(span for span in asked.series.unavailable if span not in spans)
        begin, end = spans[0]
        if len(spans) > 1:
            sentence = f"Come on {DAY_NAMES[weekday]} between {begin:%H:%M} and {end:%H:%M} after all."
        else:
            sentence = f"Come between {begin:%d %b %Y %H:%M} and {end:%d %b %Y %H:%M} after all."
        yield replace(asked, sentence=sentence, series=replace(asked.series, unavailable=rest))


def _gaps(asked: _Eased) -> Iterator[_Eased]:
    stays = {step.id for step in asked.series.steps if step.fixed}
    for step in asked.series.steps:
        for place, gap in enumerate(step.gaps):
            if {step.id, gap.after} <= stays:
                continue
            for words, wider in _wider(gap):
                gaps = (*step.gaps[:place], wider, *step.gaps[place + 1 :])
                series = _with_step(asked.series, replace(step, gaps=gaps))
                yield replace(asked, sentence=f"Let {step.id} lie {words} {gap.after}.", series=series)


def _wider(gap: Gap) -> Iterator[tuple[str, Gap]]:
    if gap.max_days is not None or gap.max_hours is not None:
        days = None if gap.max_days is None else gap.max_days + 1
        hours = None if gap.max_hours is None else gap.max_hours + 24
        yield "one day further from", replace(gap, max_days=days, max_hours=hours)
    if gap.min_days or (gap.min_hours or 0) >= 24:
        days = None if gap.min_days is None else max(0, gap.min_days - 1)
        hours = None if gap.min_hours is None else max(0, gap.min_hours - 24)
        yield "one day nearer to", replace(gap, min_days=days, min_hours=hours)
    elif gap.min_hours:
        yield "any number of hours after", replace(gap, min_hours=None)


def _with_step(series: Series, step: Step) -> Series:
    return replace(series, steps=tuple(step if one.id == step.id else one for one in series.steps))


def _dates(asked: _Eased) -> Iterator[_Eased]:
    for days in LATER:
        if asked.series.latest <= date.max - timedelta(days=days):
            latest = asked.series.latest + timedelta(days=days)
            series = replace(asked.series, latest=latest)
            yield replace(asked, sentence=f"End by {latest:%d %b %Y}.", series=series, group="later", last=latest)


def _more(index: CalendarIndex, asked: _Eased) -> Iterator[_Eased]:
    """One resource more of a kind, open all hours, with the units that the series needs."""
    needed: dict[str, int] = {}
    for step in asked.series.steps:
        if not step.fixed:
            for phase in index.visit_types[step.visit_type].phases:
                for kind, units in phase.needs.items():
                    needed[kind] = max(units, needed.get(kind, 0))
    for kind, units in needed.items():
        names = {one.id for one in asked.resources}
        name = next(f"{kind}+{number}" for number in range(1, len(names) + 2) if f"{kind}+{number}" not in names)
        more = (*asked.resources, Resource(name, kind, units))
        size = f" of {units} units" if units > 1 else ""
        yield replace(asked, sentence=f"Have one more {kind}{size}.", resources=more)
