"""How long one series takes to be planned to the proved optimum: p50 and p95 over many variations of the examples.

    python -m benchmarks.planning.one_series [--variations N] [--seed N] [EXAMPLE ...]

Each variation shifts the dates of the example's series, and draws other preferences, times when the patient cannot
come, handover and crowding weights, `same` kinds and restrictions. "indexed": in-process, the calendar indexed and
used before. "processor": the processor's time of the same, which a busy machine does not stretch. "from rows": the
index built anew from the values and the series planned. Costs are added up so that two versions of the search can be
compared: equal seeds give equal variations.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from time import perf_counter, process_time

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


@dataclass
class Times:
    """Seconds of each variation: with the calendar indexed, the processor's time of that, and from rows."""

    indexed: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    from_rows: list[float] = field(default_factory=list)


def timed(scenario: Scenario, count: int, seed: int) -> tuple[Times, int, int]:
    """The times of the variations, the sum of their costs, and how many had no plan."""
    index, times, total, none = index_of(scenario), Times(), 0, 0
    plan_series(index, scenario.series[0], scenario.weights)
    for series, weights, restrict in variations(scenario, count, seed):
        begun, busy = perf_counter(), process_time()
        plan = plan_series(index, series, weights, restrict=restrict)
        times.indexed.append(perf_counter() - begun)
        times.processor.append(process_time() - busy)
        begun = perf_counter()
        plan_series(index_of(replace(scenario, series=(series,))), series, weights, restrict=restrict)
        times.from_rows.append(perf_counter() - begun)
        if isinstance(plan, SeriesPlan):
            assert plan.optimal
            total += plan.cost.total
        else:
            none += 1
    return times, total, none


def share(seconds: list[float], part: float) -> str:
    """A percentile in milliseconds."""
    return f"{1000 * sorted(seconds)[min(len(seconds) - 1, int(part * len(seconds)))]:8.1f}"


def main() -> None:
    """Measure and print a line an example."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("examples", nargs="*", default=NAMES)
    parser.add_argument("--variations", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(f"{'milliseconds, p50 and p95':31} indexed           processor       from rows         sum of costs")
    for name in args.examples:
        times, total, none = timed(load(name), args.variations, args.seed)
        columns = (times.indexed, times.processor, times.from_rows)
        print(f"{name:30}", *(share(each, part) for each in columns for part in (0.5, 0.95)),
              f"   {total} ({none} without a plan)", flush=True)


if __name__ == "__main__":
    main()
