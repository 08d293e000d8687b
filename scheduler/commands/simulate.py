"""Run a demo clinic through a year of messages with a test clock, in memory, and say whether every promise was kept.

Exit status: 0 every promise was kept; 1 at least one was broken (each breach is a line).
"""

from __future__ import annotations

import argparse
import logging
import sys
import time as stopwatch
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from models import migrations
from scheduler.commands.simulated.people import people_of
from scheduler.commands.simulated.ports import Wayward
from scheduler.commands.simulated.referee import Found, look
from scheduler.commands.simulated.year import Year
from scheduler.database import Database

SUMMARY = "Run a demo clinic through a year of messages, and check every promise"
BEGINS = date(2027, 1, 4)
DAYS, SERIES = 365, 30
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long, how much, and which year."""
    parser.add_argument("--days", type=int, default=DAYS, help=f"how many days (default {DAYS})")
    parser.add_argument("--series", type=int, default=SERIES, help=f"how many courses are booked (default {SERIES})")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another year (default 1)")


def run(args: argparse.Namespace) -> int:
    """Live the year in a database of its own, which is dropped; 0 where nothing was broken."""
    begun = stopwatch.monotonic()
    logging.getLogger("jobs").setLevel(logging.ERROR)
    with TemporaryDirectory(prefix="leafout-year-") as folder:
        database = Database(f"sqlite:///{Path(folder, 'year.sqlite3')}")
        migrations.upgrade(database.engine)
        done, found = simulate(database, days=args.days, series=args.series, seed=args.seed)
        database.dispose()
    for word, number in sorted((done + found.counted).items()):
        print(f"{word:<24}{number:>8,}")
    for breach in found.breaches[:SHOWN]:
        print(f"BROKEN: {breach}", file=sys.stderr)
    kept = "every promise was kept" if not found.breaches else f"{len(found.breaches)} promises were broken"
    print(f"{args.days} days in {stopwatch.monotonic() - begun:.0f} s: {kept}")
    return 1 if found.breaches else 0


def simulate(database: Database, *, days: int, series: int, seed: int) -> tuple[Counter[str], Found]:
    """The year in an empty, migrated database; gives what happened, and the referee's verdict."""
    random = Random(seed)
    opened = datetime.combine(BEGINS - timedelta(days=7), time(15), tzinfo=UTC)
    made, patients = people_of(database, opened, random)
    outages = tuple(datetime.combine(BEGINS + timedelta(days=days * part // 4), time(15), tzinfo=UTC)
                    for part in (1, 2, 3))
    ways = Wayward(seed, outages)
    year = Year(database, made, patients, BEGINS, random, ways)
    year.live(days, series)
    with database.reading() as session:
        found = look(session, made.clinic_id, ways.sent, year.clock)
    year.done["attempts to hand over"] = ways.attempts
    return year.done, found
