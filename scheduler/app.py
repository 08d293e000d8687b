"""Wire the web application together: settings in, Flask out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from scheduler.database import Database
from scheduler.web import access_log, blueprints, door, headers, row_numbers
from scheduler.web.access_log import LoggedFlask
from scheduler.web.auth import idle, library, limits
from scheduler.web.uploads import InMemoryRequest

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """The web application for `settings`; tests may hand in a database of their own."""
    app = LoggedFlask("leafout", root_path=str(ROOT / "scheduler" / "web"), template_folder=str(ROOT / "templates"),
                static_folder=str(ROOT / "scheduler" / "web" / "static"))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.request_class = InMemoryRequest
    app.config.update(
        SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=32 * MEGABYTE, WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_NAME="leafout", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=idle.SHIFT_HOURS))
    app.extensions["leafout_settings"] = settings
    app.extensions["leafout_database"] = database or Database(settings.database_url)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    row_numbers.hang(app)
    access_log.hang(app)
    idle.hang(app)
    door.hang(app)
    CSRFProtect(app)
    headers.hang(app)
    library.hang(app, settings, app.extensions["leafout_database"])
    blueprints.hang(app)
    limits.hang(app)
    return app
