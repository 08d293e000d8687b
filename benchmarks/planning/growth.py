"""How the time for one course grows with the horizon, the chairs and the load: our search and a CP-SAT model.

    python -m benchmarks.planning.growth [--full | --books N --solver-seconds N] [--solver N] [--pictures FOLDER]

Times are processor seconds, the calendar indexed before; the solver gets so many seconds on one
thread, and what it did not finish is drawn at what it used.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from statistics import median

from benchmarks.planning.books import book
from benchmarks.planning.pictures import Panel, draw
from benchmarks.planning.side_by_side import FIT, PROBING, SEARCH, SOLVER, add_options, compare, options

BOOKS, FULL_BOOKS = 5, 8
CHAIRS, WEEKS, LOAD = 8, 8, 0.8
AXES = {
    "weeks": [(CHAIRS, weeks, LOAD) for weeks in (4, 8, 13, 26)],
    "chairs": [(chairs, WEEKS, LOAD) for chairs in (2, 5, 10, 20)],
    "share of the book taken, %": [(CHAIRS, WEEKS, load) for load in (0.5, 0.7, 0.9, 0.98)],
}


def main() -> None:
    """Print the table and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser, BOOKS, FULL_BOOKS)
    args = options(parser)
    panels = []
    print("| chairs | weeks | load | planner | ms (median) | finished |")
    print("|---|---|---|---|---|---|")
    for across, points in AXES.items():
        lines: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for chairs, weeks, load in points:
            met = [compare(book(chairs, weeks, load, seed), args.solver_seconds * (seed < args.solver))
                   for seed in range(args.books)]
            x = {"weeks": weeks, "chairs": chairs}.get(across, 100 * load)
            for name in (SEARCH, SOLVER, FIT, PROBING):
                own = [one[name] for one in met if name in one]
                if own:
                    times = 1000 * median(one.seconds for one in own)
                    lines[name].append((x, times))
                    done = sum(one.proved for one in own) if name in (SEARCH, SOLVER) else len(own)
                    print(f"| {chairs} | {weeks} | {100 * load:.0f} % | {name} | {times:.1f} | {done} of {len(own)} |",
                          flush=True)
        panels.append(Panel(f"Time by {across.split(',')[0]}", across, "processor milliseconds", lines, log=True))
    draw(args.pictures / "planning-growth.svg", panels)


if __name__ == "__main__":
    main()
