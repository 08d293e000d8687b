"""Build the demo clinic, or build it anew; a database with a real clinic in it is never touched."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy import select

from config import Settings
from models import Clinic, migrations
from scheduler.clock import utc_now
from scheduler.commands.demo_clinic.asking import let_people_ask
from scheduler.commands.demo_clinic.clinic import PASSWORD, SHOWN, STAFF, ZONE, make_clinic
from scheduler.commands.demo_clinic.people import take_in_people
from scheduler.commands.demo_clinic.stories import STORIES
from scheduler.commands.demo_clinic.telling import book_stories, live, wait_and_offer
from scheduler.commands.demo_clinic.texting import agree_to_texts, let_people_text
from scheduler.commands.opening import open_database, open_settings
from scheduler.commands.setup import CannotRun
from scheduler.database import Database
from scheduler.planning.instants import instant
from scheduler.queries.demo import is_demo

SUMMARY = "Build the demo clinic anew (only where there is nothing but a demo)"
MORNING = time(7, 30)
OPENED_BEFORE = timedelta(weeks=8)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The day that the demo takes for today."""
    parser.add_argument("--on", metavar="DATE", type=_day, default=None,
                        help="build it as on the morning of this day, as in 2027-04-05 (default: now)")


def run(args: argparse.Namespace) -> int:
    """Drop the demo that is there and build it anew; 0 when it stands."""
    database = open_database(open_settings())
    try:
        with database.reading() as session:
            empty = session.scalar(select(Clinic.id).limit(1)) is None
            if not (empty or is_demo(session)):
                raise CannotRun("this database has a real clinic in it: the demo goes into one of its own. "
                                "Set DATABASE_URL to another database.", status=2)
        if not empty:
            migrations.downgrade(database.engine)
            migrations.upgrade(database.engine)
        build(database, _instant(args.on))
    finally:
        database.dispose()
    for line in sign_ins():
        print(line, file=sys.stderr)
    return 0


def prepare(settings: Settings) -> list[str]:
    """For the main command: build the demo into an empty database; gives the sign-ins where the database is a demo."""
    database = open_database(settings)
    try:
        with database.reading() as session:
            empty = session.scalar(select(Clinic.id).limit(1)) is None
            demo = is_demo(session)
        if empty:
            build(database, utc_now())
        return sign_ins() if empty or demo else []
    finally:
        database.dispose()


def build(database: Database, now: datetime) -> None:
    """The whole demo, as of `now`, with a line of progress on standard error."""
    columns = (TextColumn("leafout: building the demo clinic"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(STORIES) + 3)

        def step() -> None:
            progress.advance(task)

        _build(database, now, step)


def _build(database: Database, now: datetime, step: Callable[[], None]) -> None:
    opened = now - OPENED_BEFORE
    with database.writing() as session:
        made = make_clinic(session, opened)
    step()
    patients = take_in_people(database, made, opened)
    step()
    agree_to_texts(database, made, patients, opened)
    stories = book_stories(database, made, patients, STORIES, now, step)
    live(database, made, stories, now)
    wait_and_offer(database, made, stories, now)
    let_people_ask(database, made, patients, now)
    let_people_text(database, patients, now)
    step()


def sign_ins() -> list[str]:
    """One line for each role: address and password."""
    roles = {email: role for email, _, role, _ in STAFF}
    return [f"{roles[email].capitalize():<14} {email:<24} {PASSWORD}" for email in SHOWN]


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{written!r} is not a day: write it as 2027-04-05") from None


def _instant(on: date | None) -> datetime:
    return utc_now() if on is None else instant(datetime.combine(on, MORNING), ZONE)
