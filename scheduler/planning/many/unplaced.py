"""Why a series was left out: by itself it has no room, or those that were placed stand where it would have to."""

from __future__ import annotations

from dataclasses import replace

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.many.alone import Alone
from scheduler.planning.many.board import Board, Result, placed
from scheduler.planning.many.time_left import Left
from scheduler.planning.plans import NoPlan, SeriesPlan
from scheduler.planning.series_planner import placed_fixed, plan_series
from scheduler.planning.why_not import why_not

MOST_NAMED = 4


def with_reasons(board: Board, alone: dict[str, Alone], left: Left) -> dict[str, Result]:
    """The results, those of series left out with a sentence for people."""
    return {
        name: replace(result, sentence=_sentence(board, name, alone[name], left))
        if isinstance(result, NoPlan) else result
        for name, result in board.results.items()
    }


def _sentence(board: Board, name: str, alone: Alone, left: Left) -> str:
    series, weights = board.series[name], board.scenario.weights
    if isinstance(alone.result, SeriesPlan):
        return _crowded_out(board, name, alone.result)
    if left() <= 0 or not alone.result.proved:
        return "No plan was found in the time there was."
    bare = plan_series(board.bare, series, weights, has_fixed=True, late=lambda: left() <= 0)
    if isinstance(bare, SeriesPlan):
        return f"Its plan would cost {bare.cost.total}, more than leaving it unplanned."
    return why_not(_without_own(board, name), series, weights, late=lambda: left() <= 0).sentence


def _without_own(board: Board, name: str) -> CalendarIndex:
    """The bare calendar without the series' own fixed steps."""
    own = placed_fixed(board.series[name])
    return board.bare.also((), without=own)


def _crowded_out(board: Board, name: str, wished: SeriesPlan) -> str:
    """Who stands on the resources and days that the series would have by itself."""
    wants = {(one.start.date(), each) for one in placed(board.series[name], wished) for each in one.resources.values()}
    there = {
        other: sum((one.start.date(), each) in wants
                   for one in placed(board.series[other], result) for each in one.resources.values())
        for other, result in board.results.items() if other != name
    }
    nearest = sorted((other for other in there if there[other]), key=lambda other: -there[other])[:MOST_NAMED]
    taken = f"; the places it would have are taken by {', '.join(nearest)}" if nearest else ""
    return f"It fits by itself (at cost {wished.cost.total}), but no place was found beside the others{taken}."
