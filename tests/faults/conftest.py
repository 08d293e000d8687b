"""Fixtures of the races: an arena of each engine (one database, two web processes), a crowd, the table at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import text

from scheduler.database import Database
from tests.builders import Kit, build_clinic
from tests.conftest import engine_of
from tests.faults.crowd import Attempt, Rush, Visitor, crowd, rush
from tests.faults.servers import SECRET_KEY, Servers, serving
from tests.faults.tally import Tally, table, tally
from tests.faults.whole_book import faults_of
from tests.web.client import web_app

_rows: list[tuple[str, ...]] = []
_numbers = count(1)
CROWD = 100
"""Clients that ask at the same moment, where there are as many attempts."""


@dataclass(frozen=True)
class Arena:
    """A database of one engine, the two processes that serve it, and an application that signs as they do."""

    engine: str
    database: Database
    servers: Servers
    app: Flask


@pytest.fixture
def attempts(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """`attempts(30)`: how many attempts a crowd makes, 30 unless `--attempts` says more or fewer."""
    return lambda usually: request.config.getoption("attempts") or usually


@pytest.fixture(scope="session")
def open_arena(engines: dict, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Arena]]:
    """`open_arena("sqlite")`: the arena of an engine, opened when first asked for."""
    opened: dict[str, Arena] = {}
    with ExitStack() as open_to_the_end:
        def open_arena(name: str) -> Arena:
            if name not in opened:
                engine = engine_of(engines, name)
                url = engine.fresh_url()
                open_to_the_end.callback(engine.drop, url)
                database = Database(url)
                open_to_the_end.callback(database.dispose)
                servers = open_to_the_end.enter_context(serving(url, tmp_path_factory.mktemp("web")))
                opened[name] = Arena(name, database, servers, web_app(database, secret_key=SECRET_KEY))
            return opened[name]
        yield open_arena


@pytest.fixture(params=["sqlite", "postgresql"])
def arena(request: pytest.FixtureRequest, open_arena: Callable[[str], Arena]) -> Arena:
    """Two processes of `python run.py serve` on one database, for all races of that engine."""
    return open_arena(request.param)


@pytest.fixture
def kit(arena: Arena) -> Kit:
    """A clinic of this race's own, with more chairs than its nurses can look after."""
    with arena.database.writing() as session:
        return build_clinic(session, f"Racing{next(_numbers)} Clinic", chairs=8)


@pytest.fixture
def race(arena: Arena, kit: Kit) -> Callable[..., tuple[Rush, Tally]]:
    """`race(name, attempts)`: a crowd sends them all; gives the answers and the count of a race that broke nothing."""
    visitors: list[Visitor] = []

    def run(name: str, wanted: list[Attempt]) -> tuple[Rush, Tally]:
        here = min(CROWD, len(wanted))
        visitors.extend(crowd(arena.app, kit, arena.servers.ports, here - len(visitors)))
        rushed = rush(visitors[:here], wanted)
        counted = tally(rushed)
        _rows.append(counted.row(f"{arena.engine}: {name}"))
        assert not counted.others, f"{counted.others}; {arena.servers.troubles()[:3]}"
        assert arena.servers.troubles() == []
        assert deadlocks(arena.database) == 0
        assert faults_of(arena.database) == []
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
