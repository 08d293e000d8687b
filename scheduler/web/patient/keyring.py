"""From a link in a letter to a short cookie and a clean address; and no guessing."""

from __future__ import annotations

from flask import abort, request
from itsdangerous import BadData, URLSafeTimedSerializer
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.wrappers import Response

from scheduler.queries.patient_links import LinkRow, link_by_id, link_of_token
from scheduler.web import door

COOKIE = "leafout_link"
MINUTES = 30
PATH = "/visit"
WRONG_TOKENS = parse("20 per 10 minutes")
"""How often one address may try links that do not open; the tokens have 256 bits, so this only spares the database."""

_tries = FixedWindowRateLimiter(MemoryStorage())


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(door.settings().secret_key, salt="patient link")


def exchange(token: str) -> LinkRow | None:
    """The link of a token, or None; an address that tries too many wrong ones gets 429. Changes nothing stored."""
    if not _tries.test(WRONG_TOKENS, request.remote_addr or ""):
        abort(429)
    with door.database().reading() as session:
        link = link_of_token(session, token, now=door.now())
    if link is None:
        _tries.hit(WRONG_TOKENS, request.remote_addr or "")
    return link


def give(response: Response, link: LinkRow) -> Response:
    """Put the link's cookie on a response."""
    response.set_cookie(COOKIE, _signer().dumps(link.id), max_age=MINUTES * 60, path=PATH, httponly=True,
                        secure=door.settings().secure_cookies, samesite="Lax")
    return response


def held() -> LinkRow | None:
    """The link whose cookie this request carries, if both still hold."""
    try:
        link_id = _signer().loads(request.cookies.get(COOKIE, ""), max_age=MINUTES * 60)
    except BadData:
        return None
    with door.database().reading() as session:
        return link_by_id(session, link_id, now=door.now())
