"""Fixtures that every room shares: a real database of each engine, and a second clinic as noise in all of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from scheduler.database import Database
from tests.builders import Kit, build_clinic, build_noise
from tests.engines import ENGINES

logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a browser asks until it closes; each request is not news


def pytest_addoption(parser: pytest.Parser) -> None:
    """The size of the races in tests/faults."""
    parser.addoption("--attempts", type=int, help="attempts of every race in tests/faults (1000: in full)")


def _prepare(database: Database) -> None:
    with database.writing() as session:
        build_noise(session)


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
    url = engine.fresh_url()
    database = Database(url)
    yield database
    database.dispose()
    engine.drop(url)


@pytest.fixture
def kit(database: Database) -> Kit:
    """A small clinic in that database."""
    with database.writing() as session:
        return build_clinic(session)
