"""A test client that is signed in without typing a password, and that sends a form's token by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from flask_login import login_user
from flask_wtf.csrf import generate_csrf
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from config import Settings
from models import Account, StaffMember
from scheduler.app import create_app
from scheduler.clock import utc_now
from scheduler.database import Database
from scheduler.services.clinic.enrol import create_account

SETTINGS = Settings(secret_key="for the tests alone, long enough", base_url="http://localhost")
WRITES = ("POST", "PUT", "PATCH", "DELETE")


class HouseClient(FlaskClient):
    """`post(url, data)` carries the CSRF token of the session; `post(url, data, csrf=False)` does not."""

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        """Ask the application, with a token where something is written."""
        if csrf and str(kwargs.get("method", "GET")).upper() in WRITES:
            kwargs["headers"] = {**dict(kwargs.get("headers") or {}), "X-CSRFToken": self.token()}
        return super().open(*args, **kwargs)

    def token(self) -> str:
        """A CSRF token that fits this client's session."""
        with self.session_transaction() as mine:
            kept = dict(mine)
        with self.application.test_request_context():
            session.update(kept)
            token = generate_csrf()
            kept = dict(session)
        with self.session_transaction() as mine:
            mine.update(kept)
        return token


class CompiledOnce(BytecodeCache):
    """The templates, compiled once for all the applications that the tests of a process make."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept for a template, if its source is still the same."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledOnce()
_BUILDERS: dict[tuple, Callable] = {}
_compile_builder = Rule._compile_builder


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Callable:
    """What writes an address, compiled once for all applications of a process: it asks its rule for all the rest.

    Compiling them anew for every test took longer than all that the pages did.
    """
    if rule.defaults:
        return _compile_builder(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    if key not in _BUILDERS:
        _BUILDERS[key] = _compile_builder(rule, append_unknown)
    return _BUILDERS[key]


Rule._compile_builder = _compiled_once


def web_app(database: Database, **changes: Any) -> Flask:
    """The whole application on a test's database."""
    values = {field: getattr(SETTINGS, field) for field in SETTINGS.__dataclass_fields__}
    app = create_app(Settings(**{**values, **changes}), database)
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = HouseClient
    return app


def account_of(database: Database, staff_id: int, password: str | None = None) -> int:
    """The account of a staff member, made where there is none; gives its id."""
    with database.writing() as writing:
        account = writing.scalar(select(Account).where(Account.staff_id == staff_id))
        if account is None:
            member = writing.get(StaffMember, staff_id)
            assert member is not None
            account = create_account(writing, member, password)
        return account.id


def sign_in(client: FlaskClient, staff_id: int, clinic_id: int) -> None:
    """Put a session made by the library into the client's cookie: no password, no hash."""
    app = client.application
    account_id = account_of(app.extensions["leafout_database"], staff_id)
    with app.test_request_context():
        assert login_user(app.extensions["security"].datastore.find_user(id=account_id))
        made = dict(session)
    at = int(utc_now().timestamp())
    with client.session_transaction() as mine:
        mine.update(made, fs_paa=at, seen_at=at, clinic_id=clinic_id)
