"""Fixtures of the races: two web processes on one database of each engine, a crowd, and the table at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from scheduler.database import Database
from tests.builders import Kit, build_clinic
from tests.faults.crowd import Attempt, Rush, crowd, rush
from tests.faults.servers import SECRET_KEY, Servers, serving
from tests.faults.tally import Tally, table, tally
from tests.faults.whole_book import faults_of
from tests.web.client import web_app

_rows: list[tuple[str, ...]] = []


@pytest.fixture
def attempts(request: pytest.FixtureRequest) -> int:
    """How many attempts a crowd makes on one slot (`--attempts`)."""
    return request.config.getoption("attempts")


@pytest.fixture
def kit(database: Database) -> Kit:
    """A clinic with more chairs than its nurses can look after."""
    with database.writing() as session:
        return build_clinic(session, chairs=8)


@pytest.fixture
def servers(database: Database, tmp_path: Path) -> Iterator[Servers]:
    """Two processes of `python run.py serve` on that database."""
    with serving(database.engine.url.render_as_string(hide_password=False), tmp_path) as two:
        yield two


@pytest.fixture
def app(database: Database) -> Flask:
    """The application with the key of those processes: it signs the crowd's cookies, as a sign-in would have."""
    return web_app(database, secret_key=SECRET_KEY)


@pytest.fixture
def race(app: Flask, database: Database, kit: Kit, servers: Servers) -> Callable[..., tuple[Rush, Tally]]:
    """`race(name, attempts)`: a crowd sends them all; gives the answers and the count of a race that broke nothing."""
    visitors = crowd(app, kit, servers.ports)

    def run(name: str, attempts: list[Attempt]) -> tuple[Rush, Tally]:
        rushed = rush(visitors, attempts)
        counted = tally(rushed)
        _rows.append(counted.row(f"{database.engine.dialect.name}: {name}"))
        assert not counted.others, f"{counted.others}; {servers.troubles()[:3]}"
        assert servers.troubles() == []
        assert deadlocks(database) == 0
        assert faults_of(database) == []
        return rushed, counted
    return run


def deadlocks(database: Database) -> int:
    """How many deadlocks the engine has seen in this database (SQLite cannot have one)."""
    if database.engine.dialect.name == "sqlite":
        return 0
    with database.engine.connect() as connection:
        return connection.scalar(text("select deadlocks from pg_stat_database where datname = current_database()"))


def pytest_terminal_summary(terminalreporter) -> None:
    """Show what became of every race."""
    if _rows:
        terminalreporter.section("races")
        terminalreporter.write_line(table(_rows))
