"""What the watchdog is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from config import Settings
from models import Heartbeat
from models.migrations import downgrade
from scheduler.app import create_app
from scheduler.clock import utc_now
from scheduler.database import Database
from tests.conftest import engine_of


def _client(database: Database) -> FlaskClient:
    return create_app(Settings(secret_key="k" * 40, database_url="unused"), database).test_client()


def test_a_migrated_database_is_ready_and_a_clock_that_never_beat_fails_nothing(database):
    answer = _client(database).get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"ready": True, "database": True, "migrated": True, "clock_age": None},
    )


def test_the_clock_s_last_beat_is_told_in_seconds(database):
    with database.writing() as session:
        session.add(Heartbeat(name="messages", beat_at=utc_now() - timedelta(hours=2)))
        session.add(Heartbeat(name="holds", beat_at=utc_now() - timedelta(seconds=90)))
    answer = _client(database).get("/readyz")
    assert answer.status_code == 200
    assert 90 <= answer.json["clock_age"] < 120


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_an_older_revision_is_not_ready(engines, name):
    engine = engine_of(engines, name)
    url = engine.fresh_url()
    database = Database(url)
    downgrade(database.engine)
    answer = _client(database).get("/readyz")
    assert (answer.status_code, answer.json["database"], answer.json["migrated"]) == (503, True, False)
    database.dispose()
    engine.drop(url)


@pytest.mark.parametrize("path, status", [("/healthz", 200), ("/readyz", 503)])
def test_without_a_database_the_web_is_up_but_not_ready(path: str, status: int, tmp_path: Path):
    gone = tmp_path / "there"
    database = Database(f"sqlite:///{gone}/x.sqlite3")
    gone.rmdir()
    assert _client(database).get(path).status_code == status
