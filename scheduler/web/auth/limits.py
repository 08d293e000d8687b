"""How often one may try to sign in: counted by address and by account, failures alone, in the memory of the web."""

from __future__ import annotations

from flask import Flask, Response, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

BY_ADDRESS = "30 per 5 minutes"
BY_ACCOUNT = "10 per 15 minutes"
LETTERS_BY_ADDRESS = "20 per hour"
LETTERS_BY_ACCOUNT = "4 per hour"


def _named() -> str:
    """The account that is tried: the address as typed, or whoever was signed in before."""
    again = session.get("again") or [session.get("_user_id")]
    return request.form.get("email", "").strip().lower()[:254] or str(again[0])


def _failed(response: Response) -> bool:
    """A form shown again, or a refusal: what succeeded is not counted."""
    good = 200 if request.endpoint == "auth.again" else 302
    return response.status_code != good


def hang(app: Flask) -> None:
    """Limit the ways in (after their views are registered); too many tries are answered 429."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=True)
    views = app.view_functions
    for endpoint in ("security.login", "security.reset_password", "security.change_password", "auth.again"):
        limit = limiter.limit(BY_ADDRESS, methods=["POST"], deduct_when=_failed)
        per_account = limiter.limit(BY_ACCOUNT, methods=["POST"], key_func=_named, deduct_when=_failed)
        views[endpoint] = per_account(limit(views[endpoint]))
    views["security.forgot_password"] = limiter.limit(LETTERS_BY_ACCOUNT, methods=["POST"], key_func=_named)(
        limiter.limit(LETTERS_BY_ADDRESS, methods=["POST"])(views["security.forgot_password"]))
