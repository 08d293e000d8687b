"""A series never silently loses or gains an infusion, whatever is done to it and in whatever order.

The small form runs with the ordinary tests; `--runs 10000` is the nightly one, with other choices every time; with
`--shard 1/2` and `--shard 2/2` two processes share it.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event

from scheduler.database import Database
from scheduler.planning.protocols import ProtocolSettings, ResponseGate
from scheduler.services.booking.book_series import BookedSeries
from tests.builders import build_clinic
from tests.conftest import engine_of
from tests.engines import LentDatabase
from tests.services.course_machine import CourseMachine
from tests.services.gated_machine import GatedMachine
from tests.services.series_kit import SETTINGS, Course, book, build_course, build_protocol

RUNS, ACTS, NIGHTLY_ACTS = 5, 14, 15
GATED = replace(SETTINGS, gate=ResponseGate((3,), 12, 12))
Begin = Callable[[], tuple[Database, Course, int]]


def scene(url: str, asked: ProtocolSettings) -> tuple[Database, Course, int]:
    """A clinic with a course to be booked, and somebody else's that is."""
    database = Database(url)
    with database.writing() as session:
        kit = build_clinic(session)
        protocol_id, plain = build_protocol(session, kit, asked), build_protocol(session, kit, name="Plain")
    course = build_course(database, kit, protocol_id=protocol_id)
    other = book(database, build_course(database, kit, protocol_id=plain, family="Other"), key="other",
                 chair="chair-2", nurse="rn-2", therapist="th-2")
    assert isinstance(other, BookedSeries)
    return database, course, other.series_id


def on_sqlite(url: str, asked: ProtocolSettings) -> tuple[Begin, Database]:
    """The scene is built once and kept in memory; every run begins with a copy of it, in a file that nobody syncs.

    The engine stays the same: it keeps what it has compiled.
    """
    database, course, other = scene(url, asked)
    event.listen(database.engine, "connect", _in_no_hurry)
    database.dispose()
    kept = sqlite3.connect(":memory:")
    with _bare(database) as first:
        first.backup(kept)

    def begin() -> tuple[Database, Course, int]:
        with _bare(database) as file:
            kept.backup(file)
        return database, course, other
    return begin, database


def on_postgresql(url: str, asked: ProtocolSettings) -> tuple[Begin, Database]:
    """The scene is built once, every run begins with its rows."""
    database, course, other = scene(url, asked)
    database.dispose()
    lent = LentDatabase(url)

    def begin() -> tuple[Database, Course, int]:
        database.dispose()
        lent.restore()
        return database, course, other
    return begin, database


def _in_no_hurry(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("pragma synchronous=off")


def share(runs: int, shard: str) -> int:
    """How many of the runs fall to this process: the k-th of n shares, which together are all of them."""
    this, shares = (int(number) for number in shard.split("/"))
    assert 1 <= this <= shares, "--shard is k/n with k from 1 to n"
    return max(1, runs * this // shares - runs * (this - 1) // shares)


@contextmanager
def _bare(database: Database) -> Iterator[sqlite3.Connection]:
    lent = database.engine.raw_connection()
    try:
        yield lent.driver_connection
    finally:
        lent.close()


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("machine", "asked"), [(CourseMachine, SETTINGS), (GatedMachine, GATED)],
                         ids=["plain", "gated"])
def test_whatever_is_done_the_ledger_adds_up(machine: type[CourseMachine], asked: ProtocolSettings, engines: dict,
                                             request: pytest.FixtureRequest, name: str) -> None:
    runs = request.config.getoption("--runs")
    if name == "postgresql" and not runs:
        pytest.skip("in the nightly form alone: --runs")
    build = on_sqlite if name == "sqlite" else on_postgresql
    begin, database = build(engine_of(engines, name).fresh_url(), asked)
    begun = type("Course", (machine,), {"begin": staticmethod(begin)})
    if runs:
        seed(secrets.randbits(64))(begun)
    many = share(runs, request.config.getoption("--shard")) if runs else RUNS
    run_state_machine_as_test(begun, settings=settings(
        max_examples=many, stateful_step_count=NIGHTLY_ACTS if runs else ACTS, deadline=None,
        database=None, derandomize=not runs, print_blob=True, suppress_health_check=list(HealthCheck)))
    database.dispose()
