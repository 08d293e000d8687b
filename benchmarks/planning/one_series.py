"""How long one series takes to be planned to the proved optimum: p50 and p95 over many variations of the examples.

    python -m benchmarks.planning.one_series [--variations N] [--seed N] [EXAMPLE ...]

Each variation shifts the dates of the example's series, and draws other preferences, times when the patient cannot
come, handover and crowding weights, `same` kinds and restrictions. "indexed": in-process, the calendar indexed and
used before. "from rows": the index built anew from the values and the series planned. Costs are added up so that two
versions of the search can be compared: equal seeds give equal variations.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from time import perf_counter

from scheduler.planning.plans import Restriction, SeriesPlan
from scheduler.planning.reading import Invalid, read
from scheduler.planning.scenario import Preference, Scenario, Series, Weights
from scheduler.planning.series_planner import plan_series
from scheduler.planning.several import index_of

EXAMPLES = Path(__file__).parents[2] / "tests" / "planning" / "examples"
NAMES = ("book-large-1", "book-large-2", "cascade-1", "cascade-2", "book-small-1", "book-small-2",
         "published-murrough-2013", "published-twice-weekly-therapy", "tight-same-therapist")
MIDNIGHT = time()


def load(name: str) -> Scenario:
    """An example by name."""
    path = next(path for path in (EXAMPLES / f"{name}.json", EXAMPLES / f"{name}.json.gz") if path.exists())
    data = path.read_bytes()
    scenario = read(gzip.decompress(data) if path.suffix == ".gz" else data)
    assert not isinstance(scenario, Invalid)
    return scenario


def variations(scenario: Scenario, count: int, seed: int) -> Iterator[tuple[Series, Weights, Restriction]]:
    """The example's series as it is, then varied."""
    dice, series = Random(seed), scenario.series[0]
    yield series, scenario.weights, Restriction()
    for _ in range(count - 1):
        yield _varied(dice, series), _weights(dice, scenario.weights), _restriction(dice, scenario)


def _varied(dice: Random, series: Series) -> Series:
    days = (series.latest - series.earliest).days
    earliest = series.earliest
    if not any(step.fixed for step in series.steps):
        earliest += timedelta(days=dice.randrange(max(1, days // 3)))
    opens = dice.choice([None, None, 540, 600])
    closes = dice.choice([None, None, 720, 900])
    weekdays = dice.choice([None, None, frozenset(dice.sample(range(5), dice.choice([1, 2, 3])))])
    away = []
    for _ in range(dice.choice([0, 0, 2, 5])):
        begin = datetime.combine(earliest, MIDNIGHT) + timedelta(
            days=dice.randrange(max(1, days)), minutes=dice.randrange(480, 1000, 30))
        away.append((begin, begin + timedelta(minutes=dice.choice([60, 180, 1440]))))
    same = dice.choice([series.same, series.same, series.same, (), ("nurse",)])
    return replace(series, earliest=earliest, prefer=Preference(weekdays, opens, closes), unavailable=tuple(away),
                   same=same)


def _weights(dice: Random, weights: Weights) -> Weights:
    return replace(
        weights, finish_day=dice.choice([weights.finish_day] * 3 + [1, 30]),
        crowding={kind: dice.choice([0, 1, 1, 3]) for kind in weights.crowding},
        handover={kind: dice.choice([0, cost, cost, 15]) for kind, cost in weights.handover.items()})


def _restriction(dice: Random, scenario: Scenario) -> Restriction:
    therapists = [one.id for one in scenario.resources if one.kind == "therapist"]
    return dice.choice([
        Restriction(), Restriction(), Restriction(), Restriction(to_minute=720), Restriction(from_minute=720),
        Restriction(weekdays=frozenset(dice.sample(range(5), 4))), Restriction(without=frozenset(therapists[:1]))])


def timed(scenario: Scenario, count: int, seed: int) -> tuple[list[float], list[float], int, int]:
    """Seconds of each variation with the calendar indexed, and from rows; the costs' sum; how many had no plan."""
    index, warm, cold, total, none = index_of(scenario), [], [], 0, 0
    plan_series(index, scenario.series[0], scenario.weights)
    for series, weights, restrict in variations(scenario, count, seed):
        begun = perf_counter()
        plan = plan_series(index, series, weights, restrict=restrict)
        warm.append(perf_counter() - begun)
        begun = perf_counter()
        plan_series(index_of(replace(scenario, series=(series,))), series, weights, restrict=restrict)
        cold.append(perf_counter() - begun)
        if isinstance(plan, SeriesPlan):
            assert plan.optimal
            total += plan.cost.total
        else:
            none += 1
    return warm, cold, total, none


def share(seconds: list[float], part: float) -> str:
    """A percentile in milliseconds."""
    return f"{1000 * sorted(seconds)[min(len(seconds) - 1, int(part * len(seconds)))]:7.1f}"


def main() -> None:
    """Measure and print a line an example."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("examples", nargs="*", default=NAMES)
    parser.add_argument("--variations", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(f"{'':32}   indexed p50     p95     max   from rows p50    p95   costs")
    for name in args.examples:
        warm, cold, total, none = timed(load(name), args.variations, args.seed)
        print(f"{name:32}     {share(warm, 0.5)} {share(warm, 0.95)} {share(warm, 1)}         {share(cold, 0.5)}"
              f"{share(cold, 0.95)}   {total} ({none} without a plan)", flush=True)


if __name__ == "__main__":
    main()
