"""A patient's telephone, and the desk that wrote the letters."""

from __future__ import annotations

import pytest
import time_machine
from flask.testing import FlaskClient

from config import Settings
from scheduler.app import create_app
from scheduler.database import Database
from scheduler.web.patient import keyring
from tests.builders import NOW
from tests.web.client import COMPILED
from tests.web.patient.letters import Desk


@pytest.fixture
def client(database: Database, monkeypatch) -> FlaskClient:
    """A telephone at the moment of the tests, from which nobody has guessed yet."""
    monkeypatch.setattr(keyring, "_tries", type(keyring._tries)(keyring.MemoryStorage()))
    with time_machine.travel(NOW, tick=False):
        app = create_app(Settings(secret_key="k" * 40, database_url="unused"), database)
        app.jinja_env.bytecode_cache = COMPILED
        yield app.test_client()


@pytest.fixture
def desk(database: Database, kit) -> Desk:
    """A patient with two visits, and tokens for them."""
    return Desk(database, kit)
