"""Several series at once: the best plan of them all that was found in the time there is.

    schedule = plan_all(scenario, index_of(scenario), left)          # `left()`: the seconds left

First what each would have alone; then one after another, which is a plan. Then, again and again, a few series that
stand in one another's way are taken out and placed anew in another order, each to its proved optimum; and of every plan
met so far CP-SAT chooses one a series, which together cost the least. What they would cost alone bounds it from below.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.many.alone import Alone, each_alone
from scheduler.planning.many.board import Board, Result
from scheduler.planning.many.cells import Cells
from scheduler.planning.many.greedy import one_after_another
from scheduler.planning.many.pool import Pool
from scheduler.planning.many.proving import Proof
from scheduler.planning.many.replacing import Replacing
from scheduler.planning.many.time_left import Left, endless
from scheduler.planning.many.unplaced import with_reasons
from scheduler.planning.plans import NoPlan, SeriesPlan
from scheduler.planning.scenario import Scenario, Series
from scheduler.planning.series_planner import placed_fixed, plan_series

MOST_POSITIONS = 400_000
LEAST_DAYS = 400
"""How far ahead is looked where `latest` is very far: so many starts, and in any case so many days."""
TRIALS, LEAST_TRIALS = 1, 40
"""Trials a series, and at least, between two choices among the plans met."""
PATIENCE = 3
"""Rounds that bring nothing before it is left at that, where there is no end of time."""
CHOOSING = 1.5
LONGEST_CHOICE = 10.0
"""Seconds for one choice at first, and at most; doubled where a choice brings nothing."""
PROVING, PROVED_AFTER = 0.25, (1, 4, 16, 64)
"""The share of the time left that is spent on a proof, and after how many rounds that brought nothing."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What became of every series, in the order given; `optimal`: proved that nothing costs less.

    `bound`: what nothing can cost less than, as far as that is known; None where nothing is.
    """

    results: tuple[SeriesPlan | NoPlan, ...]
    cost: int
    optimal: bool
    bound: int | None = None

    @property
    def planned(self) -> tuple[SeriesPlan, ...]:
        """The series that were placed."""
        return tuple(result for result in self.results if isinstance(result, SeriesPlan))

    @property
    def unplanned(self) -> tuple[NoPlan, ...]:
        """The series that were not."""
        return tuple(result for result in self.results if isinstance(result, NoPlan))


def index_of(scenario: Scenario) -> CalendarIndex:
    """The calendar of a scenario over the days of its series, without any of their steps."""
    first = min(series.earliest for series in scenario.series)
    last = max(series.latest for series in scenario.series)
    slots = max(1, 1440 // scenario.clinic.grid_minutes)
    days = max(LEAST_DAYS, MOST_POSITIONS // slots)
    span = max((series.earliest - first).days for series in scenario.series) + days
    if (last - first).days > span:
        last = first + timedelta(days=span)
    return CalendarIndex(
        scenario.clinic, scenario.resources, scenario.visit_types, scenario.bookings, first, last
    )


def calendar_for(scenario: Scenario, index: CalendarIndex, series: Series) -> CalendarIndex:
    """The calendar for one series: the fixed steps of all others in it."""
    return index.also(one for other in scenario.series if other.id != series.id for one in placed_fixed(other))


def plan_all(
    scenario: Scenario, index: CalendarIndex, left: Left = endless, board: type[Board] = Board
) -> Schedule:
    """Every series planned or named as unplanned; `left()` gives the seconds left, and is asked often.

    Without an end of time it is gone on with until nothing better is found for a while. `board` is what keeps the plans
    that stand; another than the usual one may watch them.
    """
    bare = index.also(one for series in scenario.series for one in placed_fixed(series))
    if len(scenario.series) == 1:
        return _one(scenario, bare, left)
    cells = Cells(scenario, bare)
    alone = each_alone(scenario, bare, left)
    stand = board(scenario, bare, one_after_another(scenario, cells, alone, left))
    bound = sum(one.bound for one in alone.values())
    if stand.cost > bound and left() > 0:
        bound = _improve(stand, cells, alone, bound, left)
    results = with_reasons(stand, alone, left)
    ordered = tuple(results[series.id] for series in scenario.series)
    return Schedule(ordered, stand.cost, stand.cost <= bound, max(0, bound) or None)


def _one(scenario: Scenario, bare: CalendarIndex, left: Left) -> Schedule:
    (series,), weights = scenario.series, scenario.weights
    result = plan_series(
        bare, series, weights, below=weights.unplanned + 1, has_fixed=True, late=lambda: left() <= 0
    )
    if isinstance(result, SeriesPlan):
        return Schedule((result,), result.cost.total, result.optimal, result.cost.total if result.optimal else None)
    return Schedule((result,), weights.unplanned, result.proved, weights.unplanned if result.proved else None)


def _improve(board: Board, cells: Cells, alone: dict[str, Alone], bound: int, left: Left) -> int:
    """Rounds of trials and choices, until the bound is met, time is up or nothing more is found; gives the bound."""
    pool = Pool(board, cells)
    for one in alone.values():
        pool.add(one.result)
    bounds = {name: max(0, one.bound) for name, one in alone.items()}
    replacing = Replacing(board, alone, pool, Random(len(board.series)), left)
    idle, seconds = 0, CHOOSING
    while board.cost > bound and left() > 0 and (idle < PATIENCE or left() < math.inf):
        before = board.cost
        for _ in range(max(LEAST_TRIALS, TRIALS * len(board.series))):
            replacing.trial()
            if left() <= 0 or board.cost <= bound:
                return bound
        better: dict[str, Result] = pool.choose(bounds, seconds, left)
        board.put(better)
        replacing.moved(better)
        seconds = CHOOSING if better else min(2 * seconds, LONGEST_CHOICE)
        idle = 0 if board.cost < before else idle + 1
        if idle in PROVED_AFTER:
            bound = max(bound, _proved(board, cells, alone, left))
            replacing.moved(board.results)
    return bound


def _proved(board: Board, cells: Cells, alone: dict[str, Alone], left: Left) -> int:
    """What nothing costs less than, as groups of series that are solved exactly tell, in a share of the time left."""
    now = left()
    keep = 0.0 if now == math.inf else now * (1 - PROVING)
    proof = Proof(board, cells, alone, lambda: left() - keep)
    proof.run()
    return proof.bound
