"""Fixtures of the pages: the whole application on a real database, and clients that are signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from scheduler.database import Database
from scheduler.planning.words import Role
from tests.builders import Kit
from tests.web.client import HouseClient, sign_in, web_app


@pytest.fixture
def app(database: Database) -> Flask:
    """The web application on that database."""
    return web_app(database)


@pytest.fixture
def client_for(app: Flask, kit: Kit) -> Callable[..., HouseClient]:
    """`client_for(Role.FRONT_DESK)`: a test client signed in as that staff member of the kit; None: signed out."""
    def client(role: Role | None = Role.FRONT_DESK) -> HouseClient:
        made = app.test_client()
        if role is not None:
            sign_in(made, kit.staff[role], kit.clinic_id)
        return made
    return client
