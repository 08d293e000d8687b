"""What sign-in leaves behind: audit entries with ids, and a fresh session for whoever comes in."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, session
from flask_login import user_logged_out
from flask_security.signals import password_changed, password_reset, user_authenticated, user_failed_authn

from scheduler.services.clinic.note_sign_in import note_sign_in
from scheduler.web import door
from scheduler.web.auth.accounts import SignInAccount

KEPT = ("_user_id", "_fresh", "_id", "fs_cc", "fs_paa", "_flashes")


def _note(verb: str, user: SignInAccount) -> None:
    with door.database().writing() as writing:
        note_sign_in(writing, verb, staff_id=user.staff_id, now=door.now(), clinic_id=session.get("clinic_id"))


def _came_in(app: Flask, user: SignInAccount, **extra: Any) -> None:
    """A session begins anew at sign-in: what stood in it before, its CSRF token too, belongs to somebody else."""
    clinic_id = session.get("clinic_id") if extra.get("authn_via") in (["change"], ["again"]) else None
    for key in [key for key in session if key not in KEPT]:
        session.pop(key)
    g.pop("csrf_token", None)
    session["seen_at"] = int(door.now().timestamp())
    if clinic_id:
        session["clinic_id"] = clinic_id
    if extra.get("authn_via") != ["change"]:
        _note("sign in", user)


def _failed(app: Flask, user: SignInAccount, **extra: Any) -> None:
    _note("fail to sign in", user)


def _went_out(app: Flask, user: SignInAccount | None = None, **extra: Any) -> None:
    if isinstance(user, SignInAccount):
        _note("sign out", user)
    for key in [key for key in session if key not in ("_flashes", "_remember")]:
        session.pop(key)


def _changed(app: Flask, user: SignInAccount, **extra: Any) -> None:
    _note("change the password", user)


def hang(app: Flask) -> None:
    """Listen to what the library says happened."""
    user_authenticated.connect(_came_in, app)
    user_failed_authn.connect(_failed, app)
    user_logged_out.connect(_went_out, app)
    password_changed.connect(_changed, app)
    password_reset.connect(_changed, app)
