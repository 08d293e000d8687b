"""Our search, a CP-SAT model, earliest fit and slot probing on the same books, from half full to nearly full.

    python -m benchmarks.planning.side_by_side [--full | --books N --solver-seconds N] [--solver N] [--pictures FOLDER]

Times are processor seconds of this process (all its threads), so that a busy machine does not change the ratios much.
Every plan is judged by the tests' referee. The calendar is indexed and the SQL rows are written before the clock runs.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from time import process_time

from benchmarks.planning.books import book
from benchmarks.planning.earliest_fit import earliest_fit
from benchmarks.planning.pictures import Panel, draw
from benchmarks.planning.slot_probing import Probing
from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.many.joint import Joint
from scheduler.planning.plans import SeriesPlan, Visit
from scheduler.planning.reading import read
from scheduler.planning.scenario import Scenario
from scheduler.planning.series_planner import plan_series
from scheduler.planning.several import index_of
from tests.planning.referee import judge

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LOADS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
CHAIRS, WEEKS = 8, 8
BOOKS, SOLVER_SECONDS = 10, 8.0
FULL_BOOKS, FULL_SECONDS = 30, 25.0
"""Random books a load, and the wall-clock time that the solver gets on one thread; and both in the full form."""
SEARCH, SOLVER, FIT, PROBING = "our search (proved)", "CP-SAT model", "earliest fit", "slot probing (SQL)"


@dataclass(frozen=True)
class Outcome:
    """What one planner did: the cost (None: no plan), processor seconds, whether it was proved."""

    cost: int | None
    seconds: float
    proved: bool = False


def compare(raw: dict, solver: float) -> dict[str, Outcome]:
    """Every planner on one scenario of one series; the solver, if it is given any, with so many seconds."""
    scenario = read(json.dumps(raw))
    assert isinstance(scenario, Scenario)
    index = index_of(scenario)
    _search(index, scenario)
    probing = Probing(scenario)
    planners: dict[str, Callable[[], tuple[Sequence[Visit] | None, bool]]] = {
        SEARCH: lambda: _search(index, scenario),
        FIT: lambda: (earliest_fit(index, scenario.series[0]), False),
        PROBING: lambda: (probing.book(scenario.series[0]), False),
    }
    if solver:
        planners[SOLVER] = lambda: _solver(index, scenario, solver)
    return {name: _run(raw, planner) for name, planner in planners.items()}


def _run(raw: dict, planner: Callable[[], tuple[Sequence[Visit] | None, bool]]) -> Outcome:
    begun = process_time()
    visits, proved = planner()
    seconds = process_time() - begun
    if visits is None:
        return Outcome(None, seconds, proved)
    entry = {"id": "s1", "visits": [
        {"step": one.step, "start": one.start.strftime("%Y-%m-%dT%H:%M"), "resources": dict(one.resources)}
        for one in visits
    ]}
    faults, cost = judge(raw, {"series": [entry], "unplanned": []})
    assert faults == [], faults
    return Outcome(cost, seconds, proved)


def _search(index: CalendarIndex, scenario: Scenario) -> tuple[Sequence[Visit] | None, bool]:
    plan = plan_series(index, scenario.series[0], scenario.weights)
    return (plan.visits, plan.optimal) if isinstance(plan, SeriesPlan) else (None, plan.proved)


def _solver(index: CalendarIndex, scenario: Scenario, seconds: float) -> tuple[Sequence[Visit] | None, bool]:
    joint = Joint(scenario, index, scenario.series, {})
    answer = joint.solve(seconds, workers=1)
    return (joint.visits(answer).get("s1") if answer.values is not None else None), answer.proved


def add_options(parser: argparse.ArgumentParser, books: int, full: int) -> None:
    """The options of a comparison: how many books, the solver's share, the full form."""
    parser.add_argument("--books", type=int, help=f"random books a point (default {books}; {full} with --full)")
    parser.add_argument("--solver", type=int, default=1, help="of these, how many the CP-SAT model gets (default 1)")
    parser.add_argument("--solver-seconds", type=float, help="wall-clock seconds that it gets for each "
                        f"(default {SOLVER_SECONDS:.0f}; {FULL_SECONDS:.0f} with --full)")
    parser.add_argument("--full", action="store_true", help="more books and more time, about an hour")
    parser.add_argument("--pictures", type=Path, default=PICTURES, help="the folder of the picture")
    parser.set_defaults(usual=(books, full))


def options(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """What was asked for, with the defaults of its form."""
    args = parser.parse_args()
    args.books = args.books or args.usual[args.full]
    args.solver_seconds = args.solver_seconds or (FULL_SECONDS if args.full else SOLVER_SECONDS)
    return args


def main() -> None:
    """Print the table and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser, BOOKS, FULL_BOOKS)
    args = options(parser)
    lines: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    print("| load | planner | plans | dead ends | cost above optimum | ms (median) | times our search |")
    print("|---|---|---|---|---|---|---|")
    for load in LOADS:
        met = [compare(book(CHAIRS, WEEKS, load, seed), args.solver_seconds * (seed < args.solver))
               for seed in range(args.books)]
        for name in (SEARCH, SOLVER, FIT, PROBING):
            _report(load, name, [(one[name], one[SEARCH]) for one in met if name in one], lines,
                    args.solver_seconds)
    draw(args.pictures / "planning-side-by-side.svg", [
        Panel("Dead ends where a plan exists", "share of the book taken, %", "%", lines["dead"]),
        Panel("Cost above the optimum, where a plan was found", "share of the book taken, %", "%", lines["cost"]),
        Panel("Time for one course", "share of the book taken, %", "processor milliseconds", lines["time"], log=True),
    ])


def _report(
    load: float, name: str, met: list[tuple[Outcome, Outcome]],
    lines: dict[str, dict[str, list[tuple[float, float]]]], seconds: float,
) -> None:
    """One line of the table: outcomes of a planner with those of our search."""
    there = [(own, best) for own, best in met if best.cost is not None]
    for own, best in met:
        assert own.cost is None or (best.cost is not None and best.proved and own.cost >= best.cost)
        assert not (own.proved and own.cost != best.cost)
    if not met:
        return
    dead = 100 * mean(own.cost is None for own, _ in there) if there else 0.0
    dearer = [100 * (own.cost / best.cost - 1) for own, best in there if own.cost is not None and best.cost]
    times = 1000 * median(own.seconds for own, _ in met)
    ratio = median(own.seconds / best.seconds for own, best in met)
    if there:
        lines["dead"][name].append((100 * load, dead))
    lines["time"][name].append((100 * load, times))
    if dearer:
        lines["cost"][name].append((100 * load, mean(dearer)))
    unproved = sum(not own.proved for own, _ in met) if name == SOLVER else 0
    note = f" ({unproved} of {len(met)} unproved in {seconds:.0f} s)" if unproved else ""
    print(f"| {100 * load:.0f} % | {name} | {len(there) - round(dead * len(there) / 100)} of {len(there)}{note} "
          f"| {dead:.0f} % | {f'{mean(dearer):.0f} %' if dearer else '-'} | {times:.1f} | {ratio:.1f} |", flush=True)


if __name__ == "__main__":
    main()
