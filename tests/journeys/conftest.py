"""A real browser on a real web: the application on a test's database, Chromium beside it, nothing pretended.

A journey takes place on one engine: `pytestmark = ON_SQLITE` at the head of its file.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from scheduler.database import Database
from scheduler.planning.words import Role
from tests.builders import Kit
from tests.journeys.stage import Stage, Tabs, Windows
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


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The server of this test process, on a port of its own."""
    built = Stage()
    yield built
    built.close()


@pytest.fixture(scope="session")
def windows(browser: Browser, stage: Stage) -> Windows:
    """The windows of the browser, used by one journey after another."""
    return Windows(browser, stage.address)


@pytest.fixture
def tabs(windows: Windows) -> Iterator[Tabs]:
    """The pages of this journey; they are wiped and given back at its end."""
    mine = Tabs(windows)
    yield mine
    mine.close()


@pytest.fixture
def web(database: Database, stage: Stage) -> Iterator[Web]:
    """The application on the test's database, at the address of the stage."""
    app = web_app(database, base_url=stage.address)
    with stage.showing(app):
        yield Web(stage.address, app)


@pytest.fixture
def open_page(web: Web, tabs: Tabs, kit: Kit) -> Iterator[Callable[..., Page]]:
    """`open_page(Role.FRONT_DESK, TELEPHONE)`: a page of its own, signed in as that role (None: signed out).

    What the browser complained about (a script that failed, a policy that was broken) fails the test at its end.
    """
    def open_page(role: Role | None = Role.FRONT_DESK, size: dict[str, int] | None = None) -> Page:
        cookie = None
        if role is not None:
            client = web.app.test_client()
            sign_in(client, kit.staff[role], kit.clinic_id)
            signed = client.get_cookie("leafout")
            assert signed is not None
            cookie = signed.value
        return tabs.open(size or DESKTOP, cookie, 15_000)

    yield open_page
    assert [said for said in tabs.complaints if not said.startswith("Failed to load resource")] == []
