"""The chosen files of node_modules under /vendor/, and addresses that change when a file changes.

Only the names in `VENDOR` are served: a package's other files (tests, sources, maps) stay in the house.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, send_from_directory, url_for

ROOT = Path(__file__).resolve().parents[2]
STATIC = Path(__file__).resolve().parent / "static"
NODE_MODULES = ROOT / "node_modules"

VENDOR = {
    "bootstrap.css": "bootstrap/dist/css/bootstrap.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "event-calendar.css": "@event-calendar/build/dist/event-calendar.min.css",
    "event-calendar.js": "@event-calendar/build/dist/event-calendar.min.js",
}
A_YEAR = 31_536_000

assets = Blueprint("assets", __name__)


@assets.get("/vendor/<name>")
def vendor(name: str) -> Response:
    """One chosen front-end file; anything not chosen is 404."""
    if name not in VENDOR:
        abort(404)
    return send_from_directory(NODE_MODULES, VENDOR[name], max_age=A_YEAR)


@cache
def fingerprint(path: Path) -> str:
    """Eight hex digits of a file's content, so an address changes when the file does; empty where it is missing."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else ""


def vendor_url(name: str) -> str:
    """The address of a front-end file of `VENDOR`; a name that is not chosen is a KeyError at once."""
    return url_for("assets.vendor", name=name, v=fingerprint(NODE_MODULES / VENDOR[name]))


def static_url(name: str) -> str:
    """The address of one of our own static files, with its fingerprint."""
    return url_for("static", filename=name, v=fingerprint(STATIC / name))


def hang(app: Flask) -> None:
    """Serve /vendor/ and give templates `vendor_url` and `static_url`; while debugging, files are read afresh."""
    app.register_blueprint(assets)
    if app.debug:
        app.before_request(fingerprint.cache_clear)
    app.jinja_env.globals.update(vendor_url=vendor_url, static_url=static_url)
