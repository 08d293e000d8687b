"""Fixtures that every room shares: a real database of each engine, and a second clinic as noise in all of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fasteners import InterProcessLock

from models import migrations
from scheduler.clock import utc_now
from scheduler.commands.demo import build
from scheduler.database import Database
from tests.builders import Kit, build_clinic, build_noise
from tests.engines import ENGINES
from tests.long_files import longest_first, told

logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a browser asks until it closes; each request is not news


def pytest_addoption(parser: pytest.Parser) -> None:
    """The size of the races in tests/faults, and of the state machines."""
    parser.addoption("--runs", type=int, help="runs of every state machine (10000: the nightly form)")
    parser.addoption("--kills", type=int, help="kills of a clock in tests/faults (500: in full)")
    parser.addoption("--shard", default="1/1", help="k/n: this process makes the k-th of n equal shares of --runs")
    parser.addoption("--attempts", type=int, help="attempts of every race in tests/faults (1000: in full)")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Several test processes begin with what takes longest, or one would still be at it when the others are done."""
    if hasattr(config, "workerinput"):
        items[:] = longest_first(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the files that took long, so that it is seen when the tests grow slow."""
    lines = told(report for reports in terminalreporter.stats.values() for report in reports)
    if lines:
        terminalreporter.section("files that took long")
        terminalreporter.write_line("\n".join(lines))


def _prepare(database: Database) -> None:
    with database.writing() as session:
        build_noise(session)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page gives up looking for after some seconds is found here, however busy the machine is."""
    for name in ("booking.plan_series.SECONDS", "booking.plan_series.SECONDS_OUT", "booking.plan_series.SECONDS_MORE",
                 "changing.replan.SECONDS", "changing.replan.SECONDS_OUT", "booking.legal_times.SECONDS"):
        monkeypatch.setattr(f"scheduler.services.{name}", 120.0)


@pytest.fixture(scope="session")
def engines() -> Iterator[dict]:
    """The engines of this test process, started when first asked for."""
    started: dict = {}
    yield started
    for engine in started.values():
        engine.close()


def engine_of(engines: dict, name: str):
    """One of the engines, started now if it is asked for the first time."""
    if name not in engines:
        engines[name] = ENGINES[name](_prepare)
    return engines[name]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, engines: dict) -> Iterator[Database]:
    """A migrated database of each engine, empty but for the noise clinic; a test that asks for it runs twice."""
    engine = engine_of(engines, request.param)
    url = engine.lend()
    database = Database(url)
    yield database
    database.dispose()
    engine.give_back(url)


@pytest.fixture
def kit(database: Database) -> Kit:
    """A small clinic in that database."""
    with database.writing() as session:
        return build_clinic(session)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The demo clinic in an SQLite file, to be copied; built once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    path = (base if worker_id == "master" else base.parent) / "demo.sqlite3"
    with InterProcessLock(path.with_suffix(".lock")):
        if not path.exists():
            database = Database(f"sqlite:///{path.with_suffix('.new')}")
            migrations.upgrade(database.engine)
            build(database, utc_now())
            with database.engine.connect() as connection:
                connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
            database.dispose()
            path.with_suffix(".new").rename(path)
    return path
