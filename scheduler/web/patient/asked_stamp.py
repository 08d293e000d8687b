"""What keeps the public page from being a machine's plaything, without asking anybody else: a signed stamp in the form
(its key, when it was made, which words were shown), and limits for one address and for one clinic.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from scheduler.planning.words import Channel
from scheduler.web import door

SOONEST = timedelta(seconds=3)
"""Nobody fills the form in sooner; a person who did is asked to send it once more."""
LATEST = timedelta(hours=8)
"""Later the form is shown anew with what was typed; the browser's session lasts longer than that."""
TRIES = parse("30 per 10 minutes")
"""How often one address may send the form, wrong or right."""
FROM_ONE_ADDRESS = parse("6 per hour")
FOR_ONE_CLINIC = parse("60 per hour")
"""How many requests are taken in."""
STORE = "leafout_request_limits"


@dataclass(frozen=True)
class Stamp:
    """One form: `consents` are the words shown in it, by channel; `stands` how long ago it was made."""

    key: str
    consents: Mapping[Channel, str]
    stands: timedelta


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(door.settings().secret_key, salt="request page")


def fresh(slug: str, consents: Mapping[Channel, str]) -> str:
    """A stamp for a form that is shown now."""
    words = {str(channel): said for channel, said in consents.items()}
    return _signer().dumps([slug, secrets.token_hex(16), words])


def read(text: str | None, slug: str) -> Stamp | None:
    """The stamp of a form that was sent; None where it is not ours, of another page, or too old."""
    try:
        (of, key, words), made_at = _signer().loads(text or "", return_timestamp=True)
    except BadData:
        return None
    stands = door.now() - made_at
    if of != slug or stands > LATEST:
        return None
    return Stamp(key, {Channel(channel): said for channel, said in words.items()}, stands)


def _limiter() -> FixedWindowRateLimiter:
    return current_app.extensions.setdefault(STORE, FixedWindowRateLimiter(MemoryStorage()))


def may_try() -> bool:
    """Count one sending of the form from this address."""
    return _limiter().hit(TRIES, "try", request.remote_addr or "")


def may_ask(clinic_id: int) -> bool:
    """Whether one more request from this address for this clinic is within the limits."""
    return (_limiter().test(FROM_ONE_ADDRESS, "ask", request.remote_addr or "")
            and _limiter().test(FOR_ONE_CLINIC, "clinic", str(clinic_id)))


def count(clinic_id: int) -> None:
    """One request from this address for this clinic has been taken in."""
    _limiter().hit(FROM_ONE_ADDRESS, "ask", request.remote_addr or "")
    _limiter().hit(FOR_ONE_CLINIC, "clinic", str(clinic_id))
