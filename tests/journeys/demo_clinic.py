"""The demo clinic, served on a copy of its file, and a browser signed in as one of its people."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from models import Clinic, Membership, StaffMember
from scheduler.database import Database
from scheduler.planning.words import Role
from tests.web.client import sign_in, web_app

WHO = {Role.FRONT_DESK: "desk@example.com", Role.CLINICIAN: "nurse@example.com",
       Role.THERAPIST: "therapist@example.com", Role.ADMINISTRATOR: "admin@example.com"}


@dataclass
class Demo:
    """The demo clinic, served."""

    app: Flask
    database: Database
    address: str
    clinic_id: int
    seen: set[tuple[str, str]]
    """(endpoint, shape) of what has been looked at: each page once, as the first role that may open it sees it."""


@pytest.fixture(scope="module")
def demo(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo clinic for all pages, as `run.py demo` builds it."""
    database = Database(f"sqlite:///{shutil.copy(demo_file, tmp_path_factory.mktemp('demo'))}")
    app = web_app(database)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with database.reading() as session:
        clinic_id = session.scalars(select(Clinic.id)).one()
    yield Demo(app, database, f"http://127.0.0.1:{server.server_port}", clinic_id, set())
    server.shutdown()
    thread.join()
    server.server_close()
    database.dispose()


def open_as(browser: Browser, demo: Demo, role: Role | None, size: dict[str, int], **more: Any) -> Page:
    """A page of the browser, signed in as a role of the demo; None: signed out."""
    context = browser.new_context(base_url=demo.address, viewport=size, locale="en-US",
                                  timezone_id="America/New_York", **more)
    if role is not None:
        client = demo.app.test_client()
        with demo.database.reading() as session:
            staff_id = session.scalars(select(StaffMember.id).join(Membership).where(
                StaffMember.email == WHO[role])).one()
        sign_in(client, staff_id, demo.clinic_id)
        cookie = client.get_cookie("leafout")
        assert cookie is not None
        context.add_cookies([{"name": "leafout", "value": cookie.value, "url": demo.address}])
    return context.new_page()
