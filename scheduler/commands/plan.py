"""Plan the scenario of a JSON file: the plan as JSON, a line of timings on standard error.

Exit status: 0 a plan; 2 the scenario is invalid (one line says where and what); 3 no series could be placed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.explaining import held_back
from scheduler.planning.plans import NoPlan, SeriesPlan
from scheduler.planning.reading import Invalid, read
from scheduler.planning.relaxations import ways_out
from scheduler.planning.scenario import Scenario
from scheduler.planning.series_planner import plan_series
from scheduler.planning.several import Schedule, calendar_for, index_of, plan_all
from scheduler.planning.why_not import why_not
from scheduler.planning.writing import as_json

SUMMARY = "Plan the series of a scenario file to the least cost"
INVALID, NONE_PLANNED = 2, 3
SPARE = 0.35
"""Seconds kept back for writing the plan and ending the process."""
EXPLAINING = 0.1
"""The share of the time kept back for explanations, where they are asked for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The scenario, where the plan goes, how long it may take."""
    parser.add_argument("scenario", metavar="SCENARIO.json", type=Path, help="the scenario to plan")
    parser.add_argument("--out", metavar="PLAN.json", type=Path, help="write the plan there, not to standard output")
    parser.add_argument(
        "--seconds", metavar="N", type=_seconds, default=10.0, help="wall-clock time for the whole command (default 10)"
    )
    parser.add_argument("--explain", action="store_true", help="add to the plan what held each series back")


def _seconds(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError("must be a number of seconds above 0")
    return value


def run(args: argparse.Namespace) -> int:
    """Read, plan, write; returns the exit status."""
    begun = time.monotonic() - _seconds_before()
    try:
        scenario = read(args.scenario.read_bytes())
    except OSError as wrong:
        return _complain(f"{args.scenario}: cannot be read ({wrong.strerror})")
    if isinstance(scenario, Invalid):
        return _complain(f"{scenario.path}: {scenario.sentence}")
    was_read = time.monotonic()
    end = begun + args.seconds - SPARE
    index = index_of(scenario)
    planning_ends = end - (EXPLAINING * args.seconds if args.explain else 0.0)
    schedule = plan_all(scenario, index, lambda: planning_ends - time.monotonic())
    planned = time.monotonic()
    if schedule.planned:
        reasons = [f"{result.series}: {result.sentence}" for result in schedule.unplanned]
    else:
        reasons = _reasons(scenario, index, schedule, lambda: time.monotonic() > end)
    plan = as_json(schedule)
    if args.explain:
        _explain(plan, scenario, index, schedule, lambda: time.monotonic() > end)
    text = json.dumps(plan, ensure_ascii=True)
    if args.out:
        try:
            args.out.write_text(text + "\n", encoding="ascii")
        except OSError as wrong:
            return _complain(f"{args.out}: cannot be written ({wrong.strerror})", status=1)
    else:
        print(text)
    for line in reasons:
        _say(line)
    _say(f"read {1000 * (was_read - begun):.0f} ms, planned {1000 * (planned - was_read):.0f} ms, "
         f"{len(schedule.planned)} planned, {len(schedule.unplanned)} unplanned, cost {schedule.cost}"
         f"{', proved optimal' if schedule.optimal else ''}")
    return 0 if schedule.planned else NONE_PLANNED


def _explain(
    plan: dict[str, Any], scenario: Scenario, index: CalendarIndex, schedule: Schedule, late: Callable[[], bool]
) -> None:
    """Add to each series of the plan what held it back, as far as there is time."""
    series = {one.id: one for one in scenario.series}
    for entry, result in zip(plan["series"], schedule.planned, strict=True):
        if late():
            return
        one = series[result.series]
        entry["explanation"] = list(held_back(calendar_for(scenario, index, one), one, scenario.weights, result))


def _reasons(scenario: Scenario, index: CalendarIndex, schedule: Schedule, late: Callable[[], bool]) -> list[str]:
    """For people: per series the rule that leaves no slot, and what would free one, the least dear first."""
    lines = []
    for result, series in zip(schedule.results, scenario.series, strict=True):
        calendar = calendar_for(scenario, index, series)
        if late() or not (isinstance(result, NoPlan) and result.proved):
            lines.append(f"{series.id}: no plan was found in the time there was.")
            continue
        bare = plan_series(calendar, series, scenario.weights, late=late)
        if isinstance(bare, SeriesPlan):
            lines.append(f"{series.id}: its plan would cost {bare.cost.total}, more than leaving it unplanned.")
            continue
        lines.append(f"{series.id}: {why_not(calendar, series, scenario.weights, late=late).sentence}")
        below = scenario.weights.unplanned + 1
        ways = ways_out(calendar, series, scenario.weights, below=below, late=late)
        lines += [f"  would free it, at cost {way.plan.cost.total}: {way.sentence}" for way in ways]
        if not ways:
            lines.append("  nothing that is given up alone would free it.")
    return lines


def _say(line: str) -> None:
    print(line.encode("ascii", "backslashreplace").decode("ascii"), file=sys.stderr, flush=True)


def _complain(line: str, status: int = INVALID) -> int:
    _say(" ".join(line.split()))
    return status


def _seconds_before() -> float:
    """How long this process had been running before now, so that setting up counts; 0 where that is not known."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        since_boot = time.clock_gettime(time.CLOCK_BOOTTIME)
        return max(0.0, since_boot - int(fields[19]) / os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0
