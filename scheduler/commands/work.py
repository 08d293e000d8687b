"""The clock: reminders, holds that ran out, whatever the timetable lists."""

from __future__ import annotations

import argparse
import signal
from datetime import datetime
from threading import Event

from config import Settings
from jobs.clock import keep_time, run_tick
from jobs.ticks import Round
from jobs.timetable import TIMETABLE
from scheduler.clock import utc_now
from scheduler.commands import parent
from scheduler.commands.opening import open_database, open_settings
from scheduler.commands.setup import CannotRun
from scheduler.database import Database
from scheduler.log import write_log
from scheduler.queries.demo import is_demo

SUMMARY = "Run the clock alone: send what is due, release what ran out"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--once, or a look at another instant."""
    parser.add_argument("--once", action="store_true", help="run every job once and end; status 1 if one failed")
    parser.add_argument(
        "--now",
        type=_instant,
        metavar="TIME",
        help="list what would be due at TIME (ISO with offset, as 2027-01-07T18:00-05:00); nothing is sent",
    )
    parser.add_argument(
        "--send", action="store_true", help="with --now: run every job once as if it were TIME (demo database only)"
    )
    parent.add_option(parser)


def run(args: argparse.Namespace) -> int:
    """Keep time until SIGTERM or SIGINT, or do the one thing asked for."""
    if args.send and args.now is None:
        raise CannotRun("--send needs --now TIME; without a time, `work --once` sends what is due now.", status=2)
    settings = open_settings()
    write_log(settings.log_level)
    database = open_database(settings)
    try:
        if args.send:
            _refuse_real_patients(database)
        elif args.now is not None:
            return _list(Round(database, settings, args.now))
        if args.send or args.once:
            return _once(Round(database, settings, args.now or utc_now()))
        _keep(args, database, settings)
        return 0
    finally:
        database.dispose()


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO time such as 2027-01-07T18:00-05:00") from None
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset from UTC; write it as 2027-01-07T18:00-05:00")
    return instant


def _refuse_real_patients(database: Database) -> None:
    with database.reading() as session:
        if not is_demo(session):
            raise CannotRun("--send moves time and is for a demo database alone; this one is not.", status=2)


def _list(around: Round) -> int:
    due = [(tick.name, sentence) for tick in TIMETABLE for sentence in tick.due(around)]
    for name, sentence in due:
        print(f"{name}: {sentence}")
    if not due:
        print(f"Nothing is due at {around.now.isoformat()}.")
    return 0


def _once(around: Round) -> int:
    done = [run_tick(tick, around, print) for tick in TIMETABLE]
    return 0 if all(done) else 1


def _keep(args: argparse.Namespace, database: Database, settings: Settings) -> None:
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    parent.watch(args)
    keep_time(database, settings, TIMETABLE, stop)
