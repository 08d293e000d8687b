"""A shared desk signs itself out: after some minutes without a click, and in any case after a long shift."""

from __future__ import annotations

from flask import Flask, g, request, session
from flask_security import logout_user

from scheduler.web import door

SHIFT_HOURS = 12
UNWATCHED = ("static", "assets.vendor", "health.healthz", "health.readyz")
QUIET = ("auth.idle", "auth.lock")
"""Requests of the page itself, not of a person: they never keep a session alive, nor does one with `X-Background`."""


def seconds_left() -> int:
    """How long this session lasts without another click; 0 when it is over, or when nobody is signed in."""
    if "_user_id" not in session:
        return 0
    at = int(door.now().timestamp())
    still = door.settings().idle_minutes * 60 - (at - session.get("seen_at", 0))
    shift = SHIFT_HOURS * 3600 - (at - int(session.get("fs_paa", 0)))
    return max(0, min(still, shift))


def sign_out_but_remember_who() -> None:
    """End the session; the same person may go on with their password alone (`auth.again`)."""
    who, clinic_id = session["_user_id"], session.get("clinic_id")
    logout_user()
    session["again"] = [who, clinic_id]


def _watch() -> None:
    if request.endpoint in UNWATCHED or "_user_id" not in session:
        return
    if seconds_left() == 0:
        g.was_idle = True
        sign_out_but_remember_who()
    elif request.endpoint not in QUIET and "X-Background" not in request.headers:
        session["seen_at"] = int(door.now().timestamp())


def hang(app: Flask) -> None:
    """Look at every request before the door does."""
    app.before_request(_watch)
