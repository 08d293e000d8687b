"""Run a demo clinic through a year of messages with a test clock, in memory, and say whether every promise was kept.

Exit status: 0 every promise was kept; 1 at least one was broken (each breach is a line); 2 the database is
not empty.
"""

from __future__ import annotations

import argparse
import logging
import time as stopwatch
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import select

from models import Clinic, migrations
from scheduler.commands.opening import open_settings
from scheduler.commands.setup import CannotRun
from scheduler.commands.simulated.people import people_of
from scheduler.commands.simulated.ports import Wayward
from scheduler.commands.simulated.referee import Found, look
from scheduler.commands.simulated.world import World
from scheduler.commands.simulated.year import Year
from scheduler.database import Database

SUMMARY = "Run a demo clinic through a year of messages, and check every promise"
BEGINS = date(2027, 1, 4)
DAYS, SERIES = 365, 30
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long, how much, which year, and where."""
    parser.add_argument("--days", type=_at_least_one, default=DAYS, help=f"how many days (default {DAYS})")
    parser.add_argument("--series", type=_at_least_one, default=SERIES,
                        help=f"how many courses, and as many single visits, are booked (default {SERIES})")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another year (default 1)")
    parser.add_argument("--database", metavar="URL", default=None,
                        help="an empty database to live it in, left empty again (default: DATABASE_URL where that is "
                             "PostgreSQL, otherwise a file of its own)")


def run(args: argparse.Namespace) -> int:
    """Live the year; 0 where nothing was broken."""
    logging.getLogger("jobs").setLevel(logging.ERROR)
    begun, worked = stopwatch.monotonic(), stopwatch.process_time()
    with _empty(args.database) as database:
        engine = database.engine.dialect.name
        columns = (TextColumn("leafout: day"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("", total=args.days)
            done, found = simulate(database, days=args.days, series=args.series, seed=args.seed,
                                   told=lambda day: progress.update(task, completed=day))
    took, cpu = stopwatch.monotonic() - begun, stopwatch.process_time() - worked
    Console().print(_table(done + found.counted))
    errors = Console(stderr=True)
    for breach in found.breaches[:SHOWN]:
        errors.print(f"BROKEN: {breach}", style="red", soft_wrap=True)
    kept = "every promise was kept" if not found.breaches else f"{len(found.breaches)} promises were broken"
    Console().print(f"{args.days} days on {engine} in {took:.0f} s ({cpu:.0f} s of the processor): {kept}",
                    soft_wrap=True)
    return 1 if found.breaches else 0


def simulate(database: Database, *, days: int, series: int, seed: int,
             told: Callable[[int], None] = lambda day: None) -> tuple[Counter[str], Found]:
    """The year in an empty, migrated database; gives what happened, and the referee's verdict."""
    random = Random(seed)
    opened = datetime.combine(BEGINS - timedelta(days=7), time(15), tzinfo=UTC)
    made, patients = people_of(database, opened, random)
    outages = tuple(datetime.combine(BEGINS + timedelta(days=days * part // 4), time(15), tzinfo=UTC)
                    for part in (1, 2, 3))
    ways = Wayward(seed, outages)
    world = World(database, made, patients, BEGINS, random, ways)
    Year(world).live(days, series, told)
    with database.reading() as session:
        found = look(session, made.clinic_id, ways.sent, world.clock, world.wished)
    world.done["attempts to hand over"] = ways.attempts
    return world.done, found


@contextmanager
def _empty(url: str | None) -> Iterator[Database]:
    """The database of that address, migrated and empty, and emptied afterwards; without one a file that is dropped."""
    set_up = open_settings().database_url
    url = url or (set_up if set_up.startswith("postgres") else None)
    if url is None:
        with TemporaryDirectory(prefix="leafout-year-") as folder:
            database = Database(f"sqlite:///{Path(folder, 'year.sqlite3')}")
            migrations.upgrade(database.engine)
            yield database
            database.dispose()
        return
    database = Database(url)
    migrations.upgrade(database.engine)
    with database.reading() as session:
        if session.scalar(select(Clinic.id).limit(1)) is not None:
            raise CannotRun("this database has a clinic in it, and a simulated year needs an empty one: "
                            "name another with --database.", status=2)
    try:
        yield database
    finally:
        migrations.downgrade(database.engine)
        migrations.upgrade(database.engine)
        database.dispose()


def _table(counted: Counter[str]) -> Table:
    table = Table(title="What happened", title_justify="left")
    table.add_column("What")
    table.add_column("How many", justify="right")
    for word, number in sorted(counted.items()):
        table.add_row(word, f"{number:,}")
    return table


def _at_least_one(written: str) -> int:
    if not written.isdigit() or int(written) < 1:
        raise argparse.ArgumentTypeError(f"{written} is not a whole number of at least 1")
    return int(written)
