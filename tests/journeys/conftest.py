"""A real browser on a real web: the application on a test's database, Chromium beside it, nothing pretended.

A journey takes place on one engine: `pytestmark = ON_SQLITE` at the head of its file.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from scheduler.database import Database
from scheduler.planning.words import Role
from tests.builders import Kit
from tests.web.client import sign_in, web_app

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DESKTOP = {"width": 1280, "height": 800}
TELEPHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Web:
    """The running web: where it is, and the application behind it."""

    address: str
    app: Flask


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, headless; without one the journeys do not run, and `run.py test` says so loudly."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program)
        yield chromium
        chromium.close()


@pytest.fixture
def web(database: Database) -> Iterator[Web]:
    """The application, listening on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    app = web_app(database, base_url=address)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Web(address, app)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(browser: Browser, web: Web, kit: Kit) -> Iterator[Callable[..., Page]]:
    """`open_page(Role.FRONT_DESK, TELEPHONE)`: a page of its own, signed in as that role (None: signed out).

    What the browser complained about (a script that failed, a policy that was broken) fails the test at its end.
    """
    contexts, complaints = [], []

    def open_page(role: Role | None = Role.FRONT_DESK, size: dict[str, int] | None = None) -> Page:
        context = browser.new_context(base_url=web.address, viewport=size or DESKTOP, locale="en-US")
        contexts.append(context)
        if role is not None:
            client = web.app.test_client()
            sign_in(client, kit.staff[role], kit.clinic_id)
            cookie = client.get_cookie("leafout")
            assert cookie is not None
            context.add_cookies([{"name": "leafout", "value": cookie.value, "url": web.address}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [said for said in complaints if not said.startswith("Failed to load resource")] == []
