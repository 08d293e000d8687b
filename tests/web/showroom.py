"""A small Flask app with the looks alone: no database, one viewer, a fixed present. Tests render macros in it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from scheduler.access import Viewer
from scheduler.app import ROOT
from scheduler.planning.words import Role
from scheduler.queries.viewers import ViewerClinic
from scheduler.web import headers, looks
from scheduler.web.formats import Reading

NOW = datetime(2027, 1, 5, 14, 30, tzinfo=UTC)
CLINIC = ViewerClinic(1, "Alder Clinic", "Alder", "America/New_York", "+13015550100", "en_US", "US", True)
READING = Reading(zone=ZoneInfo("America/New_York"), now=NOW)


def viewer_as(*roles: Role) -> Viewer:
    """A signed-in person with these roles."""
    return Viewer(clinic_id=1, staff_id=1, roles=frozenset(roles), name="Dana Reed", initials="DR")


def showroom(viewer: Viewer | None = None) -> Flask:
    """An app whose pages are shown to one viewer (none: signed out)."""
    app = Flask("showroom", root_path=str(ROOT / "scheduler" / "web"), template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="for tests of the looks only", TESTING=True)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    headers.hang(app)
    looks.hang(app)

    @app.before_request
    def enter() -> None:
        g.viewer, g.clinic, g.now, g.reading = viewer, CLINIC, NOW, READING

    app.context_processor(lambda: {"viewer": viewer, "clinic": CLINIC if viewer else None})
    return app
