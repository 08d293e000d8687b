"""Many series at once: what the plan costs after so many seconds, against one after another and the best known.

    python -m benchmarks.planning.several_series [--seconds N] [--pictures FOLDER] [EXAMPLE ...]

Seconds are processor seconds of this process, both threads of the solver counted.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import process_time
from typing import Any, ClassVar

from benchmarks.planning.one_series import EXAMPLES, load
from benchmarks.planning.pictures import Panel, draw
from benchmarks.planning.side_by_side import PICTURES
from scheduler.planning.many import board
from scheduler.planning.several import index_of, plan_all

NAMES = ("disruption-closed-day", "disruption-nurse-day")
MARKS = (2, 5, 10, 20, 30, 60)


class Watched(board.Board):
    """A board that writes down when its cost changed."""

    seen: ClassVar[list[tuple[float, int]]] = []
    begun = 0.0

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        Watched.seen.append((process_time() - Watched.begun, self.cost))

    def put(self, results: dict) -> None:
        """As a board does."""
        super().put(results)
        Watched.seen.append((process_time() - Watched.begun, self.cost))


def watch(name: str, seconds: float) -> tuple[list[tuple[float, int]], int | None]:
    """The cost of the plan over time, the first that of planning one after another; and the bound."""
    scenario = load(name)
    Watched.seen.clear()
    Watched.begun = process_time()
    end = Watched.begun + seconds
    schedule = plan_all(scenario, index_of(scenario), lambda: end - process_time(), board=Watched)
    print(f"{name}: cost {schedule.cost}{', proved optimal' if schedule.optimal else ''}, nothing below "
          f"{schedule.bound}, after {process_time() - Watched.begun:.1f} s")
    return [*Watched.seen, (process_time() - Watched.begun, schedule.cost)], schedule.bound


def main() -> None:
    """Print the table and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="for each example (default 60)")
    parser.add_argument("--pictures", type=Path, default=PICTURES, help="the folder of the picture")
    parser.add_argument("examples", nargs="*", default=NAMES, help="names of examples")
    args = parser.parse_args()
    known = json.loads((EXAMPLES / "best.json").read_text(encoding="utf-8"))
    panels = []
    for name in args.examples:
        seen, bound = watch(name, args.seconds)
        stairs = [point for (_, before), (at, cost) in zip(seen, seen[1:], strict=False)
                  for point in ((at, before), (at, cost))]
        end, best = seen[-1][0], known[name]
        panels.append(Panel(name, "processor seconds", "cost", {
            "found by then": [seen[0], *stairs],
            "best known before": [(0.0, best["cost"]), (end, best["cost"])],
            "nothing costs less": [] if bound is None else [(0.0, bound), (end, bound)],
        }))
        for mark in MARKS:
            until = [cost for at, cost in seen if at <= mark]
            if until and mark <= end + 1:
                print(f"  {mark} s: {until[-1]} ({until[-1] / best['cost'] - 1:+.2%} of the best known before)")
    draw(args.pictures / "planning-several.svg", panels)


if __name__ == "__main__":
    main()
