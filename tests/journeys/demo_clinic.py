"""The demo clinic, served on a copy of its file, and a browser signed in as one of its people."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from models import Clinic, Membership, StaffMember
from scheduler.database import Database
from scheduler.planning.words import Role
from tests.journeys.stage import Stage, Tabs
from tests.web.client import sign_in, web_app

WHO = {Role.FRONT_DESK: "desk@example.com", Role.CLINICIAN: "nurse@example.com",
       Role.THERAPIST: "therapist@example.com", Role.ADMINISTRATOR: "admin@example.com"}


@dataclass
class Demo:
    """The demo clinic, served."""

    app: Flask
    database: Database
    clinic_id: int
    seen: set[tuple[str, str]]
    """(endpoint, shape) of what has been looked at: each page once, as the first role that may open it sees it."""


@pytest.fixture(scope="module")
def demo(demo_file: Path, stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo clinic for all pages, as `run.py demo` builds it."""
    database = Database(f"sqlite:///{shutil.copy(demo_file, tmp_path_factory.mktemp('demo'))}")
    app = web_app(database)
    with database.reading() as session:
        clinic_id = session.scalars(select(Clinic.id)).one()
    with stage.showing(app):
        yield Demo(app, database, clinic_id, set())
    database.dispose()


def open_as(tabs: Tabs, demo: Demo, role: Role | None, size: dict[str, int], **more: Any) -> Page:
    """A page of the browser, signed in as a role of the demo; None: signed out."""
    cookie = None
    if role is not None:
        client = demo.app.test_client()
        with demo.database.reading() as session:
            staff_id = session.scalars(select(StaffMember.id).join(Membership).where(
                StaffMember.email == WHO[role])).one()
        sign_in(client, staff_id, demo.clinic_id)
        signed = client.get_cookie("leafout")
        assert signed is not None
        cookie = signed.value
    return tabs.open(size, cookie, timezone_id="America/New_York", **more)
