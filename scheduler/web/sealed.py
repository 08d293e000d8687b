"""Values that travel through a page and come back unchanged: signed, readable, worthless when touched."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app
from itsdangerous import BadData, URLSafeSerializer


def seal(value: Any, purpose: str) -> str:
    """A JSON value as text for a hidden field; the same purpose opens it again."""
    return _serializer(purpose).dumps(value)


def unseal(text: str | None, purpose: str) -> Any:
    """What `seal` was given. Text that is missing, changed or meant for something else is answered with 400."""
    try:
        return _serializer(purpose).loads(text or "")
    except BadData:
        abort(400)


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"leafout-{purpose}")
